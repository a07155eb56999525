"""Benchmarks of speed and memory: one command each, `byline eval bench NAME`.

Each is a module of this package, listed in `eval.bench.registry`. The others are what
they share: archives that are made for them (archives.py, synthetic.py, filling.py), text
(texts.py), processes apart (process.py, serving.py, committing.py), exact search (exact.py),
the machine (setup.py) and the page (report.py).
"""
