"""Follow-ups: asked with their history, ranked with and without it, refused or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.asking import Setup
from eval.conversations import measure, read_messages
from index.errors import SourceError
from tests.fake_embedder import FakeEmbedder

CORPUS = [
    {"id": "ferry", "text": "The night ferry sails from Ossel to Sarne on Fridays at ten."},
    {"id": "price", "text": "A cabin on the night ferry to Sarne costs ninety crowns."},
    {"id": "tram", "text": "Tram line four opens in October, and a ticket costs three crowns."},
    {"id": "coral", "text": "A new coral was found in deep water off the northern cape."},
]


def said(*contents: str) -> list[dict[str, str]]:
    roles = ("user", "assistant")
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(contents)]


ASKED = said("When does the night ferry sail to Sarne?", "On Fridays at ten.")
TURNS: list[dict[str, Any]] = [
    {"conversation": "a", "messages": [*ASKED, *said("How much does it cost?")],
     "relevant": ["price"], "answerability": "ANSWERABLE"},
    {"conversation": "a", "messages": [*ASKED, *said("Which violinist married a beekeeper?")],
     "relevant": [], "answerability": "UNANSWERABLE"},
    {"conversation": "b", "messages": [*ASKED, *said("What coral was found in deep water?")],
     "relevant": ["coral"], "answerability": "PARTIAL"},
    {"conversation": "c", "messages": said("When does tram line four open?"),
     "relevant": ["tram"], "answerability": "ANSWERABLE"},
]  # fmt: skip


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_only_turns_with_history_count_and_the_rest_are_counted(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    scores = measure(
        write(tmp_path / "c.jsonl", CORPUS),
        write(tmp_path / "t.jsonl", TURNS),
        Setup(FakeEmbedder()),
        lambda *step: steps.append(step),
    )
    assert scores.turns == 2
    assert scores.without_history == 1
    assert scores.without_relevant == 1
    assert (scores.refusal.answerable, scores.refusal.unanswerable) == (1, 1)
    assert list(scores.unsure) == ["PARTIAL"]
    assert scores.unsure["PARTIAL"][0] == 1
    assert ("indexing", 4, 4) in steps
    assert steps[-1] == ("asking", 3, 3)


def test_resolving_a_follow_up_finds_what_its_words_alone_do_not(tmp_path: Path) -> None:
    dear = {**TURNS[0], "messages": [*ASKED, *said("Is it dear?")]}
    scores = measure(
        write(tmp_path / "c.jsonl", CORPUS),
        write(tmp_path / "t.jsonl", [dear]),
        Setup(FakeEmbedder()),
    )
    alone = scores.steps["last turn alone, lexical"].ndcg_at_10.value
    resolved = scores.steps["resolved, lexical"].ndcg_at_10.value
    assert alone == 0.0
    assert resolved is not None
    assert resolved > 0.5
    assert scores.default in scores.steps
    assert scores.default.startswith("resolved")
    assert scores.refusal.auroc.value is None  # there was nothing to refuse


def test_a_turn_that_cannot_be_asked_finds_nothing(tmp_path: Path) -> None:
    long = {**TURNS[0], "messages": [*ASKED, *said("ferry " * 500)]}
    scores = measure(
        write(tmp_path / "c.jsonl", CORPUS),
        write(tmp_path / "t.jsonl", [long]),
        Setup(FakeEmbedder()),
    )
    assert {step.ndcg_at_10.value for step in scores.steps.values()} == {0.0}
    assert scores.refusal.answered.value == 0.0


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"relevant": "price"}, "expected relevant to be a list"),
        ({"messages": "Who?"}, "expected messages to be a list"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "expected messages to be a list"),
        ({"messages": [{"role": "user", "content": None}]}, "expected messages to be a list"),
        ({"messages": ASKED}, "expected the last message to be the user's"),
        ({"messages": []}, "expected the last message to be the user's"),
    ],
)
def test_a_malformed_turn_is_named_by_its_line(
    tmp_path: Path, change: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(SourceError, match=rf"t\.jsonl:2: {wrong}"):
        read_messages(write(tmp_path / "t.jsonl", [TURNS[0], {**TURNS[0], **change}]))


def test_an_answer_in_several_messages_is_one_turn(tmp_path: Path) -> None:
    messages = [
        {"role": "assistant", "content": "Hello."},
        *said("When?", "On Fridays."),
        {"role": "assistant", "content": "At ten."},
        *said("Where?"),
    ]
    (message,) = read_messages(write(tmp_path / "t.jsonl", [{**TURNS[0], "messages": messages}]))
    assert message.question == "Where?"
    assert [(turn.question, turn.answer) for turn in message.history] == [
        ("When?", "On Fridays.\nAt ten.")
    ]


def test_a_set_without_follow_ups_cannot_be_measured(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no turn has both a history and a relevant passage"):
        measure(
            write(tmp_path / "c.jsonl", CORPUS),
            write(tmp_path / "t.jsonl", TURNS[3:]),
            Setup(FakeEmbedder()),
        )
