"""Several questions in one, told apart."""

from __future__ import annotations

import pytest

from rag.several import MOST, split


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Who won Verrania's election and what was the turnout?",
            ("Who won Verrania's election?", "What was the turnout (Verrania's election)?"),
        ),
        (
            "How many people died and how many were injured in the flood?",
            ("How many people died in the flood?", "How many were injured in the flood?"),
        ),
        (
            "When did the dam fail? How many died?",
            ("When did the dam fail?", "How many died (the dam)?"),
        ),
        (
            "Who is Agnes Corrow and how old is she?",
            ("Who is Agnes Corrow?", "How old is Agnes Corrow?"),
        ),
        (
            "When and where did the earthquake strike?",
            ("When did the earthquake strike?", "Where did the earthquake strike?"),
        ),
        (
            "How much did the opera house cost, who designed it and when did it open?",
            (
                "How much did the opera house cost?",
                "Who designed the opera house?",
                "When did the opera house open?",
            ),
        ),
        ("Seçimi kim kazandı ve ne zaman?", ("Seçimi kim kazandı?", "Ne zaman (Seçimi kazandı)?")),
        ("Кто выиграл выборы и когда?", ("Кто выиграл выборы?", "Когда (выиграл выборы)?")),
    ],
)
def test_each_part_is_a_question_of_its_own(question: str, parts: tuple[str, ...]) -> None:
    assert split(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "What did Halvora and Sarne agree on?",
        "Who is the mayor and leader of Open City?",
        "Does the Verge article say X while TechCrunch says Y?",
        "What does the report say about who knew and when they knew?",
        "Was the minister arrested and was charged?",
        "I read about the flood. How many people died?",
        "What is the difference between what he said and what she said?",
        "Who is the individual associated with the crypto industry, reported by The Verge, and who "
        "was accused of fraud?",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert split(question) == (question,)


def test_there_are_never_more_parts_than_can_be_answered_at_once() -> None:
    parts = split("Who won? Who lost? Who cried? Who ran? Who sang?")
    assert len(parts) == MOST
    assert "Who sang?" in parts[-1]
