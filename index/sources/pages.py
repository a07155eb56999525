"""Single pages: a file that is one, an answer that is one, a link to one."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Literal

from index.sources.answers import fetch_opened
from index.sources.kinds import Kind
from index.sources.reading import Getter, Item, Opened, Reading, Unfit, guarded, read_all
from index.types import Metadata, NotModified, Page, SkipReason

_NOTHING_KNOWN = Metadata()


def read_html(opened: Opened, reading: Reading) -> Iterator[Item]:
    yield _page(opened, "html", reading.max_bytes, _NOTHING_KNOWN)


def read_text(opened: Opened, reading: Reading) -> Iterator[Item]:
    yield _page(opened, "text", reading.max_bytes, _NOTHING_KNOWN)


def fetch_page(
    url: str, reading: Reading, fetcher: Getter, known: Metadata = _NOTHING_KNOWN
) -> Item:
    """The page at `url`, if it is one and has changed since it was last read."""
    return next(guarded(url, _fetched(url, reading, fetcher, known)))


def _fetched(url: str, reading: Reading, fetcher: Getter, known: Metadata) -> Iterator[Item]:
    answer = fetch_opened(url, reading, fetcher, reading.known(url))
    if answer is None:
        yield NotModified(url)
        return
    opened, kind = answer
    if kind is Kind.HTML:
        yield _page(opened, "html", reading.max_bytes, known)
    elif kind is Kind.TEXT:
        yield _page(opened, "text", reading.max_bytes, known)
    else:
        raise Unfit(SkipReason.UNSUPPORTED, f"expected a page, found a {kind}")


def _page(opened: Opened, media: Literal["html", "text"], limit: int, known: Metadata) -> Page:
    body = read_all(opened.stream, limit)
    if not body.strip():
        raise Unfit(SkipReason.EMPTY)
    return Page(
        origin=opened.origin,
        media=media,
        content=decoded(body, opened.charset),
        url=opened.url,
        known=known,
        etag=opened.etag,
        last_modified=opened.last_modified,
    )


def decoded(body: bytes, charset: str | None) -> bytes | str:
    """Decode as the server said, unless the bytes plainly say otherwise.

    Without a charset they stay bytes: the page may name its own. UTF-8 that is
    announced as something else is a common mistake, and valid UTF-8 beyond
    ASCII is hardly ever anything else.
    """
    if charset is None or body.startswith((codecs.BOM_UTF8, b"\xff\xfe", b"\xfe\xff")):
        return body
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(charset, "replace")
