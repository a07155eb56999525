"""Measures of a ranking and of an answer's words, against values computed by hand."""

from __future__ import annotations

from math import log2

import pytest

from eval.metrics import (
    exact_match,
    hit_at,
    ndcg_at,
    recall_at,
    reciprocal_rank,
    token_f1,
    token_recall,
)

RANKED = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("k", "relevant", "expected"),
    [(1, {"a"}, 1.0), (1, {"b"}, 0.0), (2, {"b"}, 1.0), (5, {"z"}, 0.0), (5, {"e", "z"}, 1.0)],
)
def test_hit(k: int, relevant: set[str], expected: float) -> None:
    assert hit_at(k, RANKED, relevant) == expected


@pytest.mark.parametrize(
    ("relevant", "expected"),
    [({"a"}, 1.0), ({"c"}, 1 / 3), ({"d", "b"}, 0.5), ({"z"}, 0.0)],
)
def test_reciprocal_rank(relevant: set[str], expected: float) -> None:
    assert reciprocal_rank(RANKED, relevant) == expected


@pytest.mark.parametrize(
    ("k", "relevant", "expected"),
    [
        (4, {"a", "e"}, 0.5),
        (5, {"a", "e"}, 1.0),
        (4, {"a", "z"}, 0.5),
        (2, {"c"}, 0.0),
        (10, {"a", "b", "x", "y"}, 0.5),
    ],
)
def test_recall(k: int, relevant: set[str], expected: float) -> None:
    assert recall_at(k, RANKED, relevant) == expected


@pytest.mark.parametrize(
    ("k", "relevant", "expected"),
    [
        (10, {"a"}, 1.0),
        (10, {"b"}, 1 / log2(3)),
        (10, {"a", "b"}, 1.0),
        (10, {"a", "c"}, (1 + 1 / log2(4)) / (1 + 1 / log2(3))),
        (10, {"b", "z"}, (1 / log2(3)) / (1 + 1 / log2(3))),
        (1, {"b"}, 0.0),
        # more relevant than k: the best k are perfect
        (2, {"a", "b", "c", "d"}, 1.0),
        (2, {"b", "c", "d"}, (1 / log2(3)) / (1 + 1 / log2(3))),
    ],
)
def test_ndcg(k: int, relevant: set[str], expected: float) -> None:
    assert ndcg_at(k, RANKED, relevant) == pytest.approx(expected)


def test_an_unanswered_query_scores_nothing() -> None:
    for score in (hit_at(5, [], {"a"}), recall_at(5, [], {"a"}), ndcg_at(5, [], {"a"})):
        assert score == 0.0
    assert reciprocal_rank([], {"a"}) == 0.0


def test_squads_measures_ignore_case_articles_and_punctuation() -> None:
    assert exact_match("The Ferry, on Fridays!", ["a ferry on fridays"]) == 1.0
    assert exact_match("on Friday", ["on Fridays"]) == 0.0
    assert token_f1("It sails on Fridays", ["in May", "on Fridays"]) == pytest.approx(2 / 3)
    assert token_recall("It sails on Fridays", ["on Fridays"]) == 1.0
    assert token_f1("It rained", ["on Fridays"]) == 0.0
    assert token_f1("nine nine", ["nine"]) == pytest.approx(2 / 3)
