"""Requests written by hand, on a real socket, to the whole server."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.browsing import until
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.server import create_app
from ui.serving import run
from ui.serving.ending import Ending
from ui.serving.service import Service

ROOT = bytes(Path(__file__).parent.parent)
ENDLESS = "endless ferry?"
MCP = {"name": "ask_archive", "arguments": {"question": ENDLESS}}
MESSAGES = [{"role": "user", "content": ENDLESS}]
ASKING: dict[str, tuple[str, dict[str, Any]]] = {
    "json": ("/v1/ask", {"question": ENDLESS}),
    "events": ("/v1/ask", {"question": ENDLESS, "stream": True}),
    "completions": ("/v1/chat/completions", {"model": "byline", "messages": MESSAGES}),
    "chunks": (
        "/v1/chat/completions",
        {"model": "byline", "messages": MESSAGES, "stream": True},
    ),
    "mcp": ("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": MCP}),
}


@contextmanager
def listening(app: ASGIApp, ending: Ending) -> Iterator[int]:
    server = run.Server(app, ending, limit=1)
    with socket.create_server(("127.0.0.1", 0)) as opened:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
        thread.start()
        until(lambda: server.started)
        yield opened.getsockname()[1]
        server.should_exit = True
        thread.join(20)


class Whole:
    """The whole server over a fake desk."""

    def __init__(self) -> None:
        self.desk = FakeNewsdesk()
        self.capacity = Capacity(2, 4)
        service = Service(self.capacity, visitor_per_minute=0)
        self.app = create_app(self.desk, service=service)
        self.port = 0

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def said(self, request: bytes) -> bytes:
        """All that comes back."""
        with self.connect() as visitor:
            visitor.sendall(request)
            found = b""
            while received := visitor.recv(65_536):
                found += received
            return found


@pytest.fixture(scope="module")
def whole() -> Iterator[Whole]:
    made = Whole()
    with listening(made.app, made.app.state.ending) as made.port:
        yield made


def post(path: str, body: object, *heads: str) -> bytes:
    content = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Accept: application/json, text/event-stream",
        f"Content-Length: {len(content)}",
        *heads,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def status(reply: bytes) -> int:
    return int(reply.split(b" ", 2)[1])


@pytest.mark.parametrize("how", ASKING)
def test_leaving_at_any_moment_takes_no_place_away_from_others(whole: Whole, how: str) -> None:
    chance = random.Random(how)
    for _ in range(40):
        with whole.connect() as visitor:
            visitor.sendall(post(*ASKING[how]))
            time.sleep(chance.choice((0, 0.002, 0.005, 0.02, 0.05)))
    with whole.connect() as visitor:
        visitor.sendall(post(*ASKING[how]))
        until(lambda: whole.desk.streams.open, 30)  # one at least is left in the middle
    until(lambda: not (whole.capacity.active or whole.capacity.waiting))
    until(lambda: not whole.desk.streams.open)


@pytest.mark.parametrize(
    "path",
    [
        "//v1/ask", "/v1//ask", "/v1/../v1/ask", "/./v1/ask", "/v1/ask/", "/v1/ask.", "/V1/ask",
        "/v1/ask;x", "/v1/ask%00", "/v1/ask%20", "/v1%5cask", "/v1/x/../ask", "/chat/v1/ask",
        "http://localhost/v1/ask", "http://evil.example/v1/ask", "v1/ask", "/v1/%2e%2e/v1/ask",
        "/byline/../v1/ask", "/gradio_api/run/ask", "/gradio_api/call/ask", "/run/ask", "/api/ask",
    ],
)  # fmt: skip
def test_a_twisted_address_asks_nothing_past_the_quota(whole: Whole, path: str) -> None:
    before = len(whole.desk.asked)
    assert status(whole.said(post(path, {"question": "ferry?"}, "Connection: close"))) in (
        400,
        404,
        405,
    )
    assert len(whole.desk.asked) == before


@pytest.mark.parametrize(
    "path",
    [
        "/byline/..%2f..%2f..%2fpyproject.toml", "/byline/%2e%2e/%2e%2e/server.py",
        "/byline//etc/passwd", "/assets/..%2f..%2froutes.py", "/assets//etc/passwd",
        "/static/%2fetc%2fpasswd", "/widget/..%2f..%2fpyproject.toml", "/widget//etc/passwd",
        "/widget/../gradio_api/file=/etc/passwd", "/gradio_api/file=/etc/passwd", "/assets/x%00",
        "/gradio_api/heartbeat/..%2ffile%3d/etc/passwd", "/v1/articles/..%2f..%2fetc%2fpasswd",
        "/gradio_api/proxy=http://evil.example/", "/report/../pyproject.toml",
    ],
)  # fmt: skip
def test_no_address_opens_a_file_of_the_machine(whole: Whole, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    reply = whole.said(request.encode())
    assert status(reply) in (403, 404)
    assert not any(told in reply for told in (b"root:", b"[project]", b"import ", ROOT))


@pytest.mark.parametrize(
    "heads",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Content-Length: 4\r\nContent-Length: 40",
        "Content-Length: +4",
        "Content-Length: 4\r\nHost: evil.example",
    ],
)
def test_a_request_hidden_in_another_s_body_is_not_answered(whole: Whole, heads: str) -> None:
    hidden = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = f"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\n{heads}\r\n\r\n"
    reply = whole.said(head.encode() + hidden)
    assert status(reply) in (400, 411)
    assert reply.count(b"HTTP/1.1 ") == 1
    assert b'"status":"ok"' not in reply


def test_what_is_sent_back_in_headers_holds_nothing_of_a_visitor_s(whole: Whole) -> None:
    evil = "abcdefgh\tSet-Cookie: a=b"
    heads = (f"X-Request-Id: {evil}", f"Origin: {evil}", f"Byline-Site: {evil}")
    reply = whole.said(
        post("/v1/ask?site=%0d%0aSet-Cookie:%20a=b", {}, *heads, "Connection: close")
    )
    assert status(reply) in (400, 403)
    assert b"Set-Cookie" not in reply


def test_no_other_protocol_is_switched_to(whole: Whole) -> None:
    for protocol in ("websocket", "h2c"):
        head = (
            "GET /v1/ask HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\n"
            f"Upgrade: {protocol}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert status(whole.said(head.encode())) == 405


def test_a_reply_that_nobody_reads_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_READ_SECONDS", 0.2)
    ended = threading.Event()

    async def much(_: Request) -> Response:
        async def without_end() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 65_536
                    await asyncio.sleep(0)
            finally:
                ended.set()

        return StreamingResponse(without_end())

    ending = Ending()
    app = ending.middleware(Starlette(routes=[Route("/", much)]))
    with (
        listening(app, ending) as port,
        socket.create_connection(("127.0.0.1", port)) as visitor,
    ):
        visitor.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert ended.wait(10)
