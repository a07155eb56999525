"""How the server gets ready on a real socket, and how it stops."""

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
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from index.errors import ArchiveDamaged
from tests.browsing import until
from tests.serving_socket import endless, served
from ui.serving import run
from ui.serving.ending import Ending

ROOT = Path(__file__).parent.parent


def begun(read_on: ExitStack, port: int) -> Iterator[str]:
    """The lines of a reply after its first, to whoever stays when the server stops."""
    url = f"http://127.0.0.1:{port}/"
    lines = read_on.enter_context(httpx.stream("GET", url, timeout=30)).iter_lines()
    assert next(lines) == "beat"
    return lines


def test_what_never_ends_does_not_hold_the_end_up() -> None:
    with ExitStack() as read_on:
        with served(Starlette(routes=[Route("/", endless)]), limit=60) as port:
            lines = begun(read_on, port)
        # `served` has seen it stop, well before the limit
        assert set(lines) <= {"beat"}  # and what was said ends as if it were whole


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
    with ExitStack() as read_on:
        with served(Starlette(routes=[Route("/", endless)]), ending, limit=0.3) as port:
            lines = begun(read_on, port)
        assert set(lines) <= {"beat"}


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
