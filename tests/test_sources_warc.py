"""Web archives, whole, packed, cut short and hostile."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.sources import open_source
from index.types import Page, Skip, SkipReason
from tests.test_sources_wordpress import read


def record(kind: str, url: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
    head += "Content-Type: application/http\r\n" if kind != "warcinfo" else ""
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def answer(url: str, status: str, content_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
    if body.startswith(b"\x1f\x8b"):
        head += "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
        body = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
    return record("response", url, head.encode() + b"\r\n" + body)


def warc(*answers: tuple[str, str, str, bytes], packed: bool = True) -> bytes:
    records = [
        record("warcinfo", "", b"software: test\r\n"),
        record("request", "https://g.example/1", b"GET /1 HTTP/1.1\r\n\r\n"),
        *(answer(*values) for values in answers),
        record("revisit", "https://g.example/1", b"HTTP/1.1 200 OK\r\n\r\n"),
    ]
    return b"".join(gzip.compress(r) if packed else r for r in records)


HTML = b"<html><body><p>Story</p></body></html>"
RECORDS = (
    ("https://g.example/1", "200 OK", "text/html; charset=utf-8", HTML),
    ("https://g.example/moved", "301 Moved", "text/html", HTML),
    ("https://g.example/photo", "200 OK", "image/png", b"\x89PNG"),
    ("https://g.example/2", "200 OK", "text/html", gzip.compress(HTML)),
    ("https://g.example/3", "200 OK", "text/html; charset=iso-8859-1", b"<p>d\xeda</p>"),
)


@pytest.mark.parametrize("packed", [True, False])
def test_html_answers_of_a_web_archive_are_pages(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    items = read(path, warc(*RECORDS, packed=packed))
    assert [(item.url, item.content) for item in items if isinstance(item, Page)] == [
        ("https://g.example/1", HTML.decode()),
        ("https://g.example/2", HTML),
        ("https://g.example/3", "<p>día</p>"),
    ]
    assert len(items) == 3
    assert open_source(path).count() is None


def test_a_web_archive_may_hold_bombs(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(5_000_000))
    records = [
        ("https://g.example/bomb", "200 OK", "text/html", bomb),
        ("https://g.example/huge", "200 OK", "text/html", b"x" * 3_000_000),
        RECORDS[0],
    ]
    items = read(tmp_path / "a.warc", warc(*records), max_bytes=1_000_000)
    reasons = [item.reason for item in items if isinstance(item, Skip)]
    assert reasons == [SkipReason.TOO_LARGE] * 2
    assert isinstance(items[2], Page)


def cuts(packed: bool) -> Iterator[bytes]:
    whole = warc(RECORDS[0], RECORDS[4], packed=packed)
    for end in range(1, len(whole), 7):
        yield whole[:end]


@pytest.mark.parametrize("packed", [True, False])
def test_a_cut_web_archive_gives_what_could_be_read(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "a.warc"
    for cut in cuts(packed):
        items = read(path, cut)
        pages = [item for item in items if isinstance(item, Page)]
        assert [page.content for page in pages] == [HTML.decode(), "<p>día</p>"][: len(pages)]
        assert all(i.reason is SkipReason.MALFORMED for i in items if isinstance(i, Skip))
        assert len(items) - len(pages) <= 1
