"""A question asked over HTTP: one reply, or the same as it is made."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import httpx
import pytest

from index.types import Filters
from tests.api_calls import calls, events, site
from tests.browsing import Served, until
from tests.fake_newsdesk import FakeNewsdesk
from tests.fake_stories import MUSEUM
from ui.api.app import create_api
from ui.api.capacity import Capacity

ASKED = "What did the council decide about the night ferry, and what will it cost?"


def test_an_answer_cites_and_names_its_request() -> None:
    reply = calls(FakeNewsdesk()).post("/ask", json={"question": ASKED})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    body = reply.json()
    assert body["request_id"] == reply.headers["x-request-id"]
    answer = body["answer"]
    assert answer["schema"] == "byline.answer/1"
    assert answer["answered"]
    assert [each["citations"] for each in answer["sentences"]] == [[1], [2]]
    assert answer["sentences"][0]["text"] == answer["citations"][0]["quote"]


def test_a_refusal_is_an_answer_too() -> None:
    answer = calls(FakeNewsdesk()).post("/ask", json={"question": "Who won?"}).json()["answer"]
    assert not answer["answered"]
    assert answer["refusal"]["kind"] == "not_found"


def test_history_filters_and_the_wish_to_infer_nothing_reach_the_desk() -> None:
    desk = FakeNewsdesk()
    turn = {"question": "The ferry?", "searched": "the night ferry", "answer": "Kept. [1]"}
    body = {
        "question": "And the cost?",
        "history": [turn, {"question": "Since when?"}],
        "filters": {"after": "2025-05-01", "before": "2025-06-30", "sources": ["Coast Wire"]},
        "infer": False,
    }
    answer = calls(desk).post("/ask", json=body).json()["answer"]
    question, history, filters, infer = desk.asked[0]
    assert (question, infer) == ("And the cost?", False)
    assert filters == Filters(date(2025, 5, 1), date(2025, 6, 30), ("Coast Wire",))
    assert [(t.question, t.searched, t.answer) for t in history] == [
        ("The ferry?", "the night ferry", "Kept. [1]"),
        ("Since when?", "Since when?", ""),
    ]
    assert answer["question"]["history"][0] == turn


@pytest.mark.parametrize("how", ["body", "header"])
def test_a_stream_tells_what_was_understood_and_found_then_the_answer(how: str) -> None:
    client = calls(FakeNewsdesk())
    body: dict[str, Any] = {"question": ASKED}
    if how == "body":
        reply = client.post("/ask", json=body | {"stream": True})
    else:
        reply = client.post("/ask", json=body, headers={"Accept": "text/event-stream"})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.headers["x-accel-buffering"] == "no"
    assert "no-transform" in reply.headers["cache-control"]
    told = events(reply.text)
    assert [name for name, _ in told] == ["understood", "sources", "sentence", "sentence", "done"]
    (_, understood), (_, sources), (_, first), (_, second), (_, done) = told
    answer = done["answer"]
    assert understood["question"] == answer["question"]
    assert [s["article_id"] for s in sources["stories"]] == ["a1", "a2"]
    assert [first["index"], second["index"]] == [0, 1]
    assert [first["sentence"], second["sentence"]] == answer["sentences"]
    assert done["request_id"] == reply.headers["x-request-id"]


def test_a_stream_ends_with_the_answer_that_json_would_have_given() -> None:
    client = calls(FakeNewsdesk())
    whole = client.post("/ask", json={"question": ASKED}).json()["answer"]
    streamed = events(client.post("/ask", json={"question": ASKED, "stream": True}).text)[-1][1]
    made = {"id", "as_of"}
    assert {k: v for k, v in streamed["answer"].items() if k not in made} == {
        k: v for k, v in whole.items() if k not in made
    }


def test_sentences_leave_as_they_come() -> None:
    """Each event is sent before the desk makes the next."""
    gates = [threading.Event() for _ in range(6)]

    class Gated(FakeNewsdesk):
        def stream(self, *args: Any, **options: Any) -> Any:
            for gate, event in zip(gates, super().stream(*args, **options), strict=False):
                assert gate.wait(10)
                yield event

    served = Served(create_api(Gated(), capacity=Capacity(1, 1)))
    try:
        body = {"question": ASKED, "stream": True}
        with httpx.stream("POST", f"{served.url}ask", json=body, timeout=10) as reply:
            lines = reply.iter_lines()
            for gate, name in zip(
                gates, ["understood", "sources", "sentence", "sentence", "done"], strict=False
            ):
                gate.set()
                assert next(line for line in lines if line.startswith("event:")) == f"event: {name}"
    finally:
        for gate in gates:
            gate.set()
        served.stop()


@pytest.mark.parametrize(
    ("question", "status", "kind"), [("complain", 422, "question"), ("explode", 500, "internal")]
)
def test_what_goes_wrong_is_told_and_nothing_more(question: str, status: int, kind: str) -> None:
    desk = FakeNewsdesk()
    client = calls(desk)
    reply = client.post("/ask", json={"question": question})
    assert (reply.status_code, reply.json()["type"]) == (status, f"urn:byline:problem:{kind}")
    streamed = client.post("/ask", json={"question": question, "stream": True})
    assert streamed.status_code == 200
    ((name, told),) = events(streamed.text)
    assert (name, told["status"], told["type"]) == ("error", status, reply.json()["type"])
    assert told["request_id"] == streamed.headers["x-request-id"]
    assert "secret" not in reply.text + streamed.text
    assert desk.streams.open == 0


def test_line_breaks_of_every_kind_stay_within_an_event() -> None:
    question = "Ferry?\u2028data: forged\u2029\x85event: done\rx\n\ndata: {}"
    reply = calls(FakeNewsdesk()).post("/ask", json={"question": question, "stream": True})
    # read by a client that takes every one of them for the end of a line
    names = [line for line in reply.text.splitlines() if line.startswith("event:")]
    assert names == ["event: understood", "event: sources", "event: sentence", "event: done"]
    told = dict(events(reply.text))
    assert told["understood"]["question"]["text"].startswith("Ferry?\u2028data: forged\u2029")


@pytest.mark.parametrize(
    ("within", "filters"),
    [
        ("article", Filters(articles=("a2",))),
        ("section", Filters(sections=("Transport",))),
        ("topic", Filters(articles=("a2", "a1"))),
    ],
)
def test_a_question_can_be_kept_to_what_an_article_is_about(within: str, filters: Filters) -> None:
    desk = FakeNewsdesk()
    scope = {"url": "https://wire.example/fares", "within": within}
    reply = calls(desk).post("/ask", json={"question": "The ferry's fares?", "scope": scope})
    assert reply.status_code == 200
    assert desk.asked[0][2] == filters
    named = {"article": ["a2"], "section": ["a1", "a2"], "topic": ["a1", "a2"]}[within]
    assert [each["article_id"] for each in reply.json()["answer"]["citations"]] == named


def test_an_article_that_the_archive_or_the_site_does_not_have_is_no_scope() -> None:
    desk = FakeNewsdesk()
    unknown = {"question": "Ferry?", "scope": {"url": "https://elsewhere.example/x"}}
    reply = calls(desk).post("/ask", json=unknown)
    assert (reply.status_code, reply.json()["type"]) == (404, "urn:byline:problem:unknown-article")
    hidden = {"question": "Museum?", "scope": {"url": MUSEUM.url}}
    of = site(Filters(sections=("Transport",)))
    assert calls(desk, of=of).post("/ask", json=hidden).json()["type"] == reply.json()["type"]
    assert calls(desk).post("/ask", json=hidden).status_code == 200
    assert [asked[0] for asked in desk.asked] == ["Museum?"]


def test_a_site_is_answered_from_what_it_may_show() -> None:
    desk = FakeNewsdesk()
    client = calls(desk, of=site(Filters(sources=("Coast Wire",))))
    answer = client.post("/ask", json={"question": ASKED}).json()["answer"]
    assert {each["source"] for each in answer["citations"]} == {"Coast Wire"}
    body = {"question": ASKED, "filters": {"sources": ["The Sample Gazette"]}}
    reply = client.post("/ask", json=body)
    assert (reply.status_code, reply.json()["type"]) == (422, "urn:byline:problem:filters")
    assert reply.json()["available"] == {"sources": ["Coast Wire"]}
    assert len(desk.asked) == 1


def test_who_comes_when_the_line_is_full_is_told_to_come_back() -> None:
    going_on = threading.Event()

    class Held(FakeNewsdesk):
        def stream(self, *args: Any, **options: Any) -> Any:
            for event in super().stream(*args, **options):
                assert going_on.wait(10)
                yield event

    desk = Held()
    client = calls(desk, at_once=1, waiting=0)
    replies = []
    holder = threading.Thread(
        target=lambda: replies.append(client.post("/ask", json={"question": ASKED}))
    )
    holder.start()
    try:
        until(lambda: desk.streams.open == 1)
        for body in ({"question": ASKED}, {"question": ASKED, "stream": True}):
            reply = client.post("/ask", json=body)
            assert (reply.status_code, reply.json()["type"]) == (503, "urn:byline:problem:busy")
            assert reply.headers["retry-after"] == str(reply.json()["retry_after"]) == "1"
    finally:
        going_on.set()
        holder.join()
    assert replies[0].status_code == 200


def test_who_waits_is_told_how_many_are_ahead() -> None:
    capacity = Capacity(1, 5)
    taken, ahead = capacity.place(), capacity.place()
    served = Served(create_api(FakeNewsdesk(), capacity=capacity))
    body = {"question": ASKED, "stream": True}
    try:
        with httpx.stream("POST", f"{served.url}ask", json=body, timeout=10) as reply:
            lines = reply.iter_lines()
            first = []
            while not (first and first[-1].startswith("data: ")):
                first.append(next(lines))
            taken.leave()
            ahead.leave()
            rest = "\n".join(lines)
    finally:
        served.stop()
    assert events("\n".join(first)) == [("waiting", {"ahead": 1})]
    assert events(rest)[-1][0] == "done"
    assert (capacity.active, capacity.waiting) == (0, 0)
