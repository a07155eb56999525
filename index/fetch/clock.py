"""Time and chance, in one place so that a test can hold them still."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """`monotonic` measures, `wall` tells the time of day, `sleep` waits.

    `jitter` gives a number in [0, 1) that spreads retries out, so that many
    readers turned away at once do not all come back at once.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
