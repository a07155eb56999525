"""Follow-up questions that a language model makes whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Answer, Turn
from rag.llm.question import believable
from tests import llm_desk
from tests.llm_desk import TRUE, desk
from tests.llm_server import Served, in_turn, says

folder = llm_desk.folder


def followed(folder: Path, whole: str) -> tuple[Answer, Served]:
    with desk(folder, in_turn(says(whole), says(f"{TRUE} [p1]"))) as (assistant, served):
        turn = Turn("When does the night ferry sail?", "When does the night ferry sail?", "Fridays")
        return assistant.ask("How much does it cost?", history=[turn]), served


def test_a_follow_up_is_made_whole(folder: Path) -> None:
    answer, served = followed(folder, "How much does the night ferry cost?")
    assert answer.question.text == "How much does it cost?"
    assert answer.question.searched == "How much does the night ferry cost?"
    assert "read as: How much does the night ferry cost?" in answer.question.notes
    assert len(served.asked) == 2
    assert answer.written is not None
    assert (answer.written.prompt_tokens, answer.written.completion_tokens) == (200, 40)
    assert answer.written.cost == pytest.approx(280 / 1_000_000)


@pytest.mark.parametrize(
    "whole",
    [
        "How much does the Titanic cost?",
        "How much does the night ferry cost in 2019?",
        "The night ferry costs 40 crowns.",
        "Why did the president of the bank resign after the scandal?",
        "",
    ],
)
def test_a_rewriting_that_brings_something_in_is_not_believed(folder: Path, whole: str) -> None:
    answer, _ = followed(folder, whole)
    assert answer.written is not None
    assert answer.written.prompt_tokens == 200  # it was paid for all the same
    assert "night ferry" in answer.question.searched
    assert "Titanic" not in answer.question.searched
    assert not any(note.startswith("read as:") for note in answer.question.notes)


def test_a_rewriting_must_still_be_the_question() -> None:
    said = "Who is Ann Lee? Ann Lee is the harbour master. Why did she resign?"
    assert believable("Why did Ann Lee resign?", "Why did she resign?", said)
    assert not believable("Who is Ann Lee?", "Why did she resign?", said)


def test_a_question_that_stands_alone_is_not_rewritten(folder: Path) -> None:
    with desk(folder, says(f"{TRUE} [p1]")) as (assistant, served):
        turn = Turn("What was cut?", "What was cut?", "The quota")
        answer = assistant.ask("Tell me about the night ferry to Sarne", history=[turn])
        assert answer.question.searched == "Tell me about the night ferry to Sarne"
        assert all("Follow-up" not in prompt for prompt in served.prompts())
