"""Whatever a file holds, reading it raises nothing and says what it met."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.sources import open_source
from index.types import Page, Skip

_WARC = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://g.example/\r\n"
_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Story</p>"
SEEDS = {
    "a.jsonl": b'{"id": 1, "text": "a \\u00e9", "published": "2024-03-05"}\n{"text": "b"}\n',
    "a.json": b'[{"id": 1, "text": "a"}, {"text": ["b", "c"], "date": 1709633472}]',
    "a.html": b"<!doctype html><html><body><p>Story</body></html>",
    "a.txt.gz": gzip.compress(b"Story\n" * 99),
    "a.warc": _WARC + b"Content-Length: %d\r\n\r\n" % len(_HTTP) + _HTTP + b"\r\n\r\n",
    "feed.xml": b'<?xml version="1.0"?><rss version="2.0"><channel><title>G</title><item>'
    b"<title>T</title><link>https://g.example/1</link><pubDate>Tue, 05 Mar 2024 10:00:00 GMT"
    b"</pubDate><category>c</category></item></channel></rss>",
    "wxr.xml": b'<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
    b"<item><title>T</title><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
    b"</item></channel></rss>",
    "sitemap.xml": b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
    b"<loc>https://g.example/1</loc></url></urlset>",
}


@st.composite
def damaged(draw: st.DrawFn, seed: bytes) -> bytes:
    """`seed` with a piece of it replaced by noise, doubled or left out."""
    start = draw(st.integers(0, len(seed)))
    end = draw(st.integers(start, min(len(seed), start + 40)))
    noise = draw(st.one_of(st.binary(max_size=12), st.just(seed[start:end] * 2)))
    return seed[:start] + noise + seed[end:]


def _items(path: Path) -> Iterator[object]:
    source = open_source(path, max_bytes=50_000)
    source.count()
    return source.pages()


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_files_raise_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / name

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    @given(damaged(SEEDS[name]))
    def check(content: bytes) -> None:
        path.write_bytes(content)
        items = list(_items(path))
        assert all(isinstance(item, Page | Skip) for item in items)
        assert items or name == "a.warc"

    check()


@pytest.mark.parametrize("name", [*SEEDS, "noise", "noise.dat"])
def test_noise_raises_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / name

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.binary(max_size=300))
    def check(content: bytes) -> None:
        path.write_bytes(content)
        assert all(isinstance(item, Page | Skip) for item in _items(path))

    check()
