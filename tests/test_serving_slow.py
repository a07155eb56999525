"""Slow, oversized and endless requests on a real socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.browsing import until
from tests.serving_socket import served
from ui.serving import run
from ui.serving.body import Body


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(run, "_HEAD_SECONDS", 0.4)
    app = Starlette(routes=[Route("/", echo, methods=["POST", "GET"])])
    with served(Body(app, seconds=0.4)) as port:
        yield port


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The same, which gives up on nobody."""
    monkeypatch.setattr(run, "_HEAD_SECONDS", 600)
    app = Starlette(routes=[Route("/", echo, methods=["POST", "GET"])])
    with served(Body(app, seconds=600)) as port:
        yield port


def said(port: int, *pieces: bytes) -> bytes:
    """All that comes back where these pieces are sent and nothing more."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as visitor:
        for piece in pieces:
            visitor.sendall(piece)
        found = b""
        while received := visitor.recv(4096):
            found += received
        return found


@pytest.mark.parametrize("path", ["/", "/v1/chat/completions"])
def test_a_body_that_never_comes_is_given_up_on(port: int, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    reply = said(port, head.encode(), b"some")
    assert reply.startswith(b"HTTP/1.1 408 ")
    problem = json.loads(reply.split(b"\r\n\r\n")[1])
    assert problem["type"] == "urn:byline:problem:timeout"
    assert ("error" in problem) == ("chat" in path)  # where OpenAI's clients look


@pytest.mark.parametrize("head", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_that_never_comes_is_given_up_on(port: int, head: bytes) -> None:
    assert said(port, head).startswith(b"HTTP/1.1 408 ")


def test_a_second_head_that_never_comes_is_given_up_on(port: int) -> None:
    replies = said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HT")
    assert replies.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in replies


def test_headers_without_end_are_refused(patient: int) -> None:
    assert said(patient, b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000).startswith(b"HTTP/1.1 400 ")


def test_slow_visitors_do_not_keep_others_waiting(patient: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", patient)) for _ in range(100)]
    for each in slow:
        each.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\nHost: ")
    assert httpx.post(f"http://127.0.0.1:{patient}/", content=b"four", timeout=30).text == "4"
    for each in slow:
        each.close()


def test_a_body_larger_than_any_is_refused(patient: int) -> None:
    # It need not read to the end: its reply may come while much is still to be sent, or be
    # lost where the rest meets a closed connection. So only what is over the limit is sent.
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n"
    reply = said(patient, head, b"x" * (1024 * 1024 + 1))
    assert reply.startswith(b"HTTP/1.1 413 ")


def test_only_so_much_is_held_of_all_bodies_together() -> None:
    app = Starlette(routes=[Route("/", echo, methods=["POST"])])
    with (
        served(Body(app, seconds=600, together=300_000)) as port,
        socket.create_connection(("127.0.0.1", port)) as first,
    ):
        first.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 250000\r\n\r\n")
        first.sendall(b"x" * 249_999)

        def post() -> httpx.Response:
            return httpx.post(f"http://127.0.0.1:{port}/", content=b"x" * 100_000, timeout=30)

        until(lambda: post().status_code == 503)
        assert int(post().headers["retry-after"]) >= 1
        first.sendall(b"x")
        reply = b""
        while not reply.endswith(b"250000"):  # its head and its body may come apart
            received = first.recv(4096)
            assert received, reply
            reply += received
        until(lambda: post().status_code == 200)
