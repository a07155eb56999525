"""The fetcher against real servers on this machine, and time held still."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.errors import FetchError, ForbiddenAddress
from index.fetch import AddressRefused, Clock, Fetcher, FetchFailed, FetchPolicy
from index.types import SkipReason

Answer = Callable[[BaseHTTPRequestHandler], None]

LOCAL = FetchPolicy(allow_private=True, respect_robots=False, delay_seconds=0.0)


class FakeTime:
    """A clock that moves only when somebody sleeps on it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, lambda: self.now, self.sleep, lambda: 0.5)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(
    handler: BaseHTTPRequestHandler, status: int = 200, body: bytes = b"", **headers: str
) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def failing(fetcher: Fetcher, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        fetcher.get(url)
    return caught.value


def test_a_page_arrives_with_its_type_charset_and_validators() -> None:
    seen = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(dict(handler.headers))
        reply(
            handler,
            body="día".encode("latin-1"),
            Content_Type="text/html; charset=ISO-8859-1",
            ETag='"v1"',
            Last_Modified="Tue, 05 Mar 2024 10:00:00 GMT",
        )

    with serving(answer) as base, Fetcher(LOCAL) as fetcher:
        page = fetcher.get(base + "/a?q=1#part")
        fetcher.get(base)
    assert page.url_final == base + "/a?q=1"
    assert (page.status, page.content_type, page.charset) == (200, "text/html", "iso8859-1")
    assert page.body == "día".encode("latin-1")
    assert (page.etag, page.last_modified) == ('"v1"', "Tue, 05 Mar 2024 10:00:00 GMT")
    assert not page.not_modified
    assert seen[0]["User-Agent"] == "Byline/0.1 (+news archive indexer)"
    assert seen[0]["Host"] == base.removeprefix("http://")


def test_a_page_that_has_not_changed_is_not_sent_again() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers["If-None-Match"] == '"v1"':
            reply(handler, 304)
        elif handler.headers["If-Modified-Since"]:
            reply(handler, 304, ETag='"v2"')
        else:
            reply(handler, body=b"new")

    with serving(answer) as base, Fetcher(LOCAL) as fetcher:
        same = fetcher.get(base, etag='"v1"')
        since = fetcher.get(base, last_modified="Tue, 05 Mar 2024 10:00:00 GMT")
        changed = fetcher.get(base, etag='"v0"')
    assert same.not_modified
    assert same.etag == '"v1"'
    assert since.not_modified
    assert since.etag == '"v2"'
    assert not changed.not_modified
    assert changed.body == b"new"


def test_an_unasked_not_modified_is_an_error() -> None:
    with serving(lambda h: reply(h, 304)) as base, Fetcher(LOCAL) as fetcher:
        assert failing(fetcher, base).status == 304


@pytest.mark.parametrize("status", [403, 404, 410, 500, 204])
def test_an_error_status_is_reported_and_not_retried(status: int) -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        reply(handler, status)

    with serving(answer) as base, Fetcher(LOCAL) as fetcher:
        failure = failing(fetcher, base)
    assert (failure.reason, failure.status) == (SkipReason.HTTP, status)
    assert len(asked) == 1


def test_a_busy_server_is_asked_again_after_the_time_it_names() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        if len(asked) == 1:
            reply(handler, 429, Retry_After="7")
        else:
            reply(handler, body=b"at last")

    held = FakeTime()
    with serving(answer) as base, Fetcher(LOCAL, clock=held.clock) as fetcher:
        assert fetcher.get(base).body == b"at last"
    assert held.slept == [7.0]


def test_retry_after_may_be_a_date() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        if len(asked) == 1:
            reply(handler, 503, Retry_After="Thu, 01 Jan 1970 00:16:52 GMT")
        else:
            reply(handler, body=b"ok")

    held = FakeTime()
    with serving(answer) as base, Fetcher(LOCAL, clock=held.clock) as fetcher:
        fetcher.get(base)
    assert held.slept == [12.0]


def test_a_server_that_asks_for_an_hour_is_left_alone_and_so_are_its_other_pages() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        reply(handler, 429, Retry_After="3600")

    held = FakeTime()
    with serving(answer) as base, Fetcher(LOCAL, clock=held.clock) as fetcher:
        assert "3600 seconds" in str(failing(fetcher, base + "/a"))
        assert "3600 seconds" in str(failing(fetcher, base + "/b"))
    assert asked == ["/a"]
    assert held.slept == []


def test_without_a_named_time_each_wait_is_twice_as_long() -> None:
    held = FakeTime()
    with serving(lambda h: reply(h, 502)) as base, Fetcher(LOCAL, clock=held.clock) as fetcher:
        assert failing(fetcher, base).status == 502
    assert held.slept == [1.0, 2.0, 4.0]


def test_a_refused_connection_is_tried_again_and_then_reported() -> None:
    with serving(reply) as base:
        pass  # nobody listens there any more
    held = FakeTime()
    with Fetcher(LOCAL, clock=held.clock) as fetcher:
        assert failing(fetcher, base).reason is SkipReason.HTTP
    assert len(held.slept) == 3


def test_one_host_is_not_asked_more_often_than_the_delay_allows() -> None:
    held = FakeTime()
    policy = replace(LOCAL, delay_seconds=2.5)
    with serving(reply) as base, Fetcher(policy, clock=held.clock) as fetcher:
        for _ in range(3):
            fetcher.get(base)
    assert held.slept == [2.5, 2.5]


def test_redirects_are_followed_to_where_the_page_really_is() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/old":
            reply(handler, 301, Location="../new?a=b#c")
        else:
            reply(handler, body=handler.path.encode())

    with serving(answer) as base, Fetcher(LOCAL) as fetcher:
        page = fetcher.get(base + "/old")
    assert page.url_final == base + "/new?a=b"
    assert page.body == b"/new?a=b"


def test_a_redirect_loop_ends() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        reply(handler, 302, Location="/b" if handler.path == "/a" else "/a")

    with serving(answer) as base, Fetcher(LOCAL) as fetcher:
        failure = failing(fetcher, base + "/a")
    assert "more than 5 redirects" in str(failure)
    assert len(asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://paper.example/", "gopher://x/"])
def test_a_redirect_to_another_scheme_is_refused(target: str) -> None:
    with serving(lambda h: reply(h, 302, Location=target)) as base, Fetcher(LOCAL) as fetcher:
        failure = failing(fetcher, base)
    assert isinstance(failure, ForbiddenAddress)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "nothing",
        "http://[::1",
        "http://a b/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "http://a/\udc80",
    ],
)
def test_what_is_not_a_url_is_reported_as_such(url: str) -> None:
    with Fetcher(LOCAL) as fetcher, pytest.raises(FetchError):
        fetcher.get(url)


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


@pytest.mark.parametrize("what", ["body", "headers"])
def test_a_slow_drip_ends_when_the_time_is_up(what: str) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if what == "body":
            handler.wfile.write(b"Content-Length: 100000\r\n\r\n")
        for _ in range(200):
            handler.wfile.write(b"a")
            time.sleep(0.02)

    policy = replace(LOCAL, max_seconds=0.3, timeout_seconds=5)
    began = time.monotonic()
    with serving(answer) as base, Fetcher(policy) as fetcher:
        assert failing(fetcher, base).reason is SkipReason.TIMEOUT
        assert time.monotonic() - began < 2


def test_a_silent_server_times_out() -> None:
    done = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        done.wait(5)

    policy = replace(LOCAL, timeout_seconds=0.1)
    with serving(answer) as base, Fetcher(policy) as fetcher:
        assert failing(fetcher, base).reason is SkipReason.TIMEOUT
        done.set()


def test_a_refused_address_is_both_kinds_of_error() -> None:
    with Fetcher(FetchPolicy()) as fetcher:
        failure = failing(fetcher, "http://127.0.0.1/")
    assert isinstance(failure, AddressRefused)
    assert isinstance(failure, ForbiddenAddress)
    assert failure.reason is SkipReason.FORBIDDEN
