"""Answering many readers at once: processes, limits, health, figures and a quiet end."""
