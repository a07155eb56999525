"""Counts are those of the archive as it is; of a large one they may come a moment later."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from index import counted, database
from index.counted import Counts
from index.location import Folder
from index.types import Coverage, Filters
from tests.small_archive import IDENTITY

LARGE = 1_000_000


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return database.open_writer(Folder(tmp_path), IDENTITY)


class Counting:
    """Counts as many articles as it is told to, and how often it was asked."""

    def __init__(self, articles: int) -> None:
        self.articles = articles
        self.asked = 0

    def __call__(self, connection: Connection, filters: Filters) -> Coverage:
        self.asked += 1
        return Coverage(self.articles, None, None)


def eventually(counts: Counts, count: Counting, change: int) -> int:
    """What is answered once it has been counted again."""
    wanted = count.articles
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (found := counts.of(count, Filters(), change, LARGE).articles) == wanted:
            return found
        time.sleep(0.01)
    return counts.of(count, Filters(), change, LARGE).articles


def test_nothing_is_counted_twice_in_one_state(engine: Engine) -> None:
    counts, count = Counts(engine), Counting(3)
    for passages in (10, LARGE, 10):
        assert counts.of(count, Filters(), 1, passages).articles == 3
    assert count.asked == 1
    assert counts.of(count, Filters(sources=("BBC",)), 1, 10).articles == 3
    assert count.asked == 2


def test_a_small_archive_is_counted_anew_after_each_change(engine: Engine) -> None:
    counts, count = Counts(engine), Counting(3)
    counts.of(count, Filters(), 1, 10)
    count.articles = 4
    assert counts.of(count, Filters(), 2, 10).articles == 4


def test_no_answer_waits_for_a_large_archive_to_be_counted_again(engine: Engine) -> None:
    counts, count = Counts(engine), Counting(3)
    counts.of(count, Filters(), 1, LARGE)
    count.articles = 4
    assert counts.of(count, Filters(), 2, LARGE).articles == 3
    assert eventually(counts, count, 2) == 4
    counts.close()


def test_what_was_empty_or_is_long_ago_is_counted_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts, count = Counts(engine), Counting(0)
    counts.of(count, Filters(), 1, LARGE)
    count.articles = 1
    assert counts.of(count, Filters(), 2, LARGE).articles == 1
    monkeypatch.setattr(counted, "_LONGEST", 0.0)
    count.articles = 2
    assert counts.of(count, Filters(), 3, LARGE).articles == 2
