"""`byline ask`: answers and refusals, as text and as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from index.location import Folder
from rag.assistant import Assistant
from tests import cli
from tests.cli import FERRY_URL, byline, byline_json
from tests.fake_remarks import RemarkingDesk
from tests.llm_server import closed_port, in_turn, says, serving

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
    assert "The archive has nothing on this subject" in result.stdout
    answer = byline_json("ask", UNKNOWN, "--archive", newsroom)
    assert answer["answered"] is False
    assert answer["refusal"]["kind"] == "off_topic"
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


@pytest.mark.parametrize(
    ("flags", "passed"),
    [
        ([], {}),
        (["--reader", "none"], {"reader": "none"}),
        (
            ["--reader", "org/reader", "--threshold", "0.7"],
            {"reader": "org/reader", "threshold": 0.7},
        ),
    ],
)
def test_only_what_is_set_is_passed_to_the_assistant(
    desk: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str], passed: dict[str, object]
) -> None:
    seen: dict[str, object] = {}

    def open_(path: Path, **given: object) -> RemarkingDesk:
        seen.update(given, path=path)
        return RemarkingDesk()

    monkeypatch.setattr(Assistant, "open", open_)
    result = byline("ask", "What about the dam?", "--today", "2024-10-16", *flags)
    assert result.exit_code == 0, result.output
    assert {key: seen[key] for key in ("reader", "threshold") if key in seen} == passed
    assert seen["today"] == date(2024, 10, 16)
    assert seen["path"] == Folder(Path("archive"))


def printed(question: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(Assistant, "open", lambda path, **given: RemarkingDesk())
    result = byline("ask", question)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_timeline_is_printed_line_by_line(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed("Give me a timeline.", monkeypatch)
    assert text.startswith("- 10 Oct 2024: Four people died")
    assert "\n- published 13 Oct 2024: At least 11 people" in text
    assert "    Here “Thursday” is 10 October 2024." in text
    assert "Understood: a timeline" in text


def test_quotations_are_printed_over_their_speaker(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = printed("What did Castellan say?", monkeypatch)
    assert "  Whoever signed for that gate will answer for it, he said. [2]\n" in text
    assert "\n  — Jonas Castellan, interior minister, in Merrin, published 13 Oct 2024\n\n" in text


def test_claims_corrections_and_differing_accounts_are_printed(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = printed("What is the latest toll?", monkeypatch)
    assert "for the dam. — Jonas Castellan, interior minister, in Merrin [1]" in text
    assert "- “Four people” (The Harbour Gazette, 11 October 2024) [2, corrected]" in text
    assert "Accounts differ: when the siren sounded" in text
    assert "    Corrected 14 October 2024: Correction, 14 October: an earlier" in text
    assert "newest evidence: 3 days old, 13 October 2024" in text


def test_parts_and_readings_are_printed(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed("How many died, and who won the regatta?", monkeypatch)
    assert text.startswith("How many died at Hollin Dam?\n\nAt least 11 people")
    assert "Who won the regatta?\n\nNo article here is about the regatta." in text
    assert "- Toll at Hollin rises to eleven\n    Meridian Wire" in text
    text = printed("What about the dam?", monkeypatch)
    assert "Did you mean:\n\n- How many people died at Hollin Dam?\n- Why did" in text


# -- with a language model -------------------------------------------------------------------


def test_what_a_language_model_wrote_is_told(
    desk: Path, newsroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_LLM_KEY", "sk-s3cret")
    wrote = "The ferry Aurora had 212 passengers on board. [p1] The captain was a parrot. [p9]"
    with serving(in_turn(*[says(wrote), says("NONE")] * 2)) as served:
        asked = ("ask", PASSENGERS, "--archive", newsroom, "--llm", "small", "--verifier", "rules")
        given = (*asked, "--llm-url", served.url, "--llm-price", "1,2", "--llm-timeout", "200")
        result = byline("-v", *given)
        assert result.exit_code == 0, result.output
        assert "The ferry Aurora had 212 passengers on board. — the coastguard [1]" in result.stdout
        sources = result.stdout.partition("\n\n")[2]
        assert "Written by small" in sources
        assert "1 invented citation" in sources
        assert "left out, unsupported: The captain was a parrot." in sources
        assert "s3cret" not in result.output
        assert served.headers[0]["authorization"] == "Bearer sk-s3cret"
        answer = byline_json(*given)
        assert answer["written"]["model"] == "small"
        assert answer["sentences"][0]["verdict"]["state"] == "supported"


def test_a_language_model_that_is_not_there_is_told_in_one_line(desk: Path, newsroom: Path) -> None:
    url = f"http://127.0.0.1:{closed_port()}/v1"
    asked = ("ask", PASSENGERS, "--archive", newsroom, "--llm", "small", "--llm-url", url)
    result = byline(*asked, "--verifier", "rules")
    assert result.exit_code == 0, result.output
    assert "212 passengers" in result.stdout
    assert "The language model could not be reached" in result.stdout
