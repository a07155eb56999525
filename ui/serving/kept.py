"""Results that are told again for a moment, so that a rush of readers asks for them once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

_MOST = 256  # results: a site has one of each, and forgotten ones are only made again


class Kept:
    """Keeps what was made for `seconds`. Safe to share between threads."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is kept under `key`, or else is made now."""
        with self._lock:
            until, value = self._kept.get(key, (0.0, None))
        if time.monotonic() < until:
            return value
        value = make()
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = time.monotonic() + self._seconds, value
        return value
