"""Dates in an article's own words, resolved against the day it was published.

"On Thursday" in a story of Saturday 12 October is 10 October. A weekday is the
last one up to the day of publication, or the next one where the sentence
speaks of the future; a day and month without a year fall in the year that
puts them nearest to publication. English only: elsewhere nothing is found.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.months import MONTHS, WEEKDAYS

_NAMES = "|".join(sorted((m for m in MONTHS if m.isascii() and len(m) >= 3), key=len, reverse=True))
_DAYS = "|".join(WEEKDAYS)
_MENTION = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_NAMES})\b"
    rf"|(?P<month2>{_NAMES})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:per|%))"
    rf")(?!,?\s+\d{{4}})"
    rf"|\b(?P<which>(?:last|next|this)\s+)?(?P<weekday>{_DAYS})\b(?!['’]s)"
    r"|\b(?P<near>yesterday|today|tomorrow|tonight)\b(?!['’])"
    r"|\b(?P<rel>last|this|next)\s+(?P<unit>week|month|year)\b(?!['’])",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|shall|is to|are to|due|expected|scheduled|plans?|planned|going to|until|from|by)\b",
    re.IGNORECASE,
)
_LEAD = 60  # code points before a weekday in which a word of the future counts


@dataclass(frozen=True, slots=True)
class Mention:
    """Words at `[start, end)` that mean the days from `first` to `last`."""

    start: int
    end: int
    words: str
    first: date
    last: date


def resolve(text: str, published: date) -> tuple[Mention, ...]:
    """Every date in `text` that can only be told from the day of publication."""
    found = []
    for match in _MENTION.finditer(text):
        days = _days(match, text, published)
        if days is not None:
            found.append(Mention(match.start(), match.end(), match.group(), *days))
    return tuple(found)


def _days(match: re.Match[str], text: str, published: date) -> tuple[date, date] | None:
    part = match.groupdict()
    name = part["month"] or part["month2"]
    if name:
        if name[0].islower():
            return None  # "3 may", "march 5 abreast"
        day = _nearest(published, MONTHS[name.lower()], int(part["day"] or part["day2"]))
        return (day, day) if day else None
    if part["weekday"]:
        if part["weekday"][0].islower():
            return None
        lead = text[max(0, match.start() - _LEAD) : match.start()]
        which = (part["which"] or "").strip().lower()
        return _weekday(published, WEEKDAYS[part["weekday"].lower()], which, lead)
    if part["near"]:
        shift = {"yesterday": -1, "tomorrow": 1}.get(part["near"].lower(), 0)
        day = published + timedelta(days=shift)
        return day, day
    return _span(published, part["rel"].lower(), part["unit"].lower())


def _nearest(published: date, month: int, day: int) -> date | None:
    candidates = [
        date(year, month, day)
        for year in (published.year - 1, published.year, published.year + 1)
        if day and day <= calendar.monthrange(year, month)[1]
    ]
    return min(candidates, key=lambda d: abs((d - published).days), default=None)


def _weekday(published: date, weekday: int, which: str, lead: str) -> tuple[date, date]:
    back = (published.weekday() - weekday) % 7
    if which == "next" or (not which and back and _FUTURE.search(lead)):
        day = published + timedelta(days=7 - back if back else 7)
    elif which == "last" and not back:
        day = published - timedelta(days=7)
    else:
        day = published - timedelta(days=back)
    return day, day


def _span(published: date, which: str, unit: str) -> tuple[date, date]:
    shift = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=shift)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        month = published.year * 12 + published.month - 1 + shift
        first = date(month // 12, month % 12 + 1, 1)
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return date(published.year + shift, 1, 1), date(published.year + shift, 12, 31)
