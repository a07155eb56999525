"""What is too large, too slow or never ends is given up on."""

from __future__ import annotations

import gzip
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from itertools import count

import pytest

from index.fetch import Clock, Fetcher
from index.types import SkipReason
from tests.test_fetch_fetcher import LOCAL, failing, reply, serving


def test_compressed_pages_are_read() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        assert handler.headers["Accept-Encoding"] == "gzip, deflate"
        reply(handler, body=gzip.compress(b"story " * 1000), Content_Encoding="gzip")

    with serving(answer) as base, Fetcher(LOCAL) as fetcher:
        assert fetcher.get(base).body == b"story " * 1000


def test_a_zip_bomb_stops_at_the_limit() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    policy = replace(LOCAL, max_bytes=1_000_000)
    with (
        serving(lambda h: reply(h, body=bomb, Content_Encoding="gzip")) as base,
        Fetcher(policy) as fetcher,
    ):
        assert failing(fetcher, base).reason is SkipReason.TOO_LARGE


def test_a_page_that_says_it_is_too_large_is_not_read() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "200000000")
        handler.end_headers()

    with serving(answer) as base, Fetcher(LOCAL) as fetcher:
        assert failing(fetcher, base).reason is SkipReason.TOO_LARGE


def test_a_page_that_never_ends_stops_at_the_limit() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while True:
            handler.wfile.write(b"<item>more</item>" * 4000)

    with serving(answer) as base, Fetcher(replace(LOCAL, max_bytes=2_000_000)) as fetcher:
        assert failing(fetcher, base).reason is SkipReason.TOO_LARGE


@pytest.mark.timeout(60)  # seconds; the drip has no end
@pytest.mark.parametrize("what", ["body", "headers"])
def test_a_slow_drip_ends_when_the_time_is_up(what: str) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if what == "body":
            handler.wfile.write(b"Content-Length: 100000\r\n\r\n")
        while True:
            handler.wfile.write(b"a")
            time.sleep(0.002)

    looks = count(1)  # on this clock a second goes by whenever somebody looks at it
    clock = Clock(monotonic=lambda: float(next(looks)))
    policy = replace(LOCAL, max_seconds=30, timeout_seconds=50)
    with serving(answer) as base, Fetcher(policy, clock=clock) as fetcher:
        assert failing(fetcher, base).reason is SkipReason.TIMEOUT
    assert next(looks) < 100


def test_a_silent_server_times_out() -> None:
    done = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        done.wait(5)

    policy = replace(LOCAL, timeout_seconds=0.1)
    with serving(answer) as base, Fetcher(policy) as fetcher:
        assert failing(fetcher, base).reason is SkipReason.TIMEOUT
        done.set()
