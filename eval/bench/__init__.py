"""Benchmarks of speed and memory: one command each, `byline eval bench NAME`.

Each is a module of this package, listed in `eval.bench.registry`.
"""
