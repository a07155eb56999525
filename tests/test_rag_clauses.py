"""What a long question names: clauses, outlets, days."""

from __future__ import annotations

from datetime import date

import pytest

from rag.clauses import clauses, days, outlets


def test_a_question_of_several_clauses_is_taken_apart() -> None:
    assert clauses(
        "Does the Courier say that the Hollin dam broke because of neglected repairs, "
        "while the Gazette suggests a flawed design from the beginning?"
    ) == (
        "Does the Courier say the Hollin dam broke because of neglected repairs",
        "the Gazette suggests a flawed design from the beginning",
    )


@pytest.mark.parametrize(
    "question",
    [
        "How many people died when the dam broke?",
        "Who won and when?",
        "What did the mayor say about bread and butter?",
        "",
        "?",
    ],
)
def test_a_simple_question_stays_whole(question: str) -> None:
    assert clauses(question) == ()


def test_a_page_of_clauses_costs_no_more_than_a_few_searches() -> None:
    assert len(clauses("the red dam broke early and " * 60)) == 6


def test_outlets_are_those_of_the_archive_written_as_they_are() -> None:
    sources = ["The Age", "Fortune", "TechCrunch", "Time", "X"]
    asked = "Does 'The Age' agree with TechCrunch's report on the fortune made in no time?"
    assert outlets(asked, sources) == {"The Age", "TechCrunch"}
    assert outlets("In the Age of steam", sources) == {"The Age"}
    assert outlets("In an Age of steam", sources) == frozenset()
    assert outlets("Is Fortunes of War from Timely Books?", sources) == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("published on October 31, 2023", [(2023, 10, 31)]),
        ("on 8 November 2024 and on November 9th, 2024", [(2024, 11, 8), (2024, 11, 9)]),
        ("published at 2023-12-12T22:38:05+00:00", [(2023, 12, 12)]),
        ("29 Ekim 2023 tarihli haber", [(2023, 10, 29)]),
        ("статья от 3 мая 2024 года", [(2024, 5, 3)]),
        ("on 31 February 2024", []),
        ("in May 2024", []),
        ("room 12 March 20245", []),
    ],
)
def test_days_written_out_with_their_year(text: str, expected: list[tuple[int, int, int]]) -> None:
    assert days(text) == {date(*each) for each in expected}
