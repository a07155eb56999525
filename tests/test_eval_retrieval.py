"""Measuring retrieval on a collection with known answers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.corpus import read_queries, read_rows
from eval.retrieval import measure
from index.errors import SourceError
from rag.reader import Extract, Reading
from rag.retrieve import Step
from tests.fake_embedder import FakeEmbedder

CORPUS = [
    {"id": "ferry", "title": "Ferry", "text": "The night ferry sails to Sarne on Fridays."},
    {"id": "tram", "title": "Tram", "text": "Line four opens in October, the city said."},
    {"id": "cod", "title": "Cod", "text": "The quota for cod was cut by thirteen percent."},
    {"id": "coral", "title": "Coral", "text": "A new coral was found in deep water."},
]
QUERIES = [
    {"id": "1", "question": "When does the night ferry sail?", "relevant": ["ferry"]},
    {"id": "2", "question": "When does line four open?", "relevant": ["tram"]},
    {"id": "3", "question": "Who won the marathon?", "relevant": []},
]


def rows(path: Path, content: list[dict[str, Any]]) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in content)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def test_each_step_is_scored_and_unanswerable_queries_are_left_out_and_counted(
    tmp_path: Path,
) -> None:
    said: list[tuple[str, int, int]] = []
    scores = measure(
        rows(tmp_path / "c.jsonl", CORPUS),
        rows(tmp_path / "q.jsonl", QUERIES),
        FakeEmbedder(),
        lambda what, done, total: said.append((what, done, total)),
    )
    assert set(scores.steps) == {Step.DENSE, Step.LEXICAL, Step.FUSED}  # no reader was given
    assert scores.default is Step.FUSED
    assert (scores.queries, scores.left_out) == (2, 1)
    for step in (Step.LEXICAL, Step.FUSED):
        assert scores.steps[step].hit_at_1 == 1.0
        assert scores.steps[step].mrr == 1.0
        assert scores.steps[step].ndcg_at_10 == 1.0
        assert scores.steps[step].recall_at_4 == 1.0
    assert ("indexing", 4, 4) in said
    assert said[-1] == ("asking", 2, 2)


def test_a_document_that_is_never_found_lowers_the_scores(tmp_path: Path) -> None:
    wrong = [{"question": "When does the night ferry sail?", "relevant": ["ferry", "gone"]}]
    scores = measure(
        rows(tmp_path / "c.jsonl", CORPUS), rows(tmp_path / "q.jsonl", wrong), FakeEmbedder()
    )
    assert scores.steps[Step.FUSED].recall_at_10 == 0.5
    assert scores.steps[Step.FUSED].hit_at_1 == 1.0


class ForThe:
    """A reader that takes whatever speaks of one word for the answer."""

    id = "for the word"

    def __init__(self, word: str) -> None:
        self.word = word

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        found = []
        for extract in extracts:
            odds = tuple(9.0 if self.word in text else -9.0 for text in extract.sentences)
            found.append(Reading(odds, max(odds)))
        return found


def test_a_reader_is_a_step_of_its_own_and_can_make_it_better_and_worse(tmp_path: Path) -> None:
    corpus, queries = rows(tmp_path / "c.jsonl", CORPUS), rows(tmp_path / "q.jsonl", QUERIES[:1])
    for word, hit in (("ferry", 1.0), ("quota", 0.0)):
        scores = measure(corpus, queries, FakeEmbedder(), reader=ForThe(word))
        assert set(scores.steps) == set(Step)
        assert scores.steps[Step.FUSED].hit_at_1 == 1.0
        assert scores.steps[Step.READER].hit_at_1 == hit


def test_each_figure_lies_in_its_interval_which_luck_widens(tmp_path: Path) -> None:
    wrong = {"question": "Who won the marathon?", "relevant": ["gone"]}
    scores = measure(
        rows(tmp_path / "c.jsonl", CORPUS),
        rows(tmp_path / "q.jsonl", [*QUERIES[:2], wrong]),
        FakeEmbedder(),
    )
    low, high = scores.intervals[Step.FUSED]["hit_at_1"]
    assert scores.steps[Step.FUSED].hit_at_1 == pytest.approx(2 / 3)
    assert (low, high) == (0.0, 1.0)
    assert set(scores.intervals) == set(scores.steps)


def test_gzipped_rows_and_blank_lines_are_read(tmp_path: Path) -> None:
    packed = rows(tmp_path / "q.jsonl.gz", QUERIES)
    assert [query.id for query in read_queries(packed)] == ["1", "2", "3"]
    (tmp_path / "blank.jsonl").write_text('\n{"a": 1}\n\n  \n{"a": 2}\n')
    assert list(read_rows(tmp_path / "blank.jsonl")) == [(2, {"a": 1}), (5, {"a": 2})]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"question": "a", "relevant": []}\n{"question": ', r"q\.jsonl:2: not JSON"),
        ('{"question": "a", "relevant": []}\n\n[1]', r"q\.jsonl:3: expected a JSON object"),
        ('\n{"question": "a"}', r"q\.jsonl:2: expected the fields question and relevant"),
        ('{"question": "a", "relevant": "ferry"}', r"q\.jsonl:1: .*relevant.*list"),
        ('{"question": "a", "relevant": null}', r"q\.jsonl:1: .*relevant.*list"),
    ],
)
def test_a_malformed_query_is_named_by_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        read_queries(path)


def test_a_malformed_document_is_named_by_its_line(tmp_path: Path) -> None:
    corpus = tmp_path / "c.jsonl"
    corpus.write_text('{"id": "a", "text": "A story of the sea."}\n\n{"id": "b"}\n')
    with pytest.raises(SourceError, match=r"c\.jsonl:3: expected the fields id and text"):
        measure(corpus, rows(tmp_path / "q.jsonl", QUERIES), FakeEmbedder())


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x1f\x8b broken"])
def test_a_file_that_is_not_text_is_an_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    for name in ("q.jsonl", "q.jsonl.gz"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError, match=name):
            read_queries(tmp_path / name)
    with pytest.raises(SourceError, match=r"missing\.jsonl"):
        read_queries(tmp_path / "missing.jsonl")


def test_a_set_without_any_answer_cannot_be_measured(tmp_path: Path) -> None:
    corpus = rows(tmp_path / "c.jsonl", CORPUS)
    empty = rows(tmp_path / "q.jsonl", QUERIES[2:])
    with pytest.raises(SourceError, match="no query has a relevant document"):
        measure(corpus, empty, FakeEmbedder())
