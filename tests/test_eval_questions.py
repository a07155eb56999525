"""Questions with known answers: what counts as the right sentence, and what is counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval import latency, questions, refusal
from eval.asking import SAMPLE, Desk, Setup, temporary
from eval.corpus import index_rows
from eval.questions import Share, Wanted, read_talks, same, score
from index.errors import SourceError
from rag.types import RefusalKind
from tests.eval_answers import answer
from tests.fake_embedder import FakeEmbedder

STORIES = [
    {"id": "ferry", "title": "Night ferry", "text": "The night ferry sails to Sarne on Fridays."},
    {
        "id": "tram",
        "title": "Tram line four",
        "text": "Tram line four opens in October, they said.",
    },
]
FERRY = {
    "id": "1",
    "question": "When does the night ferry sail to Sarne?",
    "answerable": True,
    "gold": [{"sentence": "The night ferry sails to Sarne on Fridays."}],
}
CHESS = {"id": "2", "question": "Who won the chess?", "answerable": False, "gold": []}


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    setup = Setup(FakeEmbedder(), threshold=0.3)
    with temporary(setup, lambda folder: index_rows(STORIES, folder, setup.embedder)) as desk:
        yield desk


@pytest.mark.parametrize(
    ("quote", "sentence", "expected"),
    [
        ("It opened in  May.", "It opened in\nMay.", True),
        ("ADLERBY, 3 May – The opera house opened in May.", "The opera house opened in May.", True),
        ("It opened in May.", "It opened in June.", False),
        ("Yes.", "He said: Yes. And then he left the room for good.", False),
    ],
)
def test_a_quote_is_the_sentence_but_for_a_dateline(
    quote: str, sentence: str, expected: bool
) -> None:
    assert same(quote, sentence) is expected


def test_the_shares_are_over_those_that_could_be_answered() -> None:
    could, could_not = Wanted("Q", True, ("Two.",), ""), Wanted("Q", False, (), "off_topic")
    no = answer(refusal=RefusalKind.NOT_FOUND, confidence=0.1)
    scores = score(
        [
            ("a", could, answer("Two.", "One.")),
            ("b", could, answer("One.", "Two.")),
            ("c", could, no),
            ("d", could_not, no),
            ("e", could_not, answer("Two.", confidence=0.5)),
            ("f", Wanted("Q", False, (), "only_teased"), no),
        ]
    )
    assert scores.questions == 6
    assert scores.first.value == pytest.approx(1 / 3)
    assert scores.any.value == pytest.approx(2 / 3)
    assert scores.sentences.value == pytest.approx(5 / 3)
    assert scores.refusal.answered.value == pytest.approx(2 / 3)
    assert scores.refusal.refused.value == pytest.approx(2 / 3)
    assert scores.refused_by == {"off_topic": Share(1, 2), "only_teased": Share(1, 1)}
    assert scores.refusal.auroc.value == pytest.approx(7 / 9)


def test_questions_and_conversations_are_asked_of_an_archive(tmp_path: Path, desk: Desk) -> None:
    alone = write(tmp_path / "q.jsonl", FERRY, CHESS)
    scores = questions.measure(alone, desk)
    assert scores.first.value == 1.0
    assert scores.refusal.refused.value == 1.0
    assert scores.refused_by == {"unanswerable": Share(1, 1)}
    follow_up = {**FERRY, "question": "Does it sail on Fridays?"}
    talk = write(tmp_path / "c.jsonl", {"id": "c", "turns": [FERRY, follow_up]})
    assert questions.measure(talk, desk).first.value == 1.0


def test_the_sample_can_be_read() -> None:
    assert len(read_talks(SAMPLE / "questions.jsonl")) > 100
    talks = read_talks(SAMPLE / "conversations.jsonl")
    assert all(len(talk.questions) > 1 for talk in talks)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**FERRY, "question": 4}, "expected a question as text"),
        ({**FERRY, "answerable": "yes"}, "expected answerable to be true or false, found 'yes'"),
        ({**FERRY, "gold": ["It."]}, "expected gold to be a list of objects"),
        ({**FERRY, "gold": []}, "an answerable question needs a gold sentence"),
        ({**FERRY, "today": "Friday"}, "expected today as YYYY-MM-DD"),
        ({"turns": []}, "expected turns to be a list"),
        ({"turns": ["Who?"]}, "expected a question as text"),
    ],
)
def test_a_malformed_question_is_named_by_its_line(
    tmp_path: Path, row: dict[str, Any], said: str
) -> None:
    with pytest.raises(SourceError, match=rf"q\.jsonl:2: {said}"):
        read_talks(write(tmp_path / "q.jsonl", FERRY, row))


def test_a_paragraph_counts_once_however_many_questions_are_about_it(tmp_path: Path) -> None:
    ferry, tram = (story["text"] for story in STORIES)
    rows = [
        {"question": "When does the night ferry sail to Sarne?", "context": ferry,
         "answerable": True},
        {"question": "Who steers the night ferry to Sarne?", "context": ferry,
         "answerable": False},
        {"question": "When does tram line four open?", "context": tram, "answerable": True},
        {"question": "Which violinist married a beekeeper?", "context": tram,
         "answerable": False},
    ]  # fmt: skip
    path = write(tmp_path / "q.jsonl", *rows)
    steps: list[tuple[str, int, int]] = []
    scores = refusal.measure(path, Setup(FakeEmbedder()), lambda *step: steps.append(step))
    assert scores.contexts == 2
    assert ("indexing", 2, 2) in steps
    assert steps[-1] == ("asking", 4, 4)
    assert (scores.scores.answerable, scores.scores.unanswerable) == (2, 2)
    assert [each.group for each in scores.judged] == ["c0", "c0", "c1", "c1"]
    assert scores.judged[3].confidence < min(scores.judged[0].confidence, 0.4)
    assert scores.judged[3].refused
    # what counts as refused is up to the threshold
    strict = refusal.measure(path, Setup(FakeEmbedder(), threshold=1.0))
    assert all(each.refused for each in strict.judged)
    assert strict.scores.f1.value == pytest.approx(2 * 2 / (4 + 2))
    assert strict.scores.auroc == scores.scores.auroc


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "Q", "answerable": True}, "expected question and context to be text"),
        ({"question": "Q", "context": "C", "answerable": 1}, "found 1"),
    ],
)
def test_a_malformed_row_of_a_refusal_set_is_named(
    tmp_path: Path, row: dict[str, Any], said: str
) -> None:
    with pytest.raises(SourceError, match=r"q\.jsonl:1: ") as raised:
        refusal.read_asked(write(tmp_path / "q.jsonl", row))
    assert said in str(raised.value)
    with pytest.raises(SourceError, match="no questions"):
        refusal.read_asked(write(tmp_path / "q.jsonl"))


def test_the_first_answers_are_not_timed(tmp_path: Path, desk: Desk) -> None:
    path = write(tmp_path / "q.jsonl", *[FERRY] * 5, FERRY, CHESS)
    scores = latency.measure(path, desk)
    assert (scores.questions, scores.answered) == (2, 1)
    assert (scores.passages, scores.articles) == (2, 2)
    assert {"understand", "retrieve", "write", "total"} <= set(scores.steps)
    assert 0 < scores.steps["total"].median <= scores.steps["total"].p95
    parts = [spread.median for name, spread in scores.steps.items() if name != "total"]
    assert max(parts) <= scores.steps["total"].p95
    with pytest.raises(SourceError, match="more than 5 questions"):
        latency.measure(write(tmp_path / "few.jsonl", FERRY), desk)
