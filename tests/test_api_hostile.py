"""Whatever strangers send is answered with a problem document that gives nothing away."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from index.errors import ArchiveDamaged
from tests.api_calls import calls
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.app import create_api
from ui.api.capacity import Capacity
from ui.api.edge import MAX_BODY
from ui.serving.body import Body

JSON = {"Content-Type": "application/json"}
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with calls(FakeNewsdesk()) as client:
        yield client


def problem(reply: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["cache-control"] == "no-store"
    document: dict[str, Any] = reply.json()
    assert document["type"] == f"urn:byline:problem:{kind}"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["request_id"] == reply.headers["x-request-id"]
    return document


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 422, "invalid"),
        (b"{", 400, "bad-request"),
        (b"\xff\xfe\x00", 400, "bad-request"),
        (DEEP.encode(), 400, "bad-request"),
        (f'{{"question": {DEEP}}}'.encode(), 400, "bad-request"),
        (b'{"question": ' + b"9" * 5_000 + b"}", 400, "bad-request"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'"ferry"', 422, "invalid"),
        (b"{}", 422, "invalid"),
        (b'{"question": null}', 422, "invalid"),
        (b'{"question": 7}', 422, "invalid"),
        (b'{"question": NaN}', 422, "invalid"),
        (b'{"question": ["ferry"]}', 422, "invalid"),
        (b'{"question": ""}', 422, "invalid"),
        (b'{"question": " \\u0000\\n"}', 422, "invalid"),
        (b'{"question": "half \\ud83d"}', 422, "invalid"),
        (b'{"question": "ferry", "\\ud800": 1}', 422, "invalid"),
        (b'{"question": "ferry", "colour": 1}', 422, "unknown-field"),
        (b'{"question": "ferry", "stream": "yes"}', 422, "invalid"),
        (b'{"question": "ferry", "infer": 1}', 422, "invalid"),
        (b'{"question": "ferry", "filters": {"after": 20250101}}', 422, "invalid"),
        (b'{"question": "ferry", "filters": {"after": "2025-02-30"}}', 422, "invalid"),
        (b'{"question": "ferry", "filters": {"sources": "Wire"}}', 422, "invalid"),
        (b'{"question": "ferry", "filters": {"sources": ["a\\u0000b"]}}', 422, "invalid"),
        (b'{"question": "ferry", "scope": {"url": "x", "within": "all"}}', 422, "invalid"),
        (b'{"question": "ferry", "scope": {"url": "http://x\\r\\nHost: y"}}', 422, "invalid"),
    ],
)
def test_a_body_that_is_no_question_is_refused(
    client: TestClient, body: bytes, status: int, kind: str
) -> None:
    reply = client.post("/ask", content=body, headers=JSON)
    problem(reply, status, kind)


def test_what_is_too_long_or_too_much_is_refused(client: TestClient) -> None:
    for body in (
        {"question": "x" * 2_001},
        {"question": "ferry", "history": [{"question": "x"}] * 9},
        {"question": "ferry", "history": [{"question": "x", "answer": "x" * 20_001}]},
        {"question": "ferry", "filters": {"sources": [str(n) for n in range(10_000)]}},
        {"question": "ferry", "filters": {"sections": ["x" * 201]}},
        {"question": "ferry", **{f"field {n}": n for n in range(1_000)}},
    ):
        reply = client.post("/ask", json=body)
        assert reply.status_code == 422
        assert len(reply.json()["errors"]) <= 20
        assert len(reply.content) < 5_000
    many = "&".join(f"source={n}" for n in range(3_000))
    problem(client.get(f"/search?q=ferry&{many}"), 422, "invalid")


def test_names_that_are_told_back_are_cut_and_escaped(client: TestClient) -> None:
    name = "<script>\r\nX-Evil: 1\u2028" + "x" * 10_000
    reply = client.post("/ask", json={"question": "ferry", name: 1})
    document = problem(reply, 422, "unknown-field")
    assert len(document["errors"][0]["field"]) <= 101
    assert b"\n" not in reply.content
    assert b"\xe2\x80\xa8" not in reply.content
    assert "x-evil" not in reply.headers


def test_the_last_of_two_equal_keys_counts_as_json_says(client: TestClient) -> None:
    body = b'{"question": "museum?", "question": "ferry?"}'
    answer = client.post("/ask", content=body, headers=JSON).json()["answer"]
    assert answer["question"]["text"] == "ferry?"


def test_control_characters_of_a_question_become_spaces(client: TestClient) -> None:
    reply = client.post("/ask", json={"question": "The\x00 night\x1b[31m\x85ferry?\n"})
    assert reply.json()["answer"]["question"]["text"] == "The  night [31m ferry?"


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_on_a_foreign_page_cannot_ask(client: TestClient, media: str) -> None:
    """Only what is JSON by name is read: a browser asks before it sends that elsewhere."""
    body = json.dumps({"question": "ferry"}).encode()
    reply = client.post("/ask", content=body, headers={"Content-Type": media})
    problem(reply, 422, "invalid")


def test_a_body_too_large_is_refused_before_it_is_read(client: TestClient) -> None:
    problem(client.post("/ask", content=b"x" * (MAX_BODY + 1), headers=JSON), 413, "too-large")
    for length in ("-1", "1e3", "9" * 40, "²"):
        headers = {**JSON, "Content-Length": length.encode()}
        reply = client.post("/ask", content=b"{}", headers=headers)  # type: ignore[arg-type]
        assert reply.status_code in (400, 413)

    def chunks() -> Iterator[bytes]:
        for _ in range(MAX_BODY // 65_536 + 1):
            yield b" " * 65_536

    problem(client.post("/ask", content=chunks(), headers=JSON), 413, "too-large")


def test_a_body_that_trickles_in_is_given_up() -> None:
    api = Body(create_api(FakeNewsdesk(), capacity=Capacity(1, 1)), seconds=0.05)

    async def run() -> httpx.Response:
        async def trickle() -> Any:
            yield b"{"
            await asyncio.sleep(5)

        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://byline") as client:
            return await client.post("/ask", content=trickle(), headers=JSON)

    problem(asyncio.run(run()), 408, "timeout")


def test_other_addresses_and_methods_are_problems_too(client: TestClient) -> None:
    problem(client.get("/nowhere"), 404, "not-found")
    problem(client.get("/ask/"), 404, "not-found")
    refused = client.get("/ask")
    problem(refused, 405, "method")
    assert refused.headers["allow"] == "POST"
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        problem(client.request(method, "/ask"), 405, "method")


@pytest.mark.parametrize(
    "address",
    [
        "/search",
        "/search?q=",
        "/search?q=%00",
        "/search?q=a&count=0",
        "/search?q=a&count=51",
        "/search?q=a&count=x",
        "/search?q=a&after=soon",
        "/search?q=a&colour=red",
        "/site?x=1",
        "/search?q=" + "x" * 2001,
        "/articles/a1?start=-1&end=2",
        "/articles/a1?quote=x",
    ],
)
def test_an_address_that_asks_for_what_is_not_there_is_refused(
    client: TestClient, address: str
) -> None:
    reply = client.get(address)
    problem(reply, 422, "unknown-field" if "unknown-field" in reply.text else "invalid")
    assert all(fault["where"] == "query" for fault in reply.json()["errors"])


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("POST", "/ask", {"question": "explode\nferry"}),
        ("GET", "/search?q=explode%0Aferry", None),
        ("POST", "/verify", {"text": "explode\nferry"}),
    ],
)
def test_what_nobody_foresaw_is_logged_by_id_and_told_to_nobody(
    method: str, address: str, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "ui.api.failures"):
        reply = calls(FakeNewsdesk()).request(method, address, json=body)
    document = problem(reply, 500, "internal")
    assert "secret" not in reply.text
    assert "RuntimeError" not in reply.text
    (record,) = caplog.records
    assert record.getMessage().startswith(f"request {document['request_id']} failed: RuntimeError")
    assert "fake_newsdesk.py" in record.getMessage()  # where
    assert "ferry" not in record.getMessage()  # and not what was asked


def test_an_archive_that_cannot_be_read_is_no_path_to_strangers() -> None:
    class Broken(FakeNewsdesk):
        def search(self, *_: Any, **__: Any) -> Any:
            raise ArchiveDamaged("/srv/archive.db is damaged; run: byline index --repair")

    reply = calls(Broken()).get("/search?q=ferry")
    problem(reply, 503, "unavailable")
    assert reply.headers["retry-after"] == "30"
    assert "/srv" not in reply.text


def test_half_characters_of_a_model_do_not_break_a_reply() -> None:
    class Odd(FakeNewsdesk):
        def examples(self, *_: Any, **__: Any) -> Any:
            return ("half \ud83d", "line\u2028break")

    reply = calls(Odd()).get("/site")
    assert reply.status_code == 200
    assert reply.json()["examples"] == ["half \ud83d", "line\u2028break"]
    assert reply.content.decode("utf-8").splitlines() == [reply.content.decode("utf-8")]


def test_openais_clients_find_their_error_where_they_look(client: TestClient) -> None:
    document = client.post("/chat/completions", json={"messages": []}).json()
    assert document["error"]["message"] == document["detail"]
    assert document["error"]["type"] == "invalid_request_error"
    assert "error" not in client.post("/ask", json={}).json()
