"""What the chat answers to its page, and what it makes of a page that lies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from index.errors import QuestionError
from index.types import Filters
from tests.fake_checked import MODEL, CheckedDesk, checked
from tests.fake_desk import QUOTES, FakeDesk
from ui.chat import session
from ui.chat.calls import calls
from ui.chat.events import APOLOGY, asking
from ui.chat.report import Report


def views(desk: FakeDesk, data: Any) -> list[dict[str, Any]]:
    return list(asking(desk)(gr.EventData(None, data)))


def call(desk: FakeDesk, name: str) -> Callable[[Any], dict[str, Any]]:
    return {one.__name__: one for one in calls(desk, "Byline")}[name]


def test_views_grow_piece_by_piece() -> None:
    shown = views(FakeDesk(), {"turn": "t1", "question": "What of the ferry and its cost?"})
    assert [(view["state"], len(view["sentences"])) for view in shown] == [
        ("searching", 0),
        ("searching", 0),
        ("writing", 1),
        ("writing", 2),
        ("done", 2),
    ]
    assert {view["turn"] for view in shown} == {"t1"}
    assert shown[-1]["text"] == f"{QUOTES[0]} [1] {QUOTES[1]} [2]"


def test_a_view_says_that_a_model_writes_until_all_is_checked() -> None:
    data = {"turn": "t", "question": "What of the ferry?"}
    asked = asking(CheckedDesk(), model=MODEL)
    shown = list(asked(gr.EventData(None, data)))
    assert [(view["state"], view.get("checking")) for view in shown] == [
        ("searching", None),
        ("searching", True),
        ("writing", True),
        ("writing", True),
        ("done", False),
    ]
    assert "2 sentences left out" in shown[-1]["written"]
    assert not any(view.get("checking") for view in views(CheckedDesk(), data))


def test_a_source_is_opened_beside_what_the_answer_made_of_it() -> None:
    answer = session.packed(checked())
    data = {"citation": answer["citations"][0], "sentences": answer["sentences"][:1]}
    assert "The answer puts it in other words" in call(CheckedDesk(), "source")(data)["html"]
    lone = {"citation": answer["citations"][0]}
    assert "in other words" not in call(CheckedDesk(), "source")(lone)["html"]
    flood = data | {"sentences": answer["sentences"] * 50}
    assert "cannot be read" in call(CheckedDesk(), "source")(flood)["error"]


def test_an_answer_with_verdicts_survives_the_way_to_the_page_and_back() -> None:
    answer = checked("The ferry, doubt?")
    assert session.kept({"answers": [session.packed(answer)]}).answers == (answer,)


def test_the_report_is_offered_only_while_there_is_one(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    arrive = next(one for one in calls(FakeDesk(), "Byline", Report(file)))
    assert arrive({})["report"] is False
    file.write_text("here")
    assert arrive({})["report"] is True
    assert call(FakeDesk(), "arrive")({})["report"] is False


def test_only_the_last_turns_are_taken_along() -> None:
    desk = FakeDesk()
    history = [{"question": f"q{n}", "searched": f"s{n}", "answer": "a"} for n in range(20)]
    views(desk, {"turn": "t", "question": "ferry", "history": history})
    assert [turn.question for turn in desk.asked[0][1]] == [f"q{n}" for n in range(12, 20)]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "ferry",
        {},
        {"turn": "t"},
        {"turn": "t", "question": None},
        {"turn": "t" * 100, "question": "ferry"},
        {"turn": "t", "question": {"a": 1}},
        {"turn": "t", "question": "ferry", "history": "no"},
        {"turn": "t", "question": "ferry", "limits": {"after": "31 February"}},
        {"turn": "t", "question": "ferry", "limits": {"after": "2025-02-31"}},
        {"turn": "t", "question": "ferry", "limits": {"sources": ["x" * 500]}},
        {"turn": "t", "question": "x" * 100_000},
    ],
)
def test_nonsense_from_a_page_is_told_and_not_searched(data: Any) -> None:
    desk = FakeDesk()
    last = views(desk, data)[-1]
    assert last["state"] == "failed"
    assert last["error"] != APOLOGY
    assert desk.asked == []


def test_an_unexpected_error_is_logged_and_kept_from_the_reader(
    caplog: pytest.LogCaptureFixture,
) -> None:
    last = views(FakeDesk(), {"turn": "t", "question": "explode"})[-1]
    assert last["error"] == APOLOGY
    assert "secret path" in caplog.text


def test_an_answer_survives_the_way_to_the_page_and_back() -> None:
    desk = FakeDesk()
    *_, answer = desk.stream("What of the ferry in May 2025?")
    assert session.kept({"answers": [session.packed(answer)]}).answers == (answer,)


@pytest.mark.parametrize("name", ["source", "feedback", "markdown"])
@pytest.mark.parametrize("data", [None, {}, {"citation": 1}, {"answer": {}}, {"answers": [{}]}])
def test_calls_that_make_no_sense_are_answered_with_an_error(name: str, data: Any) -> None:
    assert "cannot be read" in call(FakeDesk(), name)(data)["error"]


def test_more_turns_than_a_page_keeps_are_not_exported() -> None:
    *_, answer = FakeDesk().stream("ferry")
    too_many = [session.packed(answer)] * (session.MAX_KEPT + 1)
    assert "error" in call(FakeDesk(), "markdown")({"answers": too_many})


def test_a_verdict_is_kept_with_its_reason_and_no_more_of_it_than_fits() -> None:
    desk = FakeDesk()
    *_, answer = desk.stream("ferry")
    data = {"answer": session.packed(answer), "helpful": False, "reason": " why " + "x" * 5000}
    assert call(desk, "feedback")(data) == {"kept": True}
    assert len(desk.kept[0][2]) == session.MAX_REASON
    desk.read_only = True
    assert "may only be read" in call(desk, "feedback")(data)["error"]


def test_the_front_page_holds_the_archive_in_a_line() -> None:
    front = call(FakeDesk(), "arrive")({})
    assert front["facts"] == "34 articles · Jan 2024 to Jun 2025 · updated today"
    assert len(front["examples"]) == 4
    assert "<script" not in "".join(front["filters"].values())


def test_filters_are_read_as_dates_and_names() -> None:
    limits = session.Limits("2025-01-01", "", ("A",), ("B", "C"))
    read = session.filters(limits)
    assert (read.after and read.after.isoformat(), read.before) == ("2025-01-01", None)
    assert (read.sources, read.sections) == (("A",), ("B", "C"))
    assert session.filters(session.Limits()) == Filters()
    with pytest.raises(QuestionError, match="“soon” is not a date"):
        session.filters(session.Limits(after="soon"))
