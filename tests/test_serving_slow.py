"""Slow, oversized and endless requests on a real socket, and how the server stops."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from index.errors import ArchiveDamaged
from tests.browsing import until
from ui.serving import run
from ui.serving.body import Body
from ui.serving.ending import Ending

ROOT = Path(__file__).parent.parent


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def endless(request: Request) -> Response:
    async def beats() -> AsyncIterator[bytes]:
        while True:
            yield b"beat\n"
            await asyncio.sleep(0.05)

    return StreamingResponse(beats())


@contextmanager
def served(
    app: ASGIApp, ending: Ending | None = None, limit: float = 5, **options: Any
) -> Iterator[int]:
    ending = ending or Ending()
    server = run.Server(ending.middleware(app), ending, limit=limit, **options)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until(lambda: server.started)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


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


def test_what_never_ends_does_not_hold_the_end_up() -> None:
    with (
        served(Starlette(routes=[Route("/", endless)]), limit=60) as port,
        httpx.stream("GET", f"http://127.0.0.1:{port}/", timeout=30) as beats,
    ):
        assert next(beats.iter_lines()) == "beat"
    # `served` has seen it stop, well before the limit


def test_it_listens_and_is_not_ready_until_it_is_warm() -> None:
    ending, warm = Ending(), threading.Event()

    async def ready(_: Request) -> Response:
        return PlainTextResponse(str(ending.ready))

    app = Starlette(routes=[Route("/", ready)])
    with served(app, ending, warming=lambda: _wait(warm)) as port:
        assert httpx.get(f"http://127.0.0.1:{port}/", timeout=30).text == "False"
        warm.set()
        until(lambda: httpx.get(f"http://127.0.0.1:{port}/", timeout=30).text == "True")


def _wait(event: threading.Event) -> None:
    assert event.wait(30)


def test_what_cannot_be_warmed_ends_the_server_and_is_told_of() -> None:
    def warming() -> None:
        raise ArchiveDamaged("the archive cannot be read")

    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        pytest.raises(ArchiveDamaged, match="cannot be read"),
    ):
        run.run(Starlette(), listening, Ending(), warming=warming)


def test_told_to_stop_before_it_listens_it_does_not_start() -> None:
    ending = Ending()
    ending.stopping = True
    server = run.Server(Starlette(), ending, limit=1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        thread.join(20)
        ended = not thread.is_alive()
        server.should_exit = True
        thread.join(20)
    assert ended


@pytest.mark.parametrize("path", ["/silent", "/v1/events", "/v1/chat/completions"])
def test_who_is_cut_off_at_the_end_is_told_to_come_back(path: str) -> None:
    entered = threading.Event()

    async def silent(_: Request) -> Response:
        entered.set()
        await asyncio.sleep(600)
        return Response()

    async def events(_: Request) -> Response:
        async def told() -> AsyncIterator[bytes]:
            yield b": .\n\n"
            entered.set()
            await asyncio.sleep(600)

        return StreamingResponse(told(), media_type="text/event-stream")

    routes = [
        Route("/silent", silent),
        Route("/v1/events", events),
        Route("/v1/chat/completions", events),
    ]
    ending = Ending(busy=lambda: True)
    with (
        ThreadPoolExecutor(1) as reader,
        served(Starlette(routes=routes), ending, limit=0.3) as port,
    ):
        reply = reader.submit(httpx.get, f"http://127.0.0.1:{port}{path}", timeout=60)
        assert entered.wait(30)
    got = reply.result()
    if path == "/silent":
        assert got.status_code == 503
        assert int(got.headers["retry-after"]) >= 1
        assert got.json()["type"] == "urn:byline:problem:unavailable"
        return
    last = got.text.rstrip().splitlines()
    assert last[-2] == "event: error"
    problem = json.loads(last[-1].removeprefix("data: "))
    assert problem["status"] == 503
    assert ("error" in problem) == ("chat" in path)


def test_an_answer_that_takes_too_long_is_cut_off_at_the_limit() -> None:
    ending = Ending(busy=lambda: True)
    with (
        served(Starlette(routes=[Route("/", endless)]), ending, limit=0.3) as port,
        httpx.stream("GET", f"http://127.0.0.1:{port}/", timeout=30) as beats,
    ):
        assert next(beats.iter_lines()) == "beat"


def test_told_to_stop_it_finishes_the_answer_in_progress_and_takes_no_new_one() -> None:
    program = (
        "from tests.fake_newsdesk import FakeNewsdesk\n"
        "from ui.api.capacity import Capacity\n"
        "from ui.server import create_app, listen\n"
        "from ui.serving.run import run\n"
        "from ui.serving.service import Service\n"
        "import signal\n"
        "signal.signal(signal.SIGTERM, lambda *_: None)\n"
        "app = create_app(FakeNewsdesk(pace=0.5), service=Service(Capacity(2, 2)))\n"
        "with listen('127.0.0.1', 0) as listening:\n"
        "    print(listening.getsockname()[1], flush=True)\n"
        "    run(app, listening, app.state.ending)\n"
        "raise SystemExit(7)\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        alarm = threading.Timer(90, process.kill)
        alarm.start()
        assert process.stdout is not None
        base = f"http://127.0.0.1:{int(process.stdout.readline())}"
        question = {"question": "What about the night ferry, and its fares?", "stream": True}
        with (
            httpx.stream("GET", f"{base}/gradio_api/heartbeat/abcdef", timeout=30) as heart,
            httpx.stream("POST", f"{base}/v1/ask", json=question, timeout=30) as reply,
        ):
            assert heart.status_code == 200
            events = reply.iter_lines()
            assert "event: understood" in next(each for each in events if "event" in each)
            process.send_signal(signal.SIGTERM)
            rest = list(events)
            assert "event: done" in rest
            until(lambda: refused(base))
        assert process.wait(30) == 7
        alarm.cancel()


def refused(base: str) -> bool:
    try:
        httpx.get(f"{base}/healthz", timeout=30)
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        return True
    return False
