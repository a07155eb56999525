"""Results that are told again for a moment, so that a rush of readers asks for them once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any

_MOST = 256  # results: a site has one of each, and forgotten ones are only made again


class Kept:
    """Keeps what was made for `seconds`. Safe to share between threads.

    One caller at a time makes a value: others get the old one, or wait for the first.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[float, Any]] = {}
        self._making: dict[Hashable, Future[Any]] = {}

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is kept under `key`, or else is made now. Raises what making it raises."""
        with self._lock:
            until, value = self._kept.get(key, (0.0, None))
            if time.monotonic() < until:
                return value
            making = self._making.get(key)
            if making is None:
                made = self._making[key] = Future[Any]()
            elif key in self._kept:
                return value
        if making is not None:
            return making.result()
        try:
            value = make()
        except BaseException as error:
            made.set_exception(error)
            raise
        else:
            made.set_result(value)
            with self._lock:
                if len(self._kept) >= _MOST:
                    self._kept.clear()
                self._kept[key] = time.monotonic() + self._seconds, value
            return value
        finally:
            with self._lock:
                del self._making[key]
