"""How many cores a model may compute with, where nobody says so."""

from __future__ import annotations

import os

VARIABLE = "OMP_NUM_THREADS"  # what PyTorch and most others go by too


def allowed() -> int | None:
    """What the environment allows, as for processes that share the cores; None: all of them."""
    text = os.environ.get(VARIABLE, "")
    return int(text) if text.isdecimal() and int(text) > 0 else None


def workers() -> int:
    """As many as may compute at once: what the environment allows, or the cores there are."""
    return allowed() or (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
