"""An assistant's calls, which stand still, run beside an event loop that must not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Generic, Self, TypeVar

from ui.api.capacity import Capacity
from ui.newsdesk import Newsdesk

T = TypeVar("T")

_READS = 4  # threads for what needs no place: a source opened, feedback kept
_TURN = 1.0  # seconds between two words on how many are ahead in line
_END = object()


class Work:
    """Runs what is asked of `desk` in threads of its own, each question in one place.

    There are as many threads as places, so nothing else that runs in threads
    (Gradio, files) is kept waiting, nor keeps a question waiting.
    """

    def __init__(self, desk: Newsdesk, capacity: Capacity) -> None:
        self.desk = desk
        self.capacity = capacity
        self._answering = ThreadPoolExecutor(capacity.at_once, "byline-answer")
        self._reading = ThreadPoolExecutor(_READS, "byline-read")

    async def read(self, call: Callable[[], T]) -> T:
        """What costs little, done without a place."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, call)

    async def once(self, call: Callable[[], T]) -> T:
        """One call that costs as much as a question. Raises Problem 503 `busy`."""

        def begin() -> Iterator[T]:
            yield call()

        async with self.telling(begin) as telling:
            return [each async for each in telling.events()][-1]

    def telling(self, begin: Callable[[], Iterator[T]]) -> Telling[T]:
        """What `begin()` yields, told as it comes: see `Telling`."""
        return Telling(begin, self.capacity, self._answering)


class Telling(Generic[T]):
    """An iterator's events, as a thread of its own makes them.

    `async with` stands in line (raises Problem 503 `busy`) and, at its end, gives
    up: the waiting at once, the iterator, which is closed by its thread, at its
    next event. The place is given back only when the iterator has really ended;
    and as soon as it has, however slowly its events are then read.
    """

    def __init__(
        self, begin: Callable[[], Iterator[T]], capacity: Capacity, threads: ThreadPoolExecutor
    ) -> None:
        self._begin = begin
        self._capacity = capacity
        self._threads = threads
        self._started = False
        self._given_up = threading.Event()

    async def __aenter__(self) -> Self:
        self._place = self._capacity.place()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._given_up.set()
        if not self._started:
            self._place.leave()

    async def line(self) -> AsyncGenerator[int, None]:
        """How many are ahead, once a second, until it is this one's turn."""
        while not self._place.ready:
            yield self._place.ahead
            await self._place.wait(_TURN)

    async def events(self) -> AsyncGenerator[T, None]:
        """The events, in order. Raises what the iterator raises."""
        async for each in self.events_or_silence(None):
            assert each is not None
            yield each

    async def events_or_silence(self, seconds: float | None) -> AsyncGenerator[T | None, None]:
        """The events, and None wherever there was none for so many seconds."""
        await self._place.wait()
        loop, events = asyncio.get_running_loop(), asyncio.Queue[object]()

        def post(event: object) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens
                loop.call_soon_threadsafe(events.put_nowait, event)

        running = self._threads.submit(self._run, post)
        self._started = True
        running.add_done_callback(lambda _: post(_END))
        while True:
            try:
                async with asyncio.timeout(seconds):
                    event = await events.get()
            except TimeoutError:
                yield None
                continue
            if event is _END:
                break
            yield event  # type: ignore[misc]  # what `_run` posted
        running.result()

    def _run(self, post: Callable[[object], None]) -> None:
        try:
            if self._given_up.is_set():
                return
            with closing(_closable(self._begin())) as events:
                for event in events:
                    if self._given_up.is_set():
                        return
                    post(event)
        finally:
            self._place.leave()


def _closable(events: Iterator[T]) -> Generator[T, None, None]:
    """The same as a generator: closing it closes what it yields from, where that can be."""
    yield from events
