"""`byline eval bench cluster`: what it is given, its articles and its rates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.bench import cluster
from eval.bench.cluster import between
from eval.bench.committing import Rate, committing
from eval.bench.registry import Given
from eval.bench.texts import made
from eval.processes import WorkerLost
from index.errors import ArchiveError, BylineError
from index.location import Remote
from index.summary import Summary

NONE = Summary(0, 0, 0, 0, 0, 0, (), (), False)


def test_a_rate_is_of_what_came_in_after_the_first_report_until_all_had() -> None:
    counts = [(10.0, 64, 200), (12.0, 128, 390), (14.0, 164, 500), (19.0, 164, 500)]
    seen = [(at, replace(NONE, added=added, passages=n)) for at, added, n in counts]
    assert between(2, seen) == Rate(2, 25.0, 75.0)
    with pytest.raises(ArchiveError, match="several lots, found 64 in 1 reports"):
        between(2, seen[:1])


def test_made_articles_are_all_different_and_the_same_for_a_name() -> None:
    one = list(made("one", 5))
    assert one == list(made("one", 5))
    texts = {page.content for page in (*one, *made("other", 5))}
    assert len(texts) == 10
    assert all(text.count("\n\n") == 4 for text in texts)
    assert len({page.url for page in one}) == 5


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Given(), "name a new database with --archive"),
        (Given(archive="a/folder"), "cannot write to the folder a/folder"),
        (
            Given(archive="postgresql://db/news", articles=7),
            "expected --articles of 200 or more for a rate, found 7",
        ),
    ],
)
def test_what_cannot_be_measured_is_said_before_anything_is_filled(
    given: Given, expected: str
) -> None:
    with pytest.raises(BylineError, match=expected):
        cluster.run(given)


def test_a_process_that_fails_to_commit_ends_the_others(capfd: pytest.CaptureFixture[str]) -> None:
    nowhere = Remote("postgresql://reader:secret@127.0.0.1:1/news")
    with pytest.raises(WorkerLost, match=r"one of 1 processes that commit to \S+ failed") as raised:
        committing(nowhere, 1, 1)
    assert "secret" not in str(raised.value)
    assert "127.0.0.1" in capfd.readouterr().err
