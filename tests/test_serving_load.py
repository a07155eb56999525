"""The load of visitors: it tells answers that went astray from those that came home."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from eval.load import LoadScores, Plan, measure
from eval.load_memory import resident
from index.types import Filters
from rag.types import Sentence, Turn
from tests.browsing import Served, until
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.newsdesk import Newsdesk
from ui.server import create_app
from ui.serving.service import Service

ASKED = [
    "What did the council decide about the night ferry?",
    "What will a fare cost from July?",
    "Who won the regatta?",
]
FEW = Plan("", visitors=6, seconds=1.5, think=0.1, burst=5, beyond=0)


@contextmanager
def serving(desk: Newsdesk, capacity: Capacity) -> Iterator[str]:
    server = Served(create_app(desk, service=Service(capacity, visitor_per_minute=0)))
    try:
        yield server.url
    finally:
        server.stop()


def scores_of(desk: Newsdesk, plan: Plan, capacity: Capacity | None = None) -> LoadScores:
    with serving(desk, capacity or Capacity(4, 50)) as url:
        return measure(ASKED, replace(plan, url=url, pid=os.getpid()))


class Mixing(FakeNewsdesk):
    """Gives a reader another's conversation, or another's sentences, now and then."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self._how = how
        self._asked = 0

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Any]:
        self._asked += 1
        if self._asked > len(ASKED) and self._asked % 2:  # nobody else asked before that
            if self._how == "history":
                history = (Turn("Someone else's?", "Someone else's?"),)
            elif self._how == "question":
                question = ASKED[1]
            elif self._how == "lost":
                raise RuntimeError("lost")
        for piece in super().stream(question, history=history, filters=filters, infer=infer):
            if self._how == "sentence" and self._asked > len(ASKED):
                piece = replace(piece, text="Another's.") if isinstance(piece, Sentence) else piece
            yield piece


def test_a_server_that_answers_everybody_has_no_fault() -> None:
    scores = scores_of(FakeNewsdesk(), FEW)
    for crowd in (scores.calm, scores.visitors, scores.burst):
        assert crowd is not None
        assert crowd.asked == crowd.answered + crowd.refused == crowd.statuses[200] > 0
        assert (crowd.errors, crowd.wrong) == ({}, ())
        assert crowd.first is not None
        assert crowd.first.count == crowd.asked
    assert scores.burst is not None
    assert scores.burst.asked == 5
    assert scores.visitors.asked > 6
    assert scores.memory is not None
    assert scores.memory.peak >= resident(os.getpid()) // 2


@pytest.mark.parametrize("how", ["history", "question", "sentence"])
def test_answers_that_are_mixed_up_are_noticed(how: str) -> None:
    scores = scores_of(Mixing(how), FEW)
    assert scores.calm.wrong == ()
    assert scores.visitors.wrong


def test_answers_that_are_lost_are_noticed() -> None:
    scores = scores_of(Mixing("lost"), FEW)
    assert sum(scores.visitors.errors.values()) > 0


class Holding(FakeNewsdesk):
    """Answers what is asked after each question was asked once as soon as nine are turned away."""

    def __init__(self, capacity: Capacity) -> None:
        super().__init__()
        self._capacity = capacity

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Any]:
        if len(self.asked) >= len(ASKED):
            until(lambda: self._capacity.turned_away == 9, 30)
        yield from super().stream(question, history=history, filters=filters, infer=infer)


def test_those_beyond_capacity_are_counted_as_turned_away() -> None:
    plan, capacity = replace(FEW, visitors=0, seconds=0, burst=0, beyond=12), Capacity(1, 2)
    scores = scores_of(Holding(capacity), plan, capacity)
    assert scores.beyond is not None
    assert scores.beyond.statuses == {200: 3, 503: 9}
    assert scores.beyond.busy is not None
    assert scores.beyond.busy.count == 9
    assert scores.beyond.errors == {}


def test_memory_is_that_of_a_process_that_is_there() -> None:
    assert resident(os.getpid()) > 1_000_000
    assert resident(2**22 + 1) == 0
