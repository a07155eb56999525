"""`byline ask`: answers and refusals, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import cli
from tests.cli import FERRY_URL, byline, byline_json

one_model = cli.one_model
newsroom = cli.newsroom
desk = cli.desk

PASSENGERS = "How many passengers were on board the ferry Aurora?"
UNKNOWN = "Who won the chess championship in Reykjavik?"


def test_an_answer_is_cited_with_its_source(desk: Path, newsroom: Path) -> None:
    result = byline("ask", PASSENGERS, "--archive", newsroom)
    assert result.exit_code == 0
    answer, _, sources = result.stdout.partition("\n\n")
    assert "212 passengers" in answer
    assert "[1]" in answer
    assert "[1] Ferry Aurora runs aground off Skerry Point" in sources
    assert "The Harbour Herald · 5 November 2024 · News" in sources
    assert FERRY_URL in sources
    assert "Searched 3 articles, 5 November 2024 to 22 August 2025" in sources
    assert "newest evidence 5 November 2024" in sources


def test_the_json_is_the_documented_schema_and_nothing_else(desk: Path, newsroom: Path) -> None:
    result = byline("ask", PASSENGERS, "--archive", newsroom, "--json")
    answer = json.loads(result.stdout)
    assert answer["schema"] == "byline.answer/1"
    assert answer["answered"] is True
    assert answer["refusal"] is None
    (first, *_) = answer["citations"]
    assert first["url"] == FERRY_URL
    assert first["end"] - first["start"] == len(first["quote"])
    assert first["number"] in answer["sentences"][0]["citations"]
    assert first["quote"] == answer["sentences"][0]["text"]


def test_a_refusal_is_a_good_end_and_offers_stories(desk: Path, newsroom: Path) -> None:
    result = byline("ask", UNKNOWN, "--archive", newsroom)
    assert result.exit_code == 0
    assert "does not hold an answer" in result.stdout
    answer = byline_json("ask", UNKNOWN, "--archive", newsroom)
    assert answer["answered"] is False
    assert answer["refusal"]["kind"] == "not_found"
    assert answer["sentences"] == answer["citations"] == []


@pytest.mark.parametrize(
    ("flags", "searched"),
    [
        (["--source", "Meridian Wire"], 1),
        (["--source", "Meridian Wire", "--source", "the harbour herald"], 3),
        (["--section", "country"], 1),
        (["--after", "2025-01-01"], 2),
        (["--before", "2025-03-10"], 2),
        (["--after", "2025-01-01", "--before", "2025-03-10"], 1),
        (["--source", "No Such Outlet"], 0),
    ],
)
def test_filters_narrow_what_is_searched(
    desk: Path, newsroom: Path, flags: list[str], searched: int
) -> None:
    answer = byline_json("ask", UNKNOWN, "--archive", newsroom, *flags)
    assert answer["searched"] == searched


def test_a_filter_that_excludes_the_answer_refuses_it(desk: Path, newsroom: Path) -> None:
    answer = byline_json("ask", PASSENGERS, "--archive", newsroom, "--after", "2025-01-01")
    assert answer["refusal"]["kind"] == "outside_filters"
    assert answer["question"]["filters"]["after"] == "2025-01-01"


def test_dates_in_the_question_are_understood_unless_it_is_literal(
    desk: Path, newsroom: Path
) -> None:
    question = "Which ferry ran aground last November?"
    asked = ("ask", question, "--archive", newsroom, "--today", "2025-06-01")
    answer = byline_json(*asked)
    assert answer["question"]["filters"]["after"] == "2024-11-01"
    assert answer["question"]["notes"]
    assert "Understood: " in byline(*asked).stdout
    literal = byline_json(*asked, "--literal")
    assert literal["question"]["filters"]["after"] is None
    assert literal["question"]["notes"] == []


def test_a_higher_threshold_refuses_more(desk: Path, newsroom: Path) -> None:
    answer = byline_json("ask", PASSENGERS, "--archive", newsroom, "--threshold", "1")
    assert answer["answered"] is False


def test_a_missing_archive_names_the_command_that_makes_one(desk: Path) -> None:
    result = byline("ask", PASSENGERS)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "byline index SOURCE --archive archive" in result.stderr


def test_an_empty_question_is_an_error_in_one_line(desk: Path, newsroom: Path) -> None:
    result = byline("ask", "  ", "--archive", newsroom)
    assert result.exit_code == 1
    assert result.stderr.startswith("byline: ")
    assert result.stderr.count("\n") == 1


def test_a_question_of_control_characters_does_not_reach_the_terminal(
    desk: Path, newsroom: Path
) -> None:
    result = byline("ask", "\x1b[31mferry\x07 Aurora\x9b passengers\x00?", "--archive", newsroom)
    assert result.exit_code in (0, 1)
    assert not set(result.output) & set("\x1b\x07\x9b\x00")


@pytest.mark.parametrize("day", ["2025-02-31", "yesterday"])
def test_a_day_that_is_none_is_a_usage_error(desk: Path, newsroom: Path, day: str) -> None:
    result = byline("ask", PASSENGERS, "--archive", newsroom, "--after", day)
    assert result.exit_code == 2
    assert "--after" in result.stderr
