"""What a page is told of its site costs next to nothing, whoever's examples are being answered."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from index.types import Filters, Stats
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.api.described import Described
from ui.api.work import Work

SLOW = Filters(sources=("Coast Wire",))


class Slow(FakeNewsdesk):
    """Some examples take until they are let go; and the archive changes when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()
        self.updated = datetime(2025, 6, 1, tzinfo=UTC)
        self.failing = False

    def examples(self, n: int = 4, *, filters: Filters = Filters()) -> tuple[str, ...]:
        if filters == SLOW:
            self.begun.set()
            assert self.go.wait(20)
        return super().examples(n, filters=filters)

    def stats(self) -> Stats:
        if self.failing:
            raise RuntimeError("the disk is gone")
        return replace(super().stats(), updated=self.updated)

    def drawn(self) -> int:
        return [called for called, _ in self.seen].count("examples")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def settled(described: Described) -> None:
    while described._looking:
        await asyncio.sleep(0.005)


def test_one_site_s_examples_keep_no_other_site_and_no_reader_waiting() -> None:
    desk, capacity = Slow(), Capacity(2, 4)
    described = Described(Work(desk, capacity))

    async def pages() -> None:
        held = [asyncio.ensure_future(described.within(SLOW)) for _ in range(20)]
        while not desk.begun.is_set():
            await asyncio.sleep(0.005)
        assert (await described.within(Filters()))["articles"] == 4
        assert (capacity.active, capacity.waiting) == (1, 0)  # one place, for all who ask alike
        held[0].cancel()  # the first who asked leaves, and the others are told all the same
        desk.go.set()
        told = await asyncio.gather(*held[1:])
        assert all(each["articles"] == 2 for each in told)
        assert all(each == told[0] for each in told)

    asyncio.run(pages())
    assert desk.drawn() == 2
    assert capacity.active == 0


def test_examples_are_drawn_again_only_when_the_archive_has_changed() -> None:
    desk, clock = Slow(), Clock()
    described = Described(Work(desk, Capacity(1, 0)), clock=clock)

    async def pages() -> None:
        for _ in range(3):
            await described.within(Filters())
            await settled(described)
            clock.now += 61
        assert desk.drawn() == 1
        desk.updated = datetime(2025, 6, 2, tzinfo=UTC)
        before = await described.within(Filters())  # what was known, at once
        assert before["updated"] == "2025-06-01T00:00:00+00:00"
        await settled(described)
        assert (await described.within(Filters()))["updated"] == "2025-06-02T00:00:00+00:00"

    asyncio.run(pages())
    assert desk.drawn() == 2


def test_a_full_server_tells_its_figures_and_draws_examples_later() -> None:
    desk, clock, capacity = Slow(), Clock(), Capacity(1, 0)
    described = Described(Work(desk, capacity), clock=clock)

    async def pages() -> None:
        with capacity.place():
            told = await described.within(Filters())
            assert (told["articles"], told["examples"]) == (4, [])
        clock.now += 6
        await described.within(Filters())
        await settled(described)
        assert (await described.within(Filters()))["examples"]

    asyncio.run(pages())


def test_what_cannot_be_found_out_leaves_what_was_known_and_is_written_down_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk, clock = Slow(), Clock()
    described = Described(Work(desk, Capacity(1, 0)), clock=clock)

    async def pages() -> None:
        known = await described.within(Filters())
        desk.failing = True
        clock.now += 61
        for _ in range(2):
            assert await described.within(Filters()) == known
            await settled(described)
        assert [
            each.getMessage().splitlines()[0].partition(" failed: ")[2] for each in caplog.records
        ] == ["RuntimeError"]
        desk.failing, clock.now = False, clock.now + 6
        desk.updated = datetime(2025, 6, 2, tzinfo=UTC)
        await described.within(Filters())
        await settled(described)
        assert (await described.within(Filters()))["updated"] == "2025-06-02T00:00:00+00:00"

    asyncio.run(pages())
