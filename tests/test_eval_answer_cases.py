"""Files of cases: what a row may say, and what costs nothing but itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval import answer_cases
from eval.answer_cases import Case, Gold, Malformed, Talk
from index.errors import SourceError
from index.types import Filters
from tests.eval_run import ASKED, CHESS, rows


def test_a_row_with_everything_is_read(tmp_path: Path) -> None:
    row = {
        "id": "a",
        "question": "Who?",
        "answer": ["Ann", " "],
        "gold": [{"url": "https://x.example/1", "sentence": "Ann did."}, {"article_id": "z"}],
        "history": ["What?"],
        "today": "2025-02-03",
        "filters": {"after": "2025-01-01", "sources": "The Gazette"},
        "withhold": "https://x.example/2",
    }
    assert answer_cases.read(rows(tmp_path / "c.jsonl", row)) == [
        Talk(
            (
                Case(
                    "a",
                    "https://x.example/1",
                    "Who?",
                    answerable=True,
                    expected=("Ann",),
                    gold=(Gold("Ann did.", "https://x.example/1"), Gold("", "z")),
                    history=("What?",),
                    today=date(2025, 2, 3),
                    filters=Filters(after=date(2025, 1, 1), sources=("The Gazette",)),
                    withhold=("https://x.example/2",),
                ),
            )
        )
    ]


def test_turns_are_cases_of_one_group(tmp_path: Path) -> None:
    row = {"id": "t", "today": "2025-02-03", "turns": [ASKED, CHESS]}
    (talk,) = answer_cases.read(rows(tmp_path / "c.jsonl", row))
    assert isinstance(talk, Talk)
    assert [(c.id, c.group, c.today) for c in talk.cases] == [
        ("t/1", "t", date(2025, 2, 3)),
        ("t/2", "t", date(2025, 2, 3)),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "expected a JSON object"),
        ({"id": "x"}, "expected question to be text"),
        ({"question": " "}, "expected question to be text"),
        ({"question": "Q", "answerable": "yes"}, "answerable to be true or false, found 'yes'"),
        ({"question": "Q", "gold": ["It."]}, "expected gold to be an object"),
        ({"question": "Q", "gold": [{"sentence": ""}]}, "to name a sentence or an article"),
        ({"question": "Q", "today": "Friday"}, "expected today as YYYY-MM-DD"),
        ({"question": "Q", "filters": {"author": "A"}}, "unknown filter 'author'"),
        ({"question": "Q", "history": [1]}, "expected history to be a text or a list"),
        ({"turns": []}, "expected turns to be a list"),
        ({"turns": ["Q"]}, "expected a turn to be an object"),
    ],
)
def test_a_line_that_is_no_case_costs_nothing_but_itself(
    tmp_path: Path, row: dict[str, Any] | str, said: str
) -> None:
    found = answer_cases.read(rows(tmp_path / "c.jsonl", ASKED, row, CHESS))
    assert [type(each) for each in found] == [Talk, Malformed, Talk]
    assert isinstance(found[1], Malformed)
    assert found[1].why.startswith("line 2: ")
    assert said in found[1].why


def test_a_file_without_a_single_case_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there are no cases in it: line 1: not JSON"):
        answer_cases.read(rows(tmp_path / "c.jsonl", "{"))
    with pytest.raises(SourceError, match="cannot read"):
        answer_cases.read(tmp_path / "none.jsonl")


def test_two_cases_of_one_id_stay_apart(tmp_path: Path) -> None:
    found = answer_cases.read(rows(tmp_path / "c.jsonl", ASKED, ASKED))
    assert [each.cases[0].id for each in found if isinstance(each, Talk)] == ["ferry", "ferry#2"]
