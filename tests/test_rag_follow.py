"""Follow-ups, resolved against the turn before."""

from __future__ import annotations

from datetime import date

import pytest

from rag.follow import follow
from rag.types import Turn

TODAY = date(2025, 7, 30)
MAYOR = (
    "Dina Sorrel will be the next mayor of Port Merrin. [1] The final count gave her 71,902 votes "
    "to Conrad Ellwood's 70,688. [2] Ms Sorrel, 41, is a housing lawyer. [1]"
)


@pytest.mark.parametrize(
    ("before", "answer", "asked", "searched"),
    [
        ("How many soldiers were killed?", "", "What about civilians?", "How many civilians were"),
        ("How many soldiers were killed?", "", "Why?", "Why were soldiers killed?"),
        ("How many soldiers were killed?", "", "How many were injured?", "soldiers were injured?"),
        ("How many soldiers were killed?", "", "And in Merrin?", "soldiers were killed in Merrin?"),
        ("What was inflation in 2023?", "", "And the year before?", "What was inflation in 2022?"),
        ("What was inflation in 2023?", "", "And in 2021?", "What was inflation in 2021?"),
        ("What was inflation in 2023?", "", "А годом раньше?", "What was inflation in 2022?"),
        (
            "Who runs it?",
            "It is run by Viktor Hale. [1]",
            "Who is he?",
            "Who is Viktor Hale?",
        ),
        ("Who became mayor of Port Merrin?", MAYOR, "How old is she?", "How old is Dina Sorrel?"),
        ("Who became mayor of Port Merrin?", MAYOR, "Who is her father?", "Dina Sorrel's father?"),
        ("Who became mayor of Port Merrin?", MAYOR, "And in Adlerby?", "mayor of Adlerby?"),
        ("When did the dam fail?", "", "Why?", "Why did the dam fail?"),
        ("How late was the siren?", "", "Why?", "Why was the siren late?"),
        (
            "What did Castellan say about the dam?",
            "",
            "And Ellwood?",
            "did Ellwood say about the dam",
        ),
        ("How late was the siren?", "", "Tell me more", "How late was the siren?"),
    ],
)
def test_a_short_follow_up_becomes_the_question_that_it_means(
    before: str, answer: str, asked: str, searched: str
) -> None:
    assert searched in follow(asked, [Turn(before, before, answer)], TODAY).searched


def test_a_shift_of_a_year_can_be_repeated() -> None:
    first = Turn("What was inflation in 2023?", "What was inflation in 2023?")
    second = follow("And the year before?", [first], TODAY).searched
    third = follow("And the year before?", [Turn("And the year before?", second)], TODAY).searched
    assert third == "What was inflation in 2021?"


def test_a_pronoun_is_not_given_to_whom_a_title_shows_to_be_another() -> None:
    turn = Turn("Who won?", "Who won?", "Mr Hale lost to Ms Sorrel.")
    assert "Sorrel" in follow("How old is she?", [turn], TODAY).searched
    assert follow("How old is he?", [turn], TODAY).searched == "How old is Hale?"


@pytest.mark.parametrize(
    "asked",
    [
        "And what is the capital of France?",
        "When did the opera house in Adlerby open?",
        "What did Castellan say about radios?",
    ],
)
def test_a_question_with_a_subject_of_its_own_takes_nothing_along(asked: str) -> None:
    turn = Turn("How late was the siren in Tamsel?", "How late was the siren in Tamsel?", MAYOR)
    followed = follow(asked, [turn], TODAY)
    assert (followed.searched, followed.also) == (asked, ())


def test_the_last_answer_is_searched_beside_a_question_that_goes_on() -> None:
    turn = Turn("Who became mayor?", "Who became mayor?", MAYOR)
    followed = follow("By how many votes did she win?", [turn], TODAY)
    assert followed.sure
    assert "71,902 votes" in followed.also[0]
    assert "[1]" not in followed.also[0]


@pytest.mark.parametrize(
    "asked", ["Tell me about the bank", "Give me a timeline of the flood", "Anything on the tram?"]
)
def test_a_question_that_names_its_subject_starts_afresh(asked: str) -> None:
    last = Turn("What did Dorrit Hames say?", "What did Dorrit Hames say?", "She said no.")
    followed = follow(asked, [last], date(2025, 7, 31))
    assert (followed.searched, followed.also, followed.sure) == (asked, (), False)


def test_one_that_points_back_does_not() -> None:
    last = Turn("Who led the inquiry?", "Who led the inquiry?", "Agnes Corrow led it.")
    assert follow("Tell me about her", [last], date(2025, 7, 31)).sure
