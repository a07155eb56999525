"""URLs and feeds against a real server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.fetch import Fetcher, FetchPolicy
from index.sources import Item, Validators, open_source
from index.types import NotModified, Page, Skip, SkipReason

POLICY = FetchPolicy(allow_private=True, delay_seconds=0.0, retries=0)


@dataclass
class Site:
    """A site of fixed answers: path -> (status, content type, body)."""

    base: str = ""
    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, content_type: str, body: str | bytes, status: int = 200) -> str:
        text = body.replace("BASE", self.base).encode() if isinstance(body, str) else body
        self.answers[path] = (status, content_type, text)
        return self.base + path

    def read(self, url: str, known: dict[str, Validators] | None = None) -> list[Item]:
        with Fetcher(POLICY) as fetcher:
            source = open_source(
                url, fetcher=fetcher, known=lambda u: (known or {}).get(u, (None, None))
            )
            assert source.count() is None
            return list(source.pages())


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            if self.path == "/endless":
                return self.endless()
            status, content_type, body = site.answers.get(self.path, (404, "text/html", b""))
            if self.headers["If-None-Match"] == f'"{self.path}"':
                status, body = 304, b""
            self.send_response(status)
            if status == 302:
                self.send_header("Location", content_type)
            self.send_header("Content-Type", content_type)
            self.send_header("ETag", f'"{self.path}"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

        def endless(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                self.wfile.write(b"<rss><channel>")
                while True:
                    self.wfile.write(b"<item><title>more</title></item>" * 4000)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


PAGE = "<!doctype html><link rel=alternate type=application/rss+xml href=/feed><p>Story"


def test_a_page_arrives_with_its_validators(site: Site) -> None:
    url = site.put("/a", "text/html", PAGE)
    assert site.read(url) == [Page(url, "html", PAGE.encode(), url=url, etag='"/a"')]
    assert site.asked == ["/robots.txt", "/a"]


def test_a_page_is_decoded_as_the_server_says_unless_that_is_plainly_wrong(site: Site) -> None:
    told = site.put("/told", "text/html; charset=windows-1251", "<p>Мир".encode("cp1251"))
    wrong = site.put("/wrong", "text/html; charset=iso-8859-1", "<p>día".encode())
    contents = [p.content for u in (told, wrong) for p in site.read(u) if isinstance(p, Page)]
    assert contents == ["<p>Мир", "<p>día"]


def test_plain_text_is_a_page(site: Site) -> None:
    [page] = site.read(site.put("/a.txt", "text/plain", "Story"))
    assert isinstance(page, Page)
    assert page.media == "text"


def test_a_page_that_has_not_changed_is_said_to_be_so(site: Site) -> None:
    url = site.put("/a", "text/html", PAGE)
    assert site.read(url, {url: ('"/a"', None)}) == [NotModified(url)]


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        ("image/png", b"\x89PNG", SkipReason.UNSUPPORTED),
        ("application/pdf", b"%PDF", SkipReason.UNSUPPORTED),
        ("text/html", b"", SkipReason.EMPTY),
        ("text/html", b"a\0b", SkipReason.BINARY),
        ("application/octet-stream", bytes(99), SkipReason.BINARY),
        ("application/json", b'{"error": 1}', SkipReason.UNSUPPORTED),
    ],
)
def test_what_is_no_page_is_skipped(
    site: Site, content_type: str, body: bytes, reason: SkipReason
) -> None:
    url = site.put("/x", content_type, body)
    [skip] = site.read(url)
    assert isinstance(skip, Skip)
    assert (skip.origin, skip.reason) == (url, reason)


def test_a_missing_page_is_skipped(site: Site) -> None:
    assert site.read(site.base + "/no") == [
        Skip(site.base + "/no", SkipReason.HTTP, "127.0.0.1 answered 404")
    ]


def test_robots_txt_is_obeyed(site: Site) -> None:
    site.put("/robots.txt", "text/plain", "User-agent: byline\nDisallow: /private")
    site.put("/public", "text/html", PAGE)
    moved = site.put("/moved", "/private/b", b"", status=302)
    site.put("/private/b", "text/html", PAGE)
    for url in (site.base + "/private/b", moved):
        [skip] = site.read(url)
        assert isinstance(skip, Skip)
        assert skip.reason is SkipReason.ROBOTS
    assert "/private/b" not in site.asked
    assert isinstance(site.read(site.base + "/public")[0], Page)


def test_a_private_address_is_refused_by_default(site: Site) -> None:
    with Fetcher(FetchPolicy()) as fetcher:
        [skip] = open_source(site.base, fetcher=fetcher).pages()
    assert isinstance(skip, Skip)
    assert skip.reason is SkipReason.FORBIDDEN
    assert site.asked == []


def test_records_behind_a_url_are_read(site: Site) -> None:
    rows = [{"text": "a", "id": 1}, {"text": "b", "url": "https://g.example/b"}]
    url = site.put("/api", "application/json", json.dumps(rows))
    items = site.read(url)
    assert [i.origin for i in items if isinstance(i, Page)] == [f"{url}#1", f"{url}:2"]


FEED = """<?xml version="1.0"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>G</title>
<item><title>One</title><link>BASE/1</link><category>City</category>
<pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate></item>
<item><title>Two</title><link>/2</link></item>
<item><title>Gone</title><link>BASE/gone</link></item>
<item><title>Inside</title><link>file:///etc/passwd</link></item>
<item><title>Barred</title><link>BASE/barred</link><content:encoded>FULL</content:encoded></item>
</channel></rss>"""


def test_the_links_of_a_feed_are_followed_and_the_feed_is_believed(site: Site) -> None:
    site.put("/robots.txt", "text/plain", "User-agent: *\nDisallow: /barred")
    for path in ("/1", "/2", "/barred"):
        site.put(path, "text/html", PAGE)
    feed = site.put("/feed", "text/html", FEED.replace("FULL", "All of it is here. " * 50))
    one, two, gone, inside, barred = site.read(feed, {site.base + "/2": ('"/2"', None)})
    assert isinstance(one, Page)
    assert (one.url, one.etag, one.whole) == (site.base + "/1", '"/1"', False)
    assert (one.known.title, one.known.section, one.known.source) == ("One", "City", "G")
    assert one.known.published == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert two == NotModified(site.base + "/2")
    assert isinstance(gone, Skip)
    assert gone.reason is SkipReason.HTTP
    assert isinstance(inside, Skip)
    assert inside.reason is SkipReason.NO_STORY
    assert isinstance(barred, Page)
    assert barred.whole


def test_a_feed_that_never_ends_is_given_up(site: Site) -> None:
    with Fetcher(POLICY) as fetcher:
        source = open_source(site.base + "/endless", fetcher=fetcher, max_bytes=1_000_000)
        [skip] = source.pages()
    assert isinstance(skip, Skip)
    assert skip.reason is SkipReason.TOO_LARGE
