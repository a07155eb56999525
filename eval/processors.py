"""How many processors this process may use: a figure of time says little without it."""

from __future__ import annotations

import os


def cores() -> int:
    """Those that the scheduler lets it have, where that is known; else all that there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
