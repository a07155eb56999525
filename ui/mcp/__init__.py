"""An MCP server over the archive: its tools search it, ask it and read its articles.

`server` puts them together, `tools` are the tools, `text` is what a language
model reads of their results, `shapes` what a program does. `http` serves it at
an address; over standard input and output the command line does.
"""
