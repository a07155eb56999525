"""Readers who go away, and many who come at once."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.api_calls import events
from tests.browsing import Served, until
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.app import create_api
from ui.api.capacity import Capacity


@contextmanager
def serving(desk: FakeNewsdesk, capacity: Capacity) -> Iterator[Served]:
    served = Served(create_api(desk, capacity=capacity))
    try:
        yield served
    finally:
        served.stop()


@contextmanager
def asking(served: Served, body: dict[str, Any], *, until_read: bytes = b"") -> Iterator[None]:
    """A reader who asks, reads so far, and closes the connection."""
    sent = json.dumps(body).encode()
    head = (
        f"POST /ask HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as reader:
        reader.sendall(head.encode() + sent)
        read = b""
        while until_read not in read:
            piece = reader.recv(4096)
            assert piece, "the server closed the connection"
            read += piece
        yield


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_is_not_written_on_for_a_reader_who_left(stream: bool) -> None:
    desk, capacity = FakeNewsdesk(pace=0.01), Capacity(1, 5)
    body = {"question": "ferry endless", "stream": stream}
    with serving(desk, capacity) as served:
        with asking(served, body, until_read=b"event: sentence" if stream else b""):
            until(lambda: desk.streams.open == 1)
        until(lambda: desk.streams.given_up == 1)  # the generator was closed
        until(lambda: (capacity.active, capacity.waiting) == (0, 0))
        # and the next reader has the place
        reply = httpx.post(f"{served.url}ask", json={"question": "ferry"}, timeout=10)
        assert reply.json()["answer"]["answered"]
    assert (desk.streams.open, desk.streams.ended, desk.streams.given_up) == (0, 1, 1)


@pytest.mark.parametrize("stream", [True, False])
def test_who_leaves_while_waiting_is_never_answered(stream: bool) -> None:
    desk, capacity = FakeNewsdesk(), Capacity(1, 5)
    taken = capacity.place()
    with serving(desk, capacity) as served:
        body = {"question": "ferry", "stream": stream}
        with asking(served, body, until_read=b"event: waiting" if stream else b""):
            until(lambda: capacity.waiting == 1)
        until(lambda: capacity.waiting == 0)
        taken.leave()
        assert httpx.get(f"{served.url}search?q=ferry", timeout=10).status_code == 200
    assert desk.asked == []
    assert capacity.active == 0


def test_a_reader_who_does_not_read_keeps_no_place() -> None:
    desk, capacity = FakeNewsdesk(), Capacity(1, 0)
    with (
        serving(desk, capacity) as served,
        asking(served, {"question": "ferry", "stream": True}),
    ):
        until(lambda: desk.streams.ended == 1)
        until(lambda: capacity.active == 0)
        reply = httpx.post(f"{served.url}ask", json={"question": "ferry"}, timeout=10)
        assert reply.status_code == 200


def test_two_hundred_at_once_each_get_their_own_answer() -> None:
    desk, capacity = FakeNewsdesk(pace=0.002), Capacity(4, 200)
    api = create_api(desk, capacity=capacity)

    async def visitor(client: httpx.AsyncClient, number: int) -> None:
        earlier = {"question": f"Who is visitor {number}?", "answer": f"Number {number}."}
        body = {"question": f"And the ferry of {number}?", "history": [earlier]}
        if number % 2:
            reply = await client.post("/ask", json=body | {"stream": True})
            answer = events(reply.text)[-1][1]["answer"]
        else:
            answer = (await client.post("/ask", json=body)).json()["answer"]
        assert answer["question"]["text"] == body["question"]
        assert answer["question"]["history"][0]["answer"] == earlier["answer"]
        assert f"from “{earlier['question']}”" in answer["question"]["notes"][0]
        assert answer["answered"]

    async def everybody() -> None:
        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://byline") as client:
            await asyncio.gather(*(visitor(client, n) for n in range(200)))

    asyncio.run(everybody())
    assert desk.streams.ended == len(desk.asked) == 200
    assert 1 < desk.streams.most <= 4
    assert (capacity.active, capacity.waiting) == (0, 0)


def test_beyond_the_line_the_rest_are_turned_away_and_none_is_lost() -> None:
    going_on = threading.Event()

    class Held(FakeNewsdesk):
        def stream(self, *args: Any, **options: Any) -> Any:
            assert going_on.wait(20)
            yield from super().stream(*args, **options)

    desk, capacity = Held(), Capacity(2, 10)
    api = create_api(desk, capacity=capacity)

    async def everybody() -> list[int]:
        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://byline") as client:
            asked = [
                asyncio.ensure_future(client.post("/ask", json={"question": f"ferry {n}"}))
                for n in range(40)
            ]
            while sum(each.done() for each in asked) < 28:
                await asyncio.sleep(0.01)
            going_on.set()
            return [reply.status_code for reply in await asyncio.gather(*asked)]

    statuses = asyncio.run(everybody())
    assert sorted(statuses) == [200] * 12 + [503] * 28
    assert statuses[:12] == [200] * 12  # first come, first served
