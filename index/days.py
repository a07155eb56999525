"""Arithmetic with days: the first and the last of a week, a month, a season, a time ago.

Every function takes and returns inclusive days. Those that step outside the
calendar (years 1 to 9999) raise ValueError or OverflowError, as `date` does.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta

DAY = timedelta(days=1)
Span = tuple[date, date]
Bounds = tuple[date | None, date | None]  # either end may be open
_LEAP = 9  # years in which 29 February comes round at least once, 1900 and its like included
# Days to either side that "a week ago", "two months ago", "a year ago" may mean: half the unit.
_LOOSE = {"day": 0, "week": 3, "month": 15, "year": 183}
_LENGTH = {"day": 1, "week": 7, "month": 30, "year": 365}


def year(number: int) -> Span:
    return date(number, 1, 1), date(number, 12, 31)


def month(number: int, of_year: int) -> Span:
    return months(of_year, number, 1)


def months(of_year: int, first: int, count: int) -> Span:
    """`count` months from the month numbered `first`, into the next year where need be."""
    begin = date(of_year, first, 1)
    last = of_year * 12 + first - 1 + count - 1
    ends_in, ends = last // 12, last % 12 + 1
    return begin, date(ends_in, ends, calendar.monthrange(ends_in, ends)[1])


def season(begins: int, of_year: int) -> Span:
    """The three months from the one numbered `begins`; a winter is of the year it begins in."""
    return months(of_year, begins, 3)


def week(day: date, shift: int = 0) -> Span:
    """Monday to Sunday of the week that is `shift` weeks from the day's."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=shift)
    return monday, monday + timedelta(days=6)


def weekend(day: date, shift: int = 0) -> Span:
    """Saturday and Sunday of that week."""
    sunday = week(day, shift)[1]
    return sunday - DAY, sunday


def around(day: date, unit: str, shift: int) -> Span:
    """The "day", "week", "weekend", "month" or "year" that is `shift` of them from the day's."""
    if unit == "day":
        return day + shift * DAY, day + shift * DAY
    if unit == "week":
        return week(day, shift)
    if unit == "weekend":
        return weekend(day, shift)
    if unit == "month":
        ordinal = day.year * 12 + day.month - 1 + shift
        return month(ordinal % 12 + 1, ordinal // 12)
    return year(day.year + shift)


def ago(day: date, count: int, unit: str) -> Span:
    """The days that "`count` units ago" may mean, half a unit to either side."""
    if unit == "month":
        first, last = around(day, "month", -count)
        middle = min(first.replace(day=min(day.day, last.day)), last)
    elif unit == "year":
        to = day.year - count
        middle = date(to, day.month, min(day.day, calendar.monthrange(to, day.month)[1]))
    else:
        middle = day - timedelta(days=count * _LENGTH[unit])
    loose = timedelta(days=_LOOSE[unit])
    return middle - loose, middle + loose


def lately(day: date, count: int, unit: str) -> Span:
    """The last `count` units up to the day."""
    return day - timedelta(days=count * _LENGTH[unit]), day


def latest(make: Callable[[int], Span], day: date) -> Span:
    """What `make` gives for the last year in which it has begun by the day."""
    for back in range(_LEAP):
        try:
            found = make(day.year - back)
        except ValueError:  # no 29 February
            continue
        if found[0] <= day:
            return found
    raise ValueError("no such day")


def completed(make: Callable[[int], Span], day: date) -> Span:
    """What `make` gives for the last year in which it was over before the day."""
    for back in range(_LEAP):
        found = make(day.year - back)
        if found[1] < day:
            return found
    raise ValueError("no such span")


def coming(make: Callable[[int], Span], day: date) -> Span:
    """What `make` gives for the first year in which it begins after the day."""
    for ahead in range(_LEAP):
        try:
            found = make(day.year + ahead)
        except ValueError:
            continue
        if found[0] > day:
            return found
    raise ValueError("no such day")


def nearest(make: Callable[[int], Span], day: date) -> Span:
    """What `make` gives for the year that puts it nearest to the day, a year off at most."""
    found = []
    for of_year in (day.year - 1, day.year, day.year + 1):
        try:
            found.append(make(of_year))
        except ValueError:
            continue
    return min(found, key=lambda span: abs((span[0] - day).days))  # ValueError for none


def back_to(weekday: int, day: date) -> date:
    """The last such weekday (Monday is 0) up to the day, itself included."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def on_to(weekday: int, day: date) -> date:
    """The next such weekday after the day."""
    return day + timedelta(days=(weekday - day.weekday()) % 7 or 7)


def part(span: Span, what: str, n: int = 0) -> Span:
    """The `n`-th "half", "quarter" or "week" of a span, from 0, -1 being the last; or its
    "start", "beginning", "middle" or "end", each of which is a third."""
    first, last = span
    if what == "week":
        begin = last - 6 * DAY if n < 0 else first + 7 * n * DAY
        return begin, min(last, begin + 6 * DAY)
    parts = {"half": 2, "quarter": 4}.get(what, 3)
    n = {"start": 0, "beginning": 0, "middle": 1, "end": 2}.get(what, n) % parts
    if (last.month, last.day, (last - first).days > 360) == (12, 31, True):
        return months(first.year, n * 12 // parts + 1, 12 // parts)
    length = (last - first).days + 1
    return first + length * n // parts * DAY, first + (length * (n + 1) // parts - 1) * DAY
