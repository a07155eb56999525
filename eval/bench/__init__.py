"""Benchmarks of speed and size, one module each; `byline eval bench NAME` runs them."""
