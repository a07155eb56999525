"""Dates in a question: which days of publication it asks about.

Only a date that hangs on a preposition or is relative ("in November 2024",
"since 2023", "last week") says when; one inside a name ("the 2020 agreement",
"the November 2024 flood") says what, and is left to the search. Relative dates
count from `today`; one without a year is the last that has come round.
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
    rf"(?:(?:(?:the\s+)?(\d{{1,2}}){_TH}\s+(?:of\s+)?({MONTH})\.?|"
    rf"({MONTH})\.?\s+(?:the\s+)?(\d{{1,2}}){_TH})"
    r"(?:,?\s+(\d{4}))?|(\d{4})-(\d\d)-(\d\d))"
)
_PART = r"(?:(?:early|late|mid)[\s-]+)?"
_MONTH_YEAR = rf"{_PART}({MONTH})\.?(?:,?\s+(?:of\s+)?(\d{{4}}))?"
_YEAR = rf"{_PART}(?:the year\s+)?((?:1[5-9]|20)\d\d)"
_WHEN = rf"(?:{_DAY}|{_MONTH_YEAR}|{_YEAR})"
_WHEN_GROUPS = 11
_A_DAY = timedelta(days=1)
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
            try:
                bounds = read(match, today)
            except (ValueError, OverflowError):  # 31 February, the day after the last one
                continue
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
    if iso_y and iso_m and iso_d:
        day = date(int(iso_y), int(iso_m), int(iso_d))
        return day, day
    name = month1 or month2
    if name:
        number = int(day1 or day2 or 0)
        day = _latest(lambda y: date(y, _NUMBERS[_fold(name)], number), year1, today)
        return day, day
    if month == "may" and not year:
        return None  # the verb
    if month:
        first = _latest(lambda y: date(y, _NUMBERS[_fold(month)], 1), year, today)
        return first, _month_end(first)
    return date(int(alone or 0), 1, 1), date(int(alone or 0), 12, 31)


def _year_of(groups: tuple[str | None, ...]) -> str | None:
    """The year that `_WHEN` matched, None where it was not said."""
    return groups[4] or groups[5] or groups[9] or groups[10]


def _latest(make: Callable[[int], date], year: str | None, today: date) -> date:
    """The date in the year given, else the last time it came round."""
    if year:
        return make(int(year))
    for back in range(9):  # 29 February may be eight years ago
        try:
            found = make(today.year - back)
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError("no such day")


def _month_end(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _at(match: re.Match[str], today: date) -> _Bounds | None:
    return _point(match.groups(), today)


def _between(match: re.Match[str], today: date) -> _Bounds | None:
    left, right = match.groups()[:_WHEN_GROUPS], match.groups()[_WHEN_GROUPS:]
    until = _point(right, today)
    if until is None:
        return None
    # "between November and March 2024": a year that is not said is the same, or the one before
    since = _point(left, today if _year_of(left) else until[1])
    if since is None:
        return None
    return min(since[0], until[0]), max(since[1], until[1])


def _days(match: re.Match[str], today: date) -> _Bounds | None:
    """From 5 to 9 May."""
    until = _point((*match.groups()[1:], None, None, None), today)
    return (until[0].replace(day=int(match.group(1))), until[0]) if until else None


def _since(match: re.Match[str], today: date) -> _Bounds | None:
    point = _point(match.groups()[1:], today)
    if point is None:
        return None
    after = _fold(match.group(1)) == "after"
    return (point[1] + timedelta(days=1) if after else point[0]), None


def _before(match: re.Match[str], today: date) -> _Bounds | None:
    point = _point(match.groups()[1:], today)
    if point is None:
        return None
    return None, (point[0] - timedelta(days=1) if _fold(match.group(1)) == "before" else point[1])


def _relative(match: re.Match[str], today: date) -> _Bounds | None:
    bounds = _lately_named(_fold(match.group()), today)
    return (bounds[0], None) if _fold(match.group()).startswith("since") else bounds


def _lately_named(words: str, today: date) -> tuple[date, date]:
    """The days that "yesterday", "last week", "last May" name."""
    if "yesterday" in words:
        return today - timedelta(days=1), today - timedelta(days=1)
    if "today" in words or "tonight" in words:
        return today, today
    which, unit = words.split()[-2:]
    if unit in WEEKDAYS:
        back = (today.weekday() - WEEKDAYS[unit]) % 7 or 7
        return today - timedelta(days=back), today - timedelta(days=back)
    if unit in _NUMBERS:
        # said in May, "last May" is not this one
        first = _latest(lambda y: date(y, _NUMBERS[unit], 1), None, today.replace(day=1) - _A_DAY)
        return first, _month_end(first)
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
        return first, min(today, _month_end(first))
    if which == "past":
        return today - timedelta(days=365), today
    year = today.year - (1 if past else 0)
    return date(year, 1, 1), min(today, date(year, 12, 31))


def _lately(match: re.Match[str], today: date) -> _Bounds | None:
    number, unit = _fold(match.group(1)), _fold(match.group(2))
    count = int(number) if number.isdigit() else SMALL_NUMBERS[number]
    if count > 1000:
        return None
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
    return today - timedelta(days=count * days), today


def _fold(word: str) -> str:
    """Lower case as `re.IGNORECASE` sees it, which takes "ı", "İ" and "ſ" for "i" and "s"."""
    return word.casefold().replace("\u0307", "").replace("ı", "i")


_NUMBERS = {_fold(name): number for name, number in MONTHS.items()}


def _months_back(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _readers() -> Iterator[tuple[re.Pattern[str], _Reader]]:
    numbers = "|".join(SMALL_NUMBERS)
    names = "|".join((*WEEKDAYS, *(m for m in MONTHS if m.isascii() and len(m) > 3), "may"))
    for pattern, reader in (
        (
            rf"\b(?:between|from|in|during)\s+{_WHEN}\s+(?:and|to|until|till)\s+{_WHEN}{_END}",
            _between,
        ),
        (
            rf"\b(?:between|from|on)\s+(?:the\s+)?(\d{{1,2}}){_TH}\s*(?:and|to|until|till|[-–])"
            rf"\s*{_DAY}{_END}",
            _days,
        ),
        (rf"\b(since|after)\s+{_WHEN}{_END}", _since),
        (rf"\b(from)\s+{_WHEN}\s+on(?:wards?)?{_END}", _since),
        (rf"\b(before|until|till)\s+{_WHEN}{_END}", _before),
        (rf"\b(?:on|in|during|throughout|from)\s+{_WHEN}{_END}", _at),
        # Turkish and Russian
        (rf"\b{_WHEN}['’]?(?:[dt][ea]|\s+(?:yılında|ayında))\b", _at),
        (rf"\b(?:в|во)\s+{_WHEN}(?:\s+год[уа])?\b", _at),
        (
            rf"\b(?:(?:in|over|during|within)\s+)?(?:the\s+)?(?:last|past)\s+"
            rf"(\d{{1,4}}|{numbers})\s+"
            r"(day|week|month|year)s?\b",
            _lately,
        ),
        (r"\b(?:since\s+)?(?:yesterday|today|tonight)(?!['’])\b", _relative),
        (
            rf"\b(?:(?:in|over|during|since)\s+)?(?:the\s+)?(?:(?:last|this|past|previous)\s+"
            rf"(?:week|month|year)|last\s+(?:{names}))\b(?!['’])",
            _relative,
        ),
    ):
        yield re.compile(pattern, re.IGNORECASE), reader


_READERS = tuple(_readers())
