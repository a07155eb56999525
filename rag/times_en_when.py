"""English words that name days, and which days they name: a day, a month, a season, "last week"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial

from index.days import (
    DAY,
    Span,
    ago,
    around,
    back_to,
    completed,
    lately,
    latest,
    month,
    months,
    part,
    season,
    year,
)
from index.months import ENGLISH_MONTHS, SEASONS, SMALL_NUMBERS, WEEKDAYS, alternatives, fold

TH = r"(?:st|nd|rd|th)?"
MONTH = alternatives(*ENGLISH_MONTHS)
DAYS = alternatives(*WEEKDAYS)
_SEASON = alternatives(*SEASONS)
COUNT = rf"\d{{1,3}}|(?:a\s+)?(?:{alternatives(*SMALL_NUMBERS)})(?:\s+of)?"
UNIT = r"hour|day|week|month|year"
_LONG = [name for name in ENGLISH_MONTHS if len(name) > 3 or name == "may"]
_UNITS = alternatives("week", "weekend", "month", "year", *WEEKDAYS, *SEASONS, *_LONG)
# Not the beginning of a longer word or number, not a possessive: "last week's storm" is a name.
END = r"(?![\w]|[-–—]\w|['’]\w|:\d|/\d|[.,]\d)"
OLDEST = 1000  # units beyond which "the last N days" is no date


def when(p: str) -> str:
    """A day, month, season, quarter, year or relative date; its groups begin with `p`.

    Atomic: "in May 2024-25" must not be read as "in May".
    """
    ordinal = "first|second|third|fourth|last|1st|2nd|3rd|4th"
    whose = rf"(?:(?P<{p}hy>\d{{4}})|(?P<{p}hr>this|last|the)\s+year)"
    return (
        rf"(?>(?P<{p}iso>\d{{4}}-\d\d-\d\d)"
        rf"|(?P<{p}num>\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})"
        rf"|(?:the\s+)?(?P<{p}h>{ordinal})\s+(?P<{p}hu>half|quarter|week)\s+of\s+"
        rf"(?:(?P<{p}hm>{MONTH})\b\.?(?:,?\s+(?P<{p}hmy>\d{{4}}))?|{whose})"
        rf"|(?P<{p}q>[QH][1-4])\s*(?:of\s+|,\s*|/)?(?P<{p}qy>\d{{4}})"
        rf"|(?:(?:the\s+)?(?P<{p}edge>start|beginning|middle|end)\s+of\s+|"
        rf"(?:early|late|mid)[\s-]+)?(?:the\s+(?:year|month\s+of|(?P<{p}week>week\s+of))\s+)?(?:"
        rf"(?:(?:{DAYS}),?\s+)?(?:the\s+)?(?P<{p}d1>\d{{1,2}}){TH}\s+(?:of\s+)?"
        rf"(?P<{p}m1>{MONTH})\b\.?(?:,?\s+(?P<{p}y1>\d{{4}}))?"
        rf"|(?:(?:{DAYS}),?\s+)?(?P<{p}m2>{MONTH})\b\.?\s+(?:the\s+)?"
        rf"(?P<{p}d2>\d{{1,2}})(?!\d){TH}(?:,?\s+(?P<{p}y2>\d{{4}}))?"
        rf"|(?P<{p}m3>{MONTH})\b\.?(?:,?\s+(?:of\s+)?"
        rf"(?:(?P<{p}y3>\d{{4}})|(?P<{p}r3>last|this)\s+year))?"
        rf"|(?:the\s+)?(?P<{p}s>{_SEASON})\b(?:(?:\s+of)?\s+(?:(?P<{p}sy>\d{{4}})"
        rf"(?:[-–/]\d{{2,4}})?|(?P<{p}sr>last|this)\s+year))?"
        rf"|(?P<{p}y>(?:1[5-9]|20)\d\d)"
        rf"|{relative(p)}|(?P<{p}wd>{DAYS})\b|(?P<{p}we>(?:the\s+)?weekend)\b))"
    )


def relative(p: str) -> str:
    return (
        rf"(?P<{p}near>yesterday|today|tonight|last\s+night|this\s+(?:morning|afternoon|evening))\b"
        rf"|(?:the\s+)?(?:(?:this\s+)?(?P<{p}which>last|this|past|previous))\s+"
        rf"(?P<{p}unit>{_UNITS})\b(?!\s+of\b)"
        rf"|(?P<{p}ago>{COUNT})\s+(?P<{p}agou>{UNIT})s?\s+ago\b"
    )


def point(match: re.Match[str], p: str, today: date, by: date | None = None) -> Span | None:
    """The days that `when(p)` matched; a year that is not said is the last by `by`."""
    groups = match.groupdict()

    def group(name: str) -> str:
        return fold(groups.get(p + name) or "")

    by = by or today
    if group("iso"):
        day = date.fromisoformat(group("iso"))
        return day, day
    if group("num"):
        return _numeric(group("num"))
    if group("h"):
        return _share(group, by)
    if group("q"):
        count = 3 if group("q")[0] == "q" else 6
        return months(int(group("qy")), (int(group("q")[1]) - 1) * count + 1, count)
    if group("near"):
        return _near(group("near"), today)
    if group("which"):
        return _named(group("which"), group("unit"), today)
    if group("ago"):
        return _ago(group("ago"), group("agou"), today)
    if group("wd"):
        day = back_to(WEEKDAYS[group("wd")], by)
        return day, day
    if group("we"):
        return around(today, "weekend", 0 if today.weekday() >= 5 else -1)
    span = _span(match, p, by)
    if span and group("week"):
        return part((span[0], span[0] + 6 * DAY), "week")
    return part(span, group("edge")) if span and group("edge") else span


def _span(match: re.Match[str], p: str, by: date) -> Span | None:
    """The day, month, season or year."""
    groups = match.groupdict()

    def group(name: str) -> str:
        return fold(groups.get(p + name) or "")

    name = group("m1") or group("m2")
    if name:
        number = int(group("d1") or group("d2"))
        return in_year(
            lambda y: (date(y, ENGLISH_MONTHS[name], number),) * 2, group("y1") or group("y2"), by
        )
    if group("m3"):
        if group("m3") == "may" and not (group("y3") or group("r3")) and not _is_month(match, p):
            return None
        to = str(by.year - (group("r3") == "last")) if group("r3") else group("y3")
        return in_year(lambda y: month(ENGLISH_MONTHS[group("m3")], y), to, by)
    if group("s"):
        to = str(by.year - (group("sr") == "last")) if group("sr") else group("sy")
        if not to and not re.search(
            rf"(?:the|early|late|mid)[\s-]+{_SEASON}$", match.group(), re.I
        ):
            return None  # "in spring", "in fall": of no one year
        return in_year(lambda y: season(SEASONS[group("s")], y), to, by)
    return year(int(group("y")))


# After these "May" is a person more often than not, and before these verbs it always is.
_OF_MAY = re.compile(r"\b(?:from|by|as of|to)\s+$", re.IGNORECASE)
_MAY_DOES = re.compile(
    r"\s+(?:[a-z]+ed|said|says|was|is|has|had|will|left|took|became|won|lost|quit|met|made|gave|"
    r"came|went|told)\b"
)


def _is_month(match: re.Match[str], p: str) -> bool:
    """Whether a bare "May" is the month, and neither the verb nor a name."""
    start, end = match.span(p + "m3")
    if match.group(p + "m3") == "may" or _MAY_DOES.match(match.string, end):
        return False
    return not (p == "" and _OF_MAY.search(match.string, max(0, start - 10), start))


def in_year(make: Callable[[int], Span], of_year: str, by: date) -> Span:
    return make(int(of_year)) if of_year else latest(make, by)


def _numeric(text: str) -> Span:
    """11.10.2024, the day first wherever both can be months."""
    first, second, of_year = (int(n) for n in re.split(r"[./]", text))
    day = date(of_year, first, second) if second > 12 else date(of_year, second, first)
    return day, day


def _share(group: Callable[[str], str], by: date) -> Span | None:
    """The first half of a year, the last week of a month."""
    of_month, unit = group("hm"), group("hu")
    if of_month:
        whole = in_year(lambda y: month(ENGLISH_MONTHS[of_month], y), group("hmy"), by)
    elif group("hr"):
        whole = year(by.year - (group("hr") == "last"))
    else:
        whole = year(int(group("hy")))
    return part(whole, unit, _ORDINALS[group("h")])


_ORDINALS = {
    name: n
    for n, names in enumerate(("first 1st", "second 2nd", "third 3rd", "fourth 4th"))
    for name in names.split()
} | {"last": -1}


def _near(words: str, today: date) -> Span:
    if words == "yesterday":
        return today - DAY, today - DAY
    return (today - DAY if words.startswith("last") else today), today


def _named(which: str, unit: str, today: date) -> Span | None:
    """The days that "last week", "this summer", "last May" name."""
    past = which in {"last", "previous"}
    if unit in WEEKDAYS:
        day = back_to(WEEKDAYS[unit], today - DAY if which != "this" else today)
        return day, day
    if unit in ENGLISH_MONTHS or unit in SEASONS:
        if unit in SEASONS:
            make = partial(season, SEASONS[unit])
        else:
            make = partial(month, ENGLISH_MONTHS[unit])
        return latest(make, today) if which == "this" else completed(make, today)
    if which == "past":
        return lately(today, 1, "week" if unit == "weekend" else unit)
    if unit == "weekend":
        begun = today.weekday() >= 5
        first, last = around(today, "weekend", (0 if begun else -1) - (past and begun))
    else:
        first, last = around(today, unit, -1 if past else 0)
    return first, min(last, today)


def counted(words: str) -> int:
    word = words.split()[-1] if not words.endswith("of") else words.split()[-2]
    return int(word) if word.isdecimal() else SMALL_NUMBERS[word]


def _ago(words: str, unit: str, today: date) -> Span | None:
    count = counted(words)
    if unit == "hour":
        return today - DAY, today
    if count > OLDEST:
        return None
    first, last = ago(today, count, unit)
    return first, min(last, today)
