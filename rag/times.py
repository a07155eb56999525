"""Dates in a question: which days of publication it asks about.

Only a date that hangs on a preposition or is relative ("in November 2024",
"since 2023", "last week") says when; one inside a name ("the 2020 agreement",
"the November 2024 flood") says what, and is left to the search. Relative dates
count from `today`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.months import MONTH, MONTHS, SMALL_NUMBERS, WEEKDAYS

_TH = r"(?:st|nd|rd|th)?"
_DAY = (
    rf"(?:(?:(\d{{1,2}}){_TH}\s+(?:of\s+)?({MONTH})\.?|({MONTH})\.?\s+(\d{{1,2}}){_TH})"
    r"(?:,?\s+(\d{4}))?|(\d{4})-(\d\d)-(\d\d))"
)
_MONTH_YEAR = rf"(?:(?:early|late|mid)[\s-]+)?({MONTH})\.?(?:\s+(?:of\s+)?(\d{{4}}))?"
_YEAR = r"(?:the year\s+)?((?:1[5-9]|20)\d\d)"
_WHEN = rf"(?:{_DAY}|{_MONTH_YEAR}|{_YEAR})"
_WHEN_GROUPS = 11
_END = r"(?![\w-])(?!\s+(?-i:[A-Z]))"  # "in 2024 Olympics" is a name


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, either of them open, and the words that said so."""

    first: date | None
    last: date | None
    words: str
    start: int
    end: int


def find(question: str, today: date) -> Period | None:
    """The period that a question names, or None."""
    for pattern, read in _READERS:
        for match in pattern.finditer(question):
            bounds = read(match, today)
            if bounds is None:
                continue
            first, last = bounds
            if first and last and first > last:
                continue
            return Period(first, last, match.group().strip(), match.start(), match.end())
    return None


_Bounds = tuple[date | None, date | None]
_Reader = Callable[[re.Match[str], date], _Bounds | None]


def _point(groups: tuple[str | None, ...], today: date) -> tuple[date, date] | None:
    """First and last day of the day, month or year that `_WHEN` matched."""
    day1, month1, month2, day2, year1, iso_y, iso_m, iso_d, month, year, alone = groups
    try:
        if iso_y and iso_m and iso_d:
            day = date(int(iso_y), int(iso_m), int(iso_d))
            return day, day
        name = month1 or month2
        if name:
            number = int(day1 or day2 or 0)
            day = _latest(lambda y: date(y, MONTHS[name.lower()], number), year1, today)
            return day, day
        if month == "may":
            return None  # the verb
        if month:
            first = _latest(lambda y: date(y, MONTHS[month.lower()], 1), year, today)
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return date(int(alone or 0), 1, 1), date(int(alone or 0), 12, 31)
    except ValueError:  # 31 February
        return None


def _latest(make: Callable[[int], date], year: str | None, today: date) -> date:
    """The date in the year given, else the last time it came round."""
    if year:
        return make(int(year))
    this = make(today.year)
    return this if this <= today else make(today.year - 1)


def _at(match: re.Match[str], today: date) -> _Bounds | None:
    return _point(match.groups(), today)


def _between(match: re.Match[str], today: date) -> _Bounds | None:
    groups = match.groups()
    left = _point(groups[:_WHEN_GROUPS], today)
    right = _point(groups[_WHEN_GROUPS:], today)
    if left is None or right is None:
        return None
    if left[0] > right[1]:
        # "between November and March": the year that is not said is the one before
        left = (left[0].replace(year=left[0].year - 1), left[1])
    return left[0], right[1]


def _since(match: re.Match[str], today: date) -> _Bounds | None:
    point = _point(match.groups()[1:], today)
    if point is None:
        return None
    after = match.group(1).lower() == "after"
    return (point[1] + timedelta(days=1) if after else point[0]), None


def _before(match: re.Match[str], today: date) -> _Bounds | None:
    point = _point(match.groups()[1:], today)
    return (None, point[0] - timedelta(days=1)) if point else None


def _relative(match: re.Match[str], today: date) -> _Bounds | None:
    words = match.group().lower()
    if "yesterday" in words:
        return today - timedelta(days=1), today - timedelta(days=1)
    if "today" in words or "tonight" in words:
        return today, today
    which, unit = words.split()[-2:]
    if unit in WEEKDAYS:
        back = (today.weekday() - WEEKDAYS[unit]) % 7 or 7
        return today - timedelta(days=back), today - timedelta(days=back)
    if unit in MONTHS:
        first = _latest(lambda y: date(y, MONTHS[unit], 1), None, today)
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    past = which in {"last", "previous"}
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + (7 if past else 0))
        return (
            (today - timedelta(days=7), today)
            if which == "past"
            else (monday, min(today, monday + timedelta(days=6)))
        )
    if unit == "month":
        if which == "past":
            return today - timedelta(days=30), today
        first = _months_back(today.replace(day=1), 1 if past else 0)
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return first, min(today, end)
    if which == "past":
        return today - timedelta(days=365), today
    year = today.year - (1 if past else 0)
    return date(year, 1, 1), min(today, date(year, 12, 31))


def _lately(match: re.Match[str], today: date) -> _Bounds | None:
    number, unit = match.group(1).lower(), match.group(2).lower()
    count = int(number) if number.isdigit() else SMALL_NUMBERS[number]
    if count > 1000:
        return None
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
    return today - timedelta(days=count * days), today


def _months_back(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _readers() -> Iterator[tuple[re.Pattern[str], _Reader]]:
    numbers = "|".join(SMALL_NUMBERS)
    names = "|".join((*WEEKDAYS, *(m for m in MONTHS if m.isascii() and len(m) > 3), "may"))
    for pattern, reader in (
        (rf"\b(?:between|from)\s+{_WHEN}\s+(?:and|to|until|till)\s+{_WHEN}{_END}", _between),
        (rf"\b(since|after|from)\s+{_WHEN}(?:\s+on(?:wards?)?)?{_END}", _since),
        (rf"\b(before)\s+{_WHEN}{_END}", _before),
        (rf"\b(?:on|in|during|throughout)\s+{_WHEN}{_END}", _at),
        (
            rf"\b(?:in|over|during|within)?\s*(?:the\s+)?(?:last|past)\s+(\d{{1,4}}|{numbers})\s+"
            r"(day|week|month|year)s?\b",
            _lately,
        ),
        (r"\b(?:yesterday|today|tonight)(?!['’])\b", _relative),
        (
            rf"\b(?:(?:in|over|during)\s+)?(?:the\s+)?(?:(?:last|this|past|previous)\s+"
            rf"(?:week|month|year)|last\s+(?:{names}))\b(?!['’])",
            _relative,
        ),
    ):
        yield re.compile(pattern, re.IGNORECASE), reader


_READERS = tuple(_readers())
