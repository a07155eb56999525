"""The fetcher against real servers on this machine, which may hold time still."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def test_a_refused_address_is_both_kinds_of_error() -> None:
    with Fetcher(FetchPolicy()) as fetcher:
        failure = failing(fetcher, "http://127.0.0.1/")
    assert isinstance(failure, AddressRefused)
    assert isinstance(failure, ForbiddenAddress)
    assert failure.reason is SkipReason.FORBIDDEN
