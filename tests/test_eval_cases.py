"""Cases are read strictly, asked like a conversation, and counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.asking import CASES, Desk, Setup, temporary
from eval.cases import case_files, read_cases, run
from eval.corpus import index_rows
from index.errors import SourceError
from tests.fake_embedder import FakeEmbedder

GOOD = {"id": "x-1", "question": "Who?", "before_code": True, "expect": {"answered": True}}
STORIES = [
    {"id": "ferry", "title": "Night ferry", "text": "The night ferry sails to Sarne on Fridays."},
    {
        "id": "tram",
        "title": "Tram line four",
        "text": "Tram line four opens in October, they said.",
    },
]


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    setup = Setup(FakeEmbedder(), threshold=0.3)
    with temporary(setup, lambda folder: index_rows(STORIES, folder, setup.embedder)) as desk:
        yield desk


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**GOOD, "colour": "red"}, "unknown field colour"),
        ({**GOOD, "expect": {"answerd": True}}, "unknown field expect.answerd"),
        ({**GOOD, "expect": {}}, "expect is empty"),
        ({**GOOD, "expect": {"answered": "yes"}}, "expect.answered: Input should be a valid bool"),
        ({**GOOD, "expect": {"refusal": "no"}}, "expect.refusal"),
        ({**GOOD, "expect": {"difference": {"kind": "changed"}}}, "expect.difference"),
        ({**GOOD, "today": "tomorrow"}, "today: "),
        ({**GOOD, "history": "Who?"}, "history: "),
        (
            {key: GOOD[key] for key in ("id", "question", "expect")},
            "the field before_code is missi",
        ),
        ({**GOOD, "id": "x-0"}, "two cases with the id 'x-0'"),
    ],
)
def test_a_malformed_case_is_named_by_its_line(
    tmp_path: Path, row: dict[str, Any], said: str
) -> None:
    path = write(tmp_path / "x.jsonl", {**GOOD, "id": "x-0"}, row)
    with pytest.raises(SourceError, match=r"x\.jsonl:2: ") as raised:
        read_cases(path)
    assert said in str(raised.value)


def test_a_file_without_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no cases"):
        read_cases(write(tmp_path / "x.jsonl"))


def test_the_cases_of_the_project_are_well_formed() -> None:
    files = case_files(CASES)
    assert files
    for path in files:
        for case in read_cases(path):
            assert case.id.rpartition("-")[0] == path.stem


def test_cases_are_counted_by_file_and_by_when_they_were_written(
    tmp_path: Path, desk: Desk
) -> None:
    ferry = {
        **GOOD,
        "question": "When does the night ferry sail to Sarne?",
        "expect": {"answered": True, "first": ["on Fridays"]},
    }
    ferries = write(
        tmp_path / "ferries.jsonl",
        {**ferry, "id": "f-1"},
        {**ferry, "id": "f-2", "expect": {"first": ["on Mondays"]}},
        {**ferry, "id": "f-3", "before_code": False},
        {**ferry, "id": "f-4", "before_code": False, "question": " "},
    )
    trams = write(tmp_path / "trams.jsonl", {**GOOD, "expect": {"answered": False}})
    steps: list[tuple[str, int, int]] = []
    first, second = run([ferries, trams], desk, lambda *step: steps.append(step))
    assert (first.name, first.passed, first.cases) == ("ferries", 2, 4)
    assert (first.early_passed, first.early) == (1, 2)
    assert [failure.case.id for failure in first.failures] == ["f-2", "f-4"]
    assert "on Fridays" in first.failures[0].faults[0]
    assert first.failures[1].faults == ("QuestionError: Type a question.",)
    assert (second.name, second.passed, second.cases) == ("trams", 1, 1)
    assert steps[-1] == ("cases", 5, 5)


def test_earlier_questions_are_asked_first_and_each_is_known_to_the_next(
    tmp_path: Path, desk: Desk
) -> None:
    asked = {
        **GOOD,
        "question": "Does it sail on Fridays?",
        "history": ["When does the night ferry sail to Sarne?"],
        "expect": {"searched": ["ferry", "Sarne"]},
    }
    alone = {key: value for key, value in asked.items() if key != "history"}
    (outcome,) = run([write(tmp_path / "x.jsonl", asked, {**alone, "id": "x-2"})], desk)
    assert [failure.case.id for failure in outcome.failures] == ["x-2"]


def test_all_files_are_read_before_anything_is_asked(tmp_path: Path, desk: Desk) -> None:
    good, bad = write(tmp_path / "a.jsonl", GOOD), write(tmp_path / "b.jsonl", {"id": "b"})
    steps: list[tuple[str, int, int]] = []
    with pytest.raises(SourceError, match=r"b\.jsonl:1"):
        run([good, bad], desk, lambda *step: steps.append(step))
    assert not steps
