"""Web archives (WARC): the HTML pages that were answered with 200."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from index.fetch import FetchFailed
from index.fetch.body import read_body
from index.fetch.headers import parse_content_type
from index.sources.pages import decoded
from index.sources.reading import Item, Opened, Reading, Unfit
from index.types import Page, Skip, SkipReason

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_HEADERS: Final = 1 << 16
_PIECE: Final = 1 << 14


def read_warc(opened: Opened, reading: Reading) -> Iterator[Item]:
    """A page for each HTML response; other records are no pages and not counted."""
    try:
        for record in ArchiveIterator(opened.stream):
            yield from _pages(record, reading.max_bytes)
            _refuse_cut(record)
    except (ArchiveLoadFailed, ValueError, AttributeError) as error:
        raise Unfit(SkipReason.MALFORMED, f"WARC: {error}") from error


def _pages(record: Any, limit: int) -> Iterator[Page | Skip]:
    headers = record.http_headers
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return
    content_type, charset = parse_content_type(headers.get_header("content-type") or "")
    if content_type not in _HTML:
        return
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    if (record.length or 0) > limit + _HEADERS:
        yield Skip(url, SkipReason.TOO_LARGE, f"more than {limit:,} bytes")
        return
    encoding = headers.get_header("content-encoding") or ""
    # warcio would decompress without a limit; let it undo the chunking alone
    headers.remove_header("content-encoding")
    stream = record.content_stream()
    try:
        body = read_body(iter(lambda: stream.read(_PIECE), b""), encoding, limit)
    except FetchFailed as failure:
        _refuse_cut(record)
        yield Skip(url, failure.reason, str(failure))
        return
    _refuse_cut(record)
    if body.strip():
        yield Page(url, "html", decoded(body, charset), url=url)


def _refuse_cut(record: Any) -> None:
    """Half a page is worse than none: it would be indexed as the whole story."""
    stream = record.raw_stream
    while stream.read(_PIECE):
        pass
    if getattr(stream, "limit", 0) > 0:
        raise Unfit(SkipReason.MALFORMED, "the WARC ends in the middle of a record")
