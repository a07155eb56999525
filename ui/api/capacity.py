"""How many questions are answered at once, and how many may wait in line."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from ui.api.problems import Problem

_REMEMBERED = 32  # answers: how long the last ones took says how long the next will
_USUAL = 1.0  # seconds: an answer's time until one has been given
_LONGEST = 60  # seconds: nobody is told to come back later than that


class Capacity:
    """Places for answers, given in the order of asking; safe to share between threads.

    In a thread, `with capacity.place():` waits for a place and gives it back; in an
    event loop, `await place.wait()` and at last `place.leave()`. Raises Problem 503
    `busy`, at once, where `at_once` are taken and `waiting` stand in line.
    """

    def __init__(
        self, at_once: int, waiting: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if at_once < 1 or waiting < 0:
            raise ValueError(f"at_once is {at_once} and waiting {waiting}: at least 1 and 0")
        self.at_once = at_once
        self.line = waiting
        self._clock = clock
        self._lock = threading.Lock()
        self._active = 0
        self._turned_away = 0
        self._waiting: deque[Place] = deque()
        self._took: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def active(self) -> int:
        """Places that are taken."""
        return self._active

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._waiting)

    @property
    def turned_away(self) -> int:
        """How many found all places and the line full, since the start."""
        return self._turned_away

    def place(self) -> Place:
        """Stand in line now, or have a place. Whoever calls it leaves."""
        with self._lock:
            place = Place(self)
            if self._active < self.at_once:
                self._give(place)
            elif len(self._waiting) < self.line:
                self._waiting.append(place)
            else:
                self._turned_away += 1
                raise Problem(
                    "busy",
                    503,
                    "As many questions as this server answers at once are being answered, and "
                    "others wait. Please ask again in a moment.",
                    retry_after=self._retry_after(),
                )
        return place

    def _retry_after(self) -> int:
        """Seconds until a place may be free for one who comes now, from 1 to 60."""
        usual = sum(self._took) / len(self._took) if self._took else _USUAL
        return min(max(1, math.ceil(usual * (len(self._waiting) + 1) / self.at_once)), _LONGEST)

    def _ahead(self, place: Place) -> int:
        with self._lock:
            return self._waiting.index(place) if place in self._waiting else 0

    def _give(self, place: Place) -> None:
        self._active += 1
        place._since = self._clock()
        for wake in tuple(place._wakers):
            wake()

    def _leave(self, place: Place) -> None:
        with self._lock:
            if place._left:
                return
            place._left = True
            if place._since is None:
                self._waiting.remove(place)
                return
            self._took.append(self._clock() - place._since)
            self._active -= 1
            if self._waiting:
                self._give(self._waiting.popleft())


class Place:
    """One place, or a place in line for it. `Capacity.place` makes it."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity
        self._since: float | None = None  # when it was given, on the capacity's clock
        self._left = False
        self._wakers: list[Callable[[], None]] = []

    @property
    def ready(self) -> bool:
        """Whether the waiting is over."""
        return self._since is not None

    @property
    def ahead(self) -> int:
        """How many stand before it in line; 0 for one that is next, or ready."""
        return self._capacity._ahead(self)

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait for the place, at most so long. Whether it is ready now."""
        loop, given = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop is closed, and nobody waits in it
                loop.call_soon_threadsafe(given.set)

        if not self._wakes(wake):
            try:
                # not wait_for: before Python 3.12 it forgets that it was cancelled where the
                # place is given in the same moment, and whoever left would be answered
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await given.wait()
            finally:
                self._wakers.remove(wake)
        return self.ready

    def wait_in_thread(self, seconds: float | None = None) -> bool:
        """The same, for a thread that may stand still."""
        given = threading.Event()
        if not self._wakes(given.set):
            given.wait(seconds)
            self._wakers.remove(given.set)
        return self.ready

    def leave(self) -> None:
        """Give the place back, or leave the line. Twice does no harm."""
        self._capacity._leave(self)

    def _wakes(self, waker: Callable[[], None]) -> bool:
        """Whether it is ready; if not, `waker` will be called once it is."""
        with self._capacity._lock:
            if not self.ready:
                self._wakers.append(waker)
            return self.ready

    def __enter__(self) -> Self:
        try:
            self.wait_in_thread()
        except BaseException:
            self.leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()
