"""Text for a reader: escaped, dated and counted in one way everywhere.

Nothing from an article, a question or a publisher reaches the page except
through `escape` (text and attribute values) and `web_url` (links).
"""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import date, datetime
from urllib.parse import urlsplit

# C0 and C1 controls, and the characters that reorder the text around them
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CONSONANT_Y = re.compile("[^aeiou]y$")
_NOT_IN_URL = re.compile('[\x00-\x20\x7f-\xa0"<>\\\\^`{|}]')


def clean(text: str) -> str:
    """`text` without control characters and without direction overrides."""
    return _UNPRINTABLE.sub("", text)


def escape(text: str) -> str:
    """`text` as HTML, safe between tags and inside a quoted attribute."""
    return html.escape(clean(text), quote=True)


def direction(text: str) -> str:
    """ "rtl" or "ltr", by the first letter that has a direction, as `dir="auto"` does it."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def web_url(url: str | None) -> str | None:
    """`url` if it is an absolute http(s) address that a reader may be sent to."""
    if not url or _NOT_IN_URL.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return None
    return url


def site(url: str) -> str:
    """The host of an address as people say it: "anewz.tv"."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def long_date(day: date | datetime) -> str:
    """8 November 2025."""
    return f"{day.day} {day:%B} {day.year}"


def month(day: date) -> str:
    """Nov 2025."""
    return f"{day:%b} {day.year}"


def days(first: date | None, last: date | None) -> str:
    """3 January 2024 to 12 June 2025; one date if they are the same; "" if unknown."""
    if first is None or last is None:
        known = first or last
        return long_date(known) if known else ""
    if first == last:
        return long_date(first)
    return f"{long_date(first)} to {long_date(last)}"


def months(first: date | None, last: date | None) -> str:
    """Jan 2024 to Jun 2025; one month if they are the same; "" if unknown."""
    if first is None or last is None:
        return ""
    start, end = month(first), month(last)
    return start if start == end else f"{start} to {end}"


def ago(moment: datetime, now: datetime) -> str:
    """today, yesterday, or on 8 November 2025, in the reader's newsroom's time zone."""
    day = moment.astimezone(now.tzinfo).date()
    gap = (now.date() - day).days
    if gap <= 0:
        return "today"
    return "yesterday" if gap == 1 else f"on {long_date(day)}"


def count(number: int, noun: str) -> str:
    """1 article, 2 articles, 10,397 articles."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if _CONSONANT_Y.search(noun) else f"{noun}s"
    return f"{number:,} {plural}"
