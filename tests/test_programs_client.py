"""Byline's own client against the running server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from index.types import Filters
from tests import programs
from tests.browsing import until
from tests.fake_newsdesk import FakeNewsdesk
from tests.programs import serving
from ui import client as byline
from ui.client import Client, Done, Said, Sources, Understood, Waiting, turn

desk, sites, url = programs.desk, programs.sites, programs.url

BOTH = "What did the council decide about the night ferry, and what will it cost?"


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url) as client:
        yield client


def test_a_stream_tells_each_step_and_ends_with_what_a_plain_reply_says(client: Client) -> None:
    told = list(client.stream(BOTH))
    assert [type(each) for each in told] == [Understood, Sources, Said, Said, Done]
    done = told[-1]
    assert isinstance(done, Done)
    assert [each.sentence for each in told if isinstance(each, Said)] == done.answer["sentences"]
    assert client.ask(BOTH)["sentences"] == done.answer["sentences"]


def test_an_answer_is_the_history_of_the_next_question(client: Client, desk: FakeNewsdesk) -> None:
    first = client.ask(BOTH)
    limits = Filters(date(2025, 5, 1), date(2025, 6, 30), ("Coast Wire",), ("Transport",))
    client.ask("And since when?", history=[turn(first)], filters=limits, infer=False)
    question, history, filters, infer = desk.asked[-1]
    assert (question, filters, infer) == ("And since when?", limits, False)
    assert history[0].question == BOTH
    assert history[0].answer.endswith("up from 4.00. [2]")
    refused = client.ask("Who won the regatta?")
    assert turn(refused).answer == "Nothing here answers this."


def test_a_question_can_be_limited_to_an_articles_subject(client: Client) -> None:
    page = "https://post.example/culture/museum?edition=2"
    answer = client.ask("ferry and museum", scope={"url": page, "within": "section"})
    assert [each["article_id"] for each in answer["citations"]] == ["a3"]


def test_what_is_found_can_be_opened_where_it_stands(client: Client) -> None:
    (hit,) = client.search("ferry", count=3, filters=Filters(sources=("The Sample Gazette",)))[
        "hits"
    ]
    place: dict[str, Any] = {name: hit[name] for name in ("version", "start", "end")}  # type: ignore[literal-required]
    opened = client.article(hit["article_id"], **place)
    assert opened["quote"] == hit["text"]
    quoted = [run["text"] for p in opened["paragraphs"] for run in p["runs"] if run["quoted"]]
    assert quoted == [hit["text"]]
    assert client.article("a1")["article"]["title"] == hit["title"]


def test_sentences_are_verified_and_verdicts_kept(client: Client, desk: FakeNewsdesk) -> None:
    (checked,) = client.verify("The ferry was kept by twelve votes.")["sentences"]
    assert checked["verdict"]["state"] == "contradicted"
    answer = client.ask(BOTH)
    client.feedback(answer, helpful=False, reason="too short")
    assert (desk.verdicts[-1].answer_id, desk.verdicts[-1].reason) == (answer["id"], "too short")
    assert desk.verdicts[-1].answer == turn(answer).answer  # with its markers, as the chat keeps it
    assert client.about()["title"] == "The Harbour Archive"


@pytest.mark.parametrize(
    ("call", "kind", "error"),
    [
        (lambda c: c.ask(""), "invalid", byline.BadRequest),
        (lambda c: c.ask("x" * 3_000), "invalid", byline.BadRequest),
        (lambda c: c.ask("Please complain"), "question", byline.BadRequest),
        (lambda c: c.ask("Please explode"), "internal", byline.ServerFailed),
        (lambda c: list(c.stream("Please explode")), "internal", byline.ServerFailed),
        (lambda c: c.article("nope"), "unknown-article", byline.NotFound),
        (lambda c: c.article("../site"), "not-found", byline.NotFound),
        (lambda c: c.search("x", count=10_000), "invalid", byline.BadRequest),
    ],
)
def test_a_problem_is_an_error_of_its_kind_that_names_the_request(
    client: Client, call: Any, kind: str, error: type[byline.ClientError]
) -> None:
    with pytest.raises(error) as failed:
        call(client)
    assert failed.value.kind == kind
    assert failed.value.request_id
    assert str(failed.value) == failed.value.problem["detail"]
    assert "/srv" not in str(failed.value.problem)


def test_a_key_that_no_site_has_is_not_allowed(url: str) -> None:
    with Client(url, "byl_nobody", "token") as client, pytest.raises(byline.NotAllowed) as refused:
        client.ask(BOTH)
    assert refused.value.kind == "unknown-site"


def test_a_stream_that_is_closed_ends_the_work_on_it(client: Client, desk: FakeNewsdesk) -> None:
    before = desk.streams.given_up
    stream = client.stream("The endless ferry")
    assert any(isinstance(each, Said) and each.index > 2 for each in stream)
    stream.close()  # type: ignore[attr-defined]  # it is a generator
    until(lambda: desk.streams.given_up > before)


def test_a_full_server_is_waited_for_only_by_who_is_patient() -> None:
    desk = FakeNewsdesk()
    with (
        serving(desk, at_once=1, waiting=0) as url,
        Client(url) as first,
        Client(url) as hasty,
        Client(url, patience=30) as patient,
    ):
        held = first.stream("The endless ferry")
        next(held)
        with pytest.raises(byline.Busy) as busy:
            hasty.ask(BOTH)
        assert busy.value.retry_after is not None
        held.close()  # type: ignore[attr-defined]
        assert patient.ask(BOTH)["answered"]


def test_who_waits_in_line_is_told_how_many_are_ahead() -> None:
    desk = FakeNewsdesk()
    with serving(desk, at_once=1) as url, Client(url) as first, Client(url) as second:
        held = first.stream("The endless ferry")
        next(held)
        line = second.stream(BOTH)
        assert next(line) == Waiting(0)
        held.close()  # type: ignore[attr-defined]
        assert isinstance([each for each in line if not isinstance(each, Waiting)][-1], Done)


def _answers(*replies: httpx.Response) -> httpx.MockTransport:
    waiting = list(replies)
    return httpx.MockTransport(lambda _: waiting.pop(0))


def test_come_back_later_is_obeyed_once_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("ui.client.client.time.sleep", slept.append)
    later = httpx.Response(429, headers={"Retry-After": "7"}, json={"detail": "Too many."})
    found = httpx.Response(200, json={"hits": []})
    with Client("http://byline", patience=10, transport=_answers(later, found)) as client:
        assert client.search("x") == {"hits": []}
    assert slept == [7.0]
    later = httpx.Response(429, headers={"Retry-After": "3600"}, json={"detail": "Too many."})
    with (
        Client("http://byline", patience=10, transport=_answers(later)) as client,
        pytest.raises(byline.QuotaReached) as refused,
    ):
        client.search("x")
    assert refused.value.retry_after == 3600
    assert slept == [7.0]


def test_a_stream_that_breaks_off_is_no_answer() -> None:
    said = b'event: sentence\ndata: {"index":0,"sentence":{}}\n\nevent: later\ndata: {}\n\n'
    reply = httpx.Response(200, content=said)
    with Client("http://byline", transport=_answers(reply)) as client:
        stream = client.stream("x")
        assert isinstance(next(stream), Said)
        with pytest.raises(byline.Unreachable, match="before the answer was complete"):
            next(stream)


def test_a_server_that_is_none_of_ours_or_not_there_is_unreachable() -> None:
    page = httpx.Response(200, text="<html>It works!</html>")
    with (
        Client("http://byline", transport=_answers(page)) as client,
        pytest.raises(byline.Unreachable),
    ):
        client.about()
    with Client("http://127.0.0.1:9") as client, pytest.raises(byline.Unreachable):
        client.about()


def test_a_key_without_a_token_is_refused_before_it_is_sent(url: str) -> None:
    with pytest.raises(ValueError, match="holds on its pages alone"):
        Client(url, "byl_" + "a" * 32)


@pytest.mark.parametrize("address", ["http://by\x00line", "http://[::1", "http://host:port"])
def test_what_is_no_address_is_unreachable(address: str) -> None:
    with pytest.raises(byline.Unreachable), Client(address) as client:
        client.about()


@pytest.mark.parametrize(
    "said",
    [
        b"event: sentence\ndata: {\n\n",
        b"event: sentence\ndata: {}\n\n",
        b"event: sentence\ndata: 7\n\n",
        b"event: error\ndata: []\n\n",
        b'event: error\ndata: {"status": null}\n\n',
    ],
)
def test_an_event_that_cannot_be_read_is_an_error_of_the_client_s(said: bytes) -> None:
    reply = httpx.Response(200, content=said)
    with (
        Client("http://byline", transport=_answers(reply)) as client,
        pytest.raises(byline.Unreachable, match="cannot be read"),
    ):
        list(client.stream("x"))


@pytest.mark.parametrize(
    ("status", "error"),
    [(408, byline.TooSlow), (409, byline.ReadOnly), (411, byline.BadRequest)],
)
def test_a_status_of_its_own_is_an_error_of_its_own(
    status: int, error: type[byline.ClientError]
) -> None:
    reply = httpx.Response(status, json={"detail": "No."})
    with (
        Client("http://byline", transport=_answers(reply)) as client,
        pytest.raises(error),
    ):
        client.search("x")


def test_a_client_needs_no_model_and_no_server() -> None:
    heavy = "torch gradio numpy faiss fastapi starlette pydantic sentence_transformers".split()
    code = f"import sys, ui.client; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_everything_that_is_named_can_be_had() -> None:
    assert [name for name in byline.__all__ if not hasattr(byline, name)] == []
