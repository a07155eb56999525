"""Search on a Milvus server, in place of the files beside an embedded archive.

    server.py       the connection: what fails becomes a typed error
    collections.py  what an archive's collections are called, and what is in them
    words.py        a passage's words, and a question's, as Milvus is to count them
    filters.py      filters as expressions that hold nothing but numbers
    store.py        the side that writes
    search.py       the side that searches
    engine.py       both, as an archive's engine (`index.base`)

The truth stays in the database: everything here can be dropped and made anew.
Three servers were tried: Milvus Lite 3.2, a process of its own with all of this;
Milvus 2.3, vectors and filters only, it has no full-text search; and what is used
of the rest is documented for Milvus 2.5 and later.
"""
