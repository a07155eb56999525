"""Dates: days, months, years and weekdays, absolute or told from a day.

A date is what it names of weekday, day, month and year, and the days that this
comes to where the day it counts from is known. Two agree where they share what
both name, or where their days overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from index.mentions import resolve
from index.months import (
    ENGLISH_MONTHS,
    MONTHS,
    RUSSIAN_WEEKDAYS,
    TURKISH_WEEKDAYS,
    WEEKDAYS,
    alternatives,
    fold,
)
from rag.checks.inquiry import Inquiry
from rag.evidence import Chosen
from rag.verdict import Check, Failure

_WEEKDAYS = WEEKDAYS | TURKISH_WEEKDAYS | RUSSIAN_WEEKDAYS
_YEAR = r"(?:1[5-9]|20)\d\d"


def _pattern(weekdays: Iterable[str], months: Iterable[str]) -> re.Pattern[str]:
    weekday = alternatives(*(w for w in weekdays if len(w) > 3))
    month = alternatives(*months)
    return re.compile(
        rf"\b(?P<weekday>{weekday})\b"
        rf"|\b(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?)?(?P<month>{month})\b\.?"
        rf"(?:\s(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?(?![\d.:%]|,\d))?(?:,?\s(?P<year>{_YEAR})\b)?"
        rf"|(?<![\w.,$£€-])(?P<alone>{_YEAR})(?![\w%-]|[.,]\d)"
        rf"|(?<![\w-])(?P<iso>{_YEAR}-[01]\d-[0-3]\d)(?![\w-])",
        re.IGNORECASE,
    )


_ENGLISH = _pattern(WEEKDAYS, ENGLISH_MONTHS)
_ANY = _pattern(_WEEKDAYS, MONTHS)
_OTHERWISE = frozenset({"may", "march", "mar", "sat", "sun", "dec", "mon", "sep"})


@dataclass(frozen=True, slots=True)
class Day:
    """A date at `text[start:end] == words`; what is None or 0 is not named."""

    start: int
    end: int
    words: str
    weekday: int | None = None  # 0 is Monday
    day: int = 0
    month: int = 0
    year: int = 0
    first: date | None = None
    last: date | None = None


@lru_cache(maxsize=8192)
def days(text: str, published: date | None, language: str | None = "en") -> tuple[Day, ...]:
    """The dates of a text, in order, those told from `published` with their days."""
    found: list[Day] = []
    for match in (_ENGLISH if language in ("en", None) else _ANY).finditer(text):
        one = _read(match)
        if one is not None:
            found.append(one)
    if published is not None:
        try:
            mentions = resolve(text, published, language)
        except (ValueError, OverflowError):
            mentions = ()
        for m in mentions:
            within = [d for d in found if d.start < m.end and m.start < d.end]
            for d in within:
                found.remove(d)
                found.append(
                    Day(d.start, d.end, d.words, d.weekday, d.day, d.month, d.year, m.first, m.last)
                )
            if not within:
                found.append(Day(m.start, m.end, m.words, first=m.first, last=m.last))
    return tuple(sorted(found, key=lambda d: d.start))


def _read(match: re.Match[str]) -> Day | None:
    start, end, words = match.start(), match.end(), match.group()
    trimmed = words.rstrip(" ,.")
    end -= len(words) - len(trimmed)
    if match["weekday"]:
        name = match["weekday"]
        if name.lower() in _OTHERWISE and not name[0].isupper():
            return None
        return Day(start, end, trimmed, weekday=_WEEKDAYS[fold(name)])
    if match["iso"]:
        try:
            whole = date.fromisoformat(match["iso"])
        except ValueError:
            return None
        return Day(start, end, trimmed, None, whole.day, whole.month, whole.year, whole, whole)
    if match["alone"]:
        return Day(start, end, trimmed, year=int(match["alone"]))
    name = match["month"]
    day = int(match["day"] or match["day2"] or 0)
    if name.lower() in _OTHERWISE and not (day or match["year"] or name[0].isupper()):
        return None
    if name.lower() in {"may", "march"} and start == 0 and not (day or match["year"]):
        return None
    return Day(
        start,
        end,
        trimmed,
        None,
        day if day <= 31 else 0,
        MONTHS[fold(name)],
        int(match["year"] or 0),
    )


def failures(inquiry: Inquiry) -> list[Failure]:
    """Dates of the claim that the evidence does not bear out."""
    claim = inquiry.claim
    own = days(inquiry.text, claim.day, claim.language)
    found = []
    for day in own:
        failure = _failure(inquiry, day, own)
        if failure is not None:
            found.append(failure)
    return found


def _failure(inquiry: Inquiry, day: Day, own: Sequence[Day]) -> Failure | None:
    for place in inquiry.places(day.start, day.end):
        offset = place.chosen.line.start
        there = [
            d
            for d in _of(inquiry, place.chosen)
            if d.start + offset < place.end and place.start < d.end + offset
        ]
        rivals = [d for d in there if opposed(day, d) and not any(agree(o, d) for o in own)]
        if rivals and not any(agree(day, d) for d in there):
            return _failed(inquiry, day, rivals[0].words, against=True)
    first, last = inquiry.range(day.start, day.end)
    for chosen in inquiry.evidence.chosen:
        if all(chosen.alignment.partner(i) is not None for i in range(first, last)):
            return None  # word for word in its place: "march" is no month in text without capitals
    told = [(chosen, d) for chosen in inquiry.evidence.chosen for d in _of(inquiry, chosen)]
    if any(agree(day, d) for _, d in told):
        return None
    rival = next(
        (
            d.words
            for chosen, d in told
            if chosen.share > 0.6 and opposed(day, d) and not any(agree(o, d) for o in own)
        ),
        None,
    )
    if rival is not None:
        return _failed(inquiry, day, rival, against=True)
    return None if _anywhere(inquiry, day) else _failed(inquiry, day, "", against=False)


def _failed(inquiry: Inquiry, day: Day, found: str, *, against: bool) -> Failure:
    words = inquiry.claim.text[day.start : day.end]
    return Failure(Check.DATE, words, day.start, day.end, found, against)


def _of(inquiry: Inquiry, chosen: Chosen) -> tuple[Day, ...]:
    context = inquiry.claim.contexts[chosen.line.context]
    return days(inquiry.line_text(chosen), context.published, context.language)


def _anywhere(inquiry: Inquiry, day: Day) -> bool:
    """Whether a context names it outside the evidence, or was published on it."""
    stems = [w.stem for w in inquiry.words if day.start <= w.start < day.end]
    for context, given in zip(inquiry.evidence.contexts, inquiry.claim.contexts, strict=True):
        if stems and all(stem in context.where for stem in stems):
            return True
        if given.published is not None and agree(day, _on(given.published)):
            return True
    return False


def _on(day: date) -> Day:
    return Day(0, 0, "", day.weekday(), day.day, day.month, day.year, day, day)


def agree(one: Day, other: Day) -> bool:
    """Whether both may mean the same days."""
    if one.first and one.last and other.first and other.last:
        return one.first <= other.last and other.first <= one.last
    for exact, loose in ((one, other), (other, one)):
        if exact.first and exact.last and not loose.first:
            return _covers(exact.first, exact.last, loose)
    shared = _shared(one, other)
    return bool(shared) and all(a == b for a, b in shared)


def opposed(one: Day, other: Day) -> bool:
    """Whether they name the same kind of thing, and differ in it."""
    if agree(one, other):
        return False
    if one.first and other.first:
        return True
    shared = _shared(one, other)
    return bool(shared) and any(a != b for a, b in shared)


def _shared(one: Day, other: Day) -> list[tuple[int, int]]:
    pairs = []
    if one.weekday is not None and other.weekday is not None:
        pairs.append((one.weekday, other.weekday))
    for a, b in ((one.day, other.day), (one.month, other.month), (one.year, other.year)):
        if a and b:
            pairs.append((a, b))
    return pairs


def _covers(first: date, last: date, loose: Day) -> bool:
    """Whether what a date names fits one of the days, a year's worth of them at most."""
    for step in range(min((last - first).days, 366) + 1):
        day = first + timedelta(days=step)
        if (
            (loose.weekday is None or loose.weekday == day.weekday())
            and (not loose.day or loose.day == day.day)
            and (not loose.month or loose.month == day.month)
            and (not loose.year or loose.year == day.year)
        ):
            return True
    return False
