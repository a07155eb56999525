"""RSS and Atom feeds.

A feed fetched from the web lists links to follow; a feed in a file is an
export, whose entries are the stories themselves if they are there in full.
What the feed says of an entry wins over what the entry's page says of itself.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any, Final

import feedparser

from index.sources.dates import parse_date
from index.sources.pages import fetch_page
from index.sources.reading import Item, Opened, Reading, Unfit, read_all
from index.sources.records import known_metadata, web_url
from index.types import Metadata, Page, Skip, SkipReason

MAX_ENTRIES: Final = 10_000

_STORY: Final = 400
"""Fewer characters of text than this are a summary, though called content."""

_LONG_SUMMARY: Final = 2_000
"""More than this in a "description" is a story, though called a summary."""

_TAG: Final = re.compile(r"<[^<>]*>")


def read_feed(opened: Opened, reading: Reading) -> Iterator[Item]:
    """A page for each entry: from behind its link, or from the feed itself."""
    feed = _parse(read_all(opened.stream, reading.max_bytes), opened)
    entries = feed["entries"]
    if not entries:
        raise Unfit(SkipReason.EMPTY, "the feed has no entries")
    seen: set[str] = set()
    for number, entry in enumerate(entries[:MAX_ENTRIES], start=1):
        link = _link(entry)
        place = link or f"{opened.origin}#{_text(entry, 'id') or number}"
        if place in seen:
            continue
        seen.add(place)
        yield _page(entry, place, link, _known(entry, feed["feed"]), opened, reading)
    if len(entries) > MAX_ENTRIES:
        raise Unfit(SkipReason.TOO_LARGE, f"only the first {MAX_ENTRIES:,} entries were read")


def _parse(data: bytes, opened: Opened) -> Any:
    """Parse what was already read: given a stream, feedparser opens nothing."""
    headers = {"content-type": "application/xml"}
    if opened.charset is not None:
        headers["content-type"] += f"; charset={opened.charset}"
    if opened.url is not None:
        headers["content-location"] = opened.url
    try:
        return feedparser.parse(
            BytesIO(data),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # its parsers of last resort are old, and feeds are made by everybody
        raise Unfit(SkipReason.MALFORMED, f"feed: {error}") from error


def _page(
    entry: Any, place: str, link: str | None, known: Metadata, opened: Opened, reading: Reading
) -> Item:
    content = _story(entry)
    if link is not None and opened.url is not None and reading.fetcher is not None:
        item = fetch_page(link, reading, reading.fetcher, known)
        barred = isinstance(item, Skip) and item.reason is SkipReason.ROBOTS
        if not (barred and content):
            return item  # barred pages that the feed gives in full are meant to be read
    if content is None:
        return Skip(place, SkipReason.NO_STORY, "summary only")
    return Page(place, "html", content, url=link, known=known, whole=True)


def _story(entry: Any) -> str | None:
    """The entry's text, if that is the story and not a summary of it."""
    contents = dict.get(entry, "content") or []
    full = max((part.get("value") or "" for part in contents), key=len, default="")
    if len(_plain(full)) >= _STORY:
        return full
    summary = _text(entry, "summary") or ""
    return summary if len(_plain(summary)) >= _LONG_SUMMARY else None


def _known(entry: Any, feed: Any) -> Metadata:
    published, updated = _date(entry, "published"), _date(entry, "updated")
    tags = dict.get(entry, "tags") or []
    terms = (tag.get("label") or tag.get("term") for tag in tags)
    return known_metadata(
        "feed",
        title=_plain(_text(entry, "title")),
        source=_plain(_text(dict.get(entry, "source") or {}, "title") or _text(feed, "title")),
        author=_text(entry, "author"),
        section=next((term for term in terms if term), None),
        language=_text(entry, "language") or _text(feed, "language"),
        published=published or updated,
        modified=updated if published else None,
    )


def _date(entry: Any, field: str) -> datetime | None:
    """As printed, in the publisher's own zone; else as feedparser understood it."""
    found = parse_date(dict.get(entry, field))
    if found is None and (understood := dict.get(entry, f"{field}_parsed")):
        found = parse_date(datetime.fromtimestamp(calendar.timegm(understood), UTC).isoformat())
    return found


def _link(entry: Any) -> str | None:
    return web_url(_text(entry, "link") or _text(entry, "id"))


def _text(entry: Any, field: str) -> str | None:
    """A field as it is: asked politely, feedparser answers with another one."""
    value = dict.get(entry, field)
    return value.strip() or None if isinstance(value, str) else None


def _plain(text: str | None) -> str:
    return " ".join(unescape(_TAG.sub(" ", text or "")).split())
