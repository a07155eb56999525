"""Choosing sentences: each step chooses by what it is named after, ties in the text's order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.asking import Setup
from eval.selection import Step, measure, read_choices
from index.errors import SourceError
from rag import select
from rag.reader import Extract, Reader, Reading
from tests.fake_embedder import FakeEmbedder

ROWS: list[dict[str, Any]] = [
    {"question": "When does the night ferry sail?", "title": "Sarne",
     "sentences": ["It rained.", "The night ferry does sail on Fridays.", "Cod is dear."],
     "answer_sentences": [1]},
    {"question": "When does the night ferry sail?", "title": "Sarne",
     "sentences": ["The night ferry does sail, it is said.", "On Fridays at ten.", "Cod is dear."],
     "answer_sentences": [1, 2]},
    {"question": "Who?", "sentences": ["Nobody."], "answer_sentences": []},
]  # fmt: skip


class Friday:
    """Reads for the sentence that names the day."""

    id = "fake"

    def __init__(self) -> None:
        self.seen: list[Extract] = []

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        self.seen += extracts
        return [
            Reading(tuple(float("Fridays" in s) for s in extract.sentences), 0.0)
            for extract in extracts
        ]


@pytest.fixture(autouse=True)
def ranked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bool]]:
    """The product's choice stands in: the last sentence, or what a reader says."""
    calls: list[tuple[str, str, bool]] = []

    def rank(
        question: str,
        title: str,
        sentences: Sequence[str],
        *,
        embedder: FakeEmbedder,
        reader: Reader | None,
    ) -> list[float]:
        calls.append((question, title, reader is not None))
        if reader is not None:
            return list(reader.read(question, [Extract(title, tuple(sentences))])[0].sentences)
        return [float(n) for n in range(len(sentences))]

    monkeypatch.setattr(select, "rank", rank, raising=False)
    return calls


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_each_step_is_scored_and_rows_without_an_answer_are_left_out(
    tmp_path: Path, ranked: list[tuple[str, str, bool]]
) -> None:
    reader = Friday()
    scores = measure(write(tmp_path / "q.jsonl", ROWS), Setup(FakeEmbedder(), reader))
    assert (scores.cases, scores.left_out) == (2, 1)
    assert scores.default is Step.BOTH
    found = {step: (s.r_at_1.value, s.mrr.value) for step, s in scores.steps.items()}
    assert found[Step.WORDS] == (0.5, 0.75)  # the second is fooled by the words repeated
    assert found[Step.FEATURES] == (0.5, pytest.approx((1 / 2 + 1) / 2))
    assert found[Step.READER] == (1.0, 1.0)
    assert found[Step.BOTH] == (1.0, 1.0)
    assert reader.seen[0] == Extract("Sarne", tuple(ROWS[0]["sentences"]))
    assert [call[2] for call in ranked] == [False, True, False, True]
    assert {call[:2] for call in ranked} == {("When does the night ferry sail?", "Sarne")}


def test_without_a_reader_its_steps_are_left_out(tmp_path: Path) -> None:
    scores = measure(write(tmp_path / "q.jsonl", ROWS), Setup(FakeEmbedder()))
    assert list(scores.steps) == [Step.WORDS, Step.MEANING, Step.FEATURES]
    assert scores.default is Step.FEATURES


def test_meaning_chooses_the_nearest_sentence(tmp_path: Path) -> None:
    same = {"question": "cod quota cut", "sentences": ["Trams.", "cod quota cut", "Coral."],
            "answer_sentences": [1]}  # fmt: skip
    scores = measure(write(tmp_path / "q.jsonl", [same]), Setup(FakeEmbedder()))
    assert scores.steps[Step.MEANING].r_at_1.value == 1.0


def test_equal_scores_keep_the_order_of_the_text(tmp_path: Path) -> None:
    tied = {"question": "Who?", "sentences": ["A b.", "C d.", "E f."], "answer_sentences": [1]}
    scores = measure(write(tmp_path / "q.jsonl", [tied]), Setup(FakeEmbedder()))
    assert scores.steps[Step.WORDS].mrr.value == 0.5


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"question": None}, "expected question to be text"),
        ({"sentences": "One. Two."}, "expected sentences to be a list of text"),
        ({"sentences": [1]}, "expected sentences to be a list of text"),
        ({"answer_sentences": [3]}, "indices of its 3 sentences"),
        ({"answer_sentences": [-1]}, "indices of its 3 sentences"),
        ({"answer_sentences": [True]}, "indices of its 3 sentences"),
        ({"answer_sentences": 1}, "indices of its 3 sentences"),
    ],
)
def test_a_malformed_row_is_named_by_its_line(
    tmp_path: Path, change: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(SourceError, match=rf"q\.jsonl:2: .*{wrong}"):
        read_choices(write(tmp_path / "q.jsonl", [ROWS[0], {**ROWS[0], **change}]))


def test_a_set_without_an_answer_cannot_be_measured(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no row has a sentence that answers"):
        measure(write(tmp_path / "q.jsonl", ROWS[2:]), Setup(FakeEmbedder()))
