"""Counts of an archive, remembered until it changes, and of a large one a little longer.

To count reads every article: half a second at 200,000 of them, which the first question
after each change would wait for.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine

from index import database
from index.errors import ArchiveError
from index.types import Coverage, Filters

_T = TypeVar("_T")
_Key = tuple[Callable[[Connection, Filters], Any], Filters]
_MOST_COUNTS = 1_000  # different filters whose counts are remembered
_MOST_NAMED = 200  # articles: what names more is counted anew, it would fill the memory
_LARGE = 100_000  # passages, from which on counts may be a little behind
_LONGEST = 60.0  # seconds: what was last asked for longer ago is counted at once
_REST = 10.0  # times as long as counting took, before the same is counted again


@dataclass(slots=True)
class _Count:
    """What was counted, in which state of the archive, and when it may be counted again.

    `current` is when it was last known to be what it would be counted as.
    """

    value: Any
    change: int
    due: float
    current: float

    def will_do(self, change: int, passages: int) -> bool:
        """Whether it is near enough to what it would be counted as after that change."""
        now = time.monotonic()
        if self.change == change:
            self.current = now
            return True
        none = isinstance(self.value, Coverage) and not self.value.articles
        return passages >= _LARGE and not none and now - self.current < _LONGEST


class Counts:
    """Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: OrderedDict[_Key, _Count] = OrderedDict()
        self._lock = threading.Lock()
        self._again: threading.Thread | None = None  # counts anew, beside the answers

    def of(
        self,
        count: Callable[[Connection, Filters], _T],
        filters: Filters,
        change: int,
        passages: int,
    ) -> _T:
        """What `count` comes to after that change, in an archive of so many passages.

        In a large one, what it came to a little earlier, unless that was nothing: it is
        counted again meanwhile.
        """
        if len(filters.articles) > _MOST_NAMED:
            with database.reading(self._engine) as connection:
                return count(connection, filters)
        key = (count, filters)
        with self._lock:
            known = self._known.get(key)
        if known is None or not known.will_do(change, passages):
            return cast(_T, self._counted(key, change))
        if known.change != change and known.due <= time.monotonic():
            self._begin(key, change)
        return cast(_T, known.value)

    def close(self) -> None:
        """Wait for what is being counted."""
        with self._lock:
            again = self._again
        if again is not None:
            again.join()

    def _counted(self, key: _Key, change: int) -> Any:
        count, filters = key
        started = time.monotonic()
        with database.reading(self._engine) as connection:
            value = count(connection, filters)
        now = time.monotonic()
        with self._lock:
            self._known[key] = _Count(value, change, now + _REST * (now - started), started)
            self._known.move_to_end(key)
            while len(self._known) > _MOST_COUNTS:
                self._known.popitem(last=False)
        return value

    def _begin(self, key: _Key, change: int) -> None:
        """Count again on another thread, one thing at a time; the others when they are asked."""

        def again() -> None:
            try:
                self._counted(key, change)
            except ArchiveError:
                pass  # whoever asks next tries again
            finally:
                with self._lock:
                    self._again = None

        with self._lock:
            if self._again is None:
                self._again = threading.Thread(target=again, name="counting", daemon=True)
                self._again.start()
