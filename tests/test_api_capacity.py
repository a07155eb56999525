"""Places for answers: in order, never more than there are, and none is ever lost."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from ui.api.capacity import Capacity, Place
from ui.api.problems import Problem


@asynccontextmanager
async def placed(capacity: Capacity) -> AsyncIterator[Place]:
    """As an answer takes its place in an event loop."""
    place = capacity.place()
    try:
        await place.wait()
        yield place
    finally:
        place.leave()


def told(full: Capacity) -> float | None:
    """When one too many is told to come back."""
    with pytest.raises(Problem) as busy:
        full.place()
    return busy.value.retry_after


def test_those_who_wait_are_served_in_the_order_they_came() -> None:
    async def run() -> list[int]:
        capacity, served = Capacity(1, 10), list[int]()

        async def visitor(number: int) -> None:
            async with placed(capacity):
                served.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(visitor(n) for n in range(10)))
        assert (capacity.active, capacity.waiting) == (0, 0)
        return served

    assert asyncio.run(run()) == list(range(10))


def test_one_too_many_is_told_at_once_when_to_come_back() -> None:
    now = 0.0
    capacity = Capacity(2, 1, clock=lambda: now)
    first, second = capacity.place(), capacity.place()
    now = 8.0
    first.leave()  # it took eight seconds
    third, fourth = capacity.place(), capacity.place()
    assert (third.ready, fourth.ready) == (True, False)
    with pytest.raises(Problem) as full:
        capacity.place()
    assert (full.value.status, full.value.kind) == (503, "busy")
    # two are ahead (the one who waits, and oneself), two places, eight seconds each
    assert full.value.retry_after == 8
    for place in (second, third, fourth):
        place.leave()
    assert (capacity.active, capacity.waiting) == (0, 0)


def test_the_estimate_stays_within_a_minute() -> None:
    now = 0.0
    capacity = Capacity(1, 0, clock=lambda: now)
    slow = capacity.place()
    assert told(capacity) == 1
    now = 1_000.0
    slow.leave()
    capacity.place()
    assert told(capacity) == 60


def test_one_in_line_sees_how_many_are_ahead() -> None:
    capacity = Capacity(1, 5)
    places = [capacity.place() for _ in range(4)]
    assert [place.ahead for place in places] == [0, 0, 1, 2]
    places[1].leave()  # gave up
    assert [place.ahead for place in places[2:]] == [0, 1]
    places[0].leave()
    assert places[2].ready
    assert not places[3].ready


@pytest.mark.parametrize("seed", range(5))
def test_no_place_is_lost_where_hundreds_give_up_at_any_moment(seed: int) -> None:
    chance = random.Random(seed)
    most = 0

    async def run() -> Capacity:
        capacity, inside = Capacity(3, 400), 0

        async def visitor() -> None:
            nonlocal inside, most
            async with placed(capacity):
                inside += 1
                most = max(most, inside)
                try:
                    for _ in range(chance.randrange(4)):
                        await asyncio.sleep(0)
                finally:
                    inside -= 1

        tasks = [asyncio.create_task(visitor()) for _ in range(400)]
        while not all(task.done() for task in tasks):
            for task in chance.sample(tasks, 3):
                task.cancel()
            await asyncio.sleep(0)
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(each) for each in done} <= {type(None), asyncio.CancelledError}
        assert any(each is None for each in done)
        assert any(isinstance(each, asyncio.CancelledError) for each in done)
        async with placed(capacity) as place:  # and the next one is served at once
            assert place.ready
        return capacity

    capacity = asyncio.run(run())
    assert (capacity.active, capacity.waiting) == (0, 0)
    assert most == 3


def test_one_who_is_given_a_place_while_giving_up_passes_it_on() -> None:
    async def run() -> None:
        capacity = Capacity(1, 2)
        first = capacity.place()

        async def visitor() -> None:
            async with placed(capacity):
                pass

        leaving, staying = asyncio.create_task(visitor()), asyncio.create_task(visitor())
        await asyncio.sleep(0)
        first.leave()  # the place is now the first one's in line, who has not woken yet
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving
        await staying
        assert (capacity.active, capacity.waiting) == (0, 0)

    asyncio.run(run())


def test_threads_and_tasks_share_the_places() -> None:
    capacity = Capacity(2, 100)
    lock, inside, most, served = threading.Lock(), 0, 0, 0

    def enter(by: int) -> None:
        nonlocal inside, most, served
        with lock:
            inside += by
            most = max(most, inside)
            served += by > 0

    def thread() -> None:
        for _ in range(50):
            with capacity.place():
                enter(1)
                enter(-1)

    async def task() -> None:
        for _ in range(50):
            async with placed(capacity):
                enter(1)
                await asyncio.sleep(0)
                enter(-1)

    async def tasks() -> None:
        await asyncio.gather(*(task() for _ in range(4)))

    threads = [threading.Thread(target=thread) for _ in range(4)]
    for each in threads:
        each.start()
    asyncio.run(tasks())
    for each in threads:
        each.join()
    assert (served, capacity.active, capacity.waiting) == (400, 0, 0)
    assert most <= 2


def test_waiting_for_a_while_says_whether_it_is_over() -> None:
    async def run() -> None:
        capacity = Capacity(1, 2)
        first, second = capacity.place(), capacity.place()
        assert not await second.wait(0.01)
        assert not second.wait_in_thread(0.01)
        asyncio.get_running_loop().call_later(0.01, first.leave)
        assert await second.wait()
        second.leave()
        second.leave()  # twice does no harm
        assert (capacity.active, capacity.waiting) == (0, 0)

    asyncio.run(run())


@pytest.mark.parametrize(("at_once", "waiting"), [(0, 1), (1, -1)])
def test_no_places_at_all_is_refused(at_once: int, waiting: int) -> None:
    with pytest.raises(ValueError, match="at least 1 and 0"):
        Capacity(at_once, waiting)
