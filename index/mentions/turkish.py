"""Dates in Turkish articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from index.days import DAY, Span, ago, around, back_to, latest, month, nearest, on_to, season
from index.mentions.mention import Mention, which_year
from index.months import (
    TURKISH_MONTHS,
    TURKISH_NUMBERS,
    TURKISH_SEASONS,
    TURKISH_WEEKDAYS,
    alternatives,
    fold,
)

_MONTHS = {fold(name): n for name, n in TURKISH_MONTHS.items()}
_WEEKDAYS = {fold(name): n for name, n in TURKISH_WEEKDAYS.items()}
_SEASONS = {fold(name): n for name, n in TURKISH_SEASONS.items()}
_NUMBERS = {fold(name): n for name, n in TURKISH_NUMBERS.items()}
_UNITS = {"gün": "day", "hafta": "week", "ay": "month", "yil": "year", "sene": "year"}
_MONTH = alternatives(*TURKISH_MONTHS)
_DAYS = alternatives(*TURKISH_WEEKDAYS)
_LAST, _NEXT = "geçen|geçtiğimiz", "gelecek|önümüzdeki"
_ENDING = r"(?:['’]?[dt][ea]n?|['’]?y?[ea])?(?!\w)"

_MENTION = re.compile(
    rf"\b(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH})(?P<year>\s+\d{{4}})?{_ENDING}"
    rf"|\b(?:(?P<which>{_LAST}|{_NEXT}|bu)\s+(?:hafta\s+)?)?(?P<weekday>{_DAYS})\s+"
    r"(?:gün[üu]|gecesi|akşamı|sabahı)(?!\w)"
    rf"|\b(?P<rel>{_LAST}|{_NEXT}|bu)\s+(?P<unit>hafta\s+sonu|hafta|ay|yıl|sene|{_DAYS}|{_MONTH}|"
    rf"{alternatives(*TURKISH_SEASONS)}){_ENDING}"
    r"|\b(?P<near>dün(?:\s+(?:gece|akşam|sabah))?|bugün|yarın|bu\s+(?:sabah|akşam|gece)|"
    r"(?:evvelsi|önceki)\s+gün)(?!\w|['’])"
    rf"|\b(?P<count>\d{{1,2}}|{alternatives(*TURKISH_NUMBERS)})\s+(?P<ago>gün|hafta|ay|yıl|sene)\s+"
    r"önce(?!\w)"
    rf"|\b(?P<alone>{_MONTH})\s+ayında(?!\w)"
    r"|(?<!geçen\s)\b(?P<weekend>hafta\s+sonu)(?:nda)?(?!\w)",
    re.IGNORECASE,
)
_HABIT = re.compile(r"\b(?:her|kara)\s+$", re.IGNORECASE)
_YEAR_BEFORE = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)(?:\s+yılı\w*|['’]\w+)?\s+$")
_AHEAD = re.compile(r"\w(?:acak|ecek)(?:lar|ler|t[ıi]r)?$", re.IGNORECASE)
_STOP = re.compile(r"[.!?…\n]")
_CLAUSE = 300  # code points in which the sentence's verb, its last word, is looked for


def resolve(text: str, published: date) -> Iterator[Mention]:
    for match in _MENTION.finditer(text):
        try:
            days = _days(match, text, published)
        except (ValueError, OverflowError):  # 31 Şubat, the edge of the calendar
            continue
        if days is not None:
            yield Mention(match.start(), match.end(), match.group(), *days)


def _days(match: re.Match[str], text: str, published: date) -> Span | None:
    got = {name: fold(value) for name, value in match.groupdict().items() if value}
    lead = text[max(0, match.start() - 20) : match.start()]
    if _HABIT.search(lead):
        return None  # "her cuma günü": every Friday
    if "day" in got:
        if "year" in got or _YEAR_BEFORE.search(lead):
            return None
        return nearest(lambda y: (date(y, _MONTHS[got["month"]], int(got["day"])),) * 2, published)
    if "weekday" in got:
        weekday = _WEEKDAYS[got["weekday"]]
        which = got.get("which", "")
        return _weekday(weekday, _way(which), match, text, published)
    if "rel" in got:
        unit, way = got["unit"], _way(got["rel"])
        if unit in _WEEKDAYS:
            return _weekday(_WEEKDAYS[unit], way, match, text, published)
        if unit in _MONTHS:
            return which_year(lambda y: month(_MONTHS[unit], y), way, published)
        if unit in _SEASONS:
            return which_year(lambda y: season(_SEASONS[unit], y), way, published)
        shift = {"last": -1, "this": 0, "next": 1}[way]
        named = "weekend" if unit.startswith("hafta s") else _UNITS[unit]
        return around(published, named, shift)
    if "near" in got:
        word = got["near"].split()[0]
        shift = {"dün": -1, "yarin": 1, "evvelsi": -2, "önceki": -2}.get(word, 0)
        return (published + shift * DAY,) * 2
    if "count" in got:
        count = int(got["count"]) if got["count"].isdecimal() else _NUMBERS[got["count"]]
        first, last = ago(published, count, _UNITS[got["ago"]])
        return first, min(last, published)
    if "alone" in got:
        if _YEAR_BEFORE.search(lead):
            return None
        number = _MONTHS[got["alone"]]
        if _ahead(match, text):
            found = month(number, published.year)
            return found if found[1] >= published else month(number, published.year + 1)
        return latest(lambda y: month(number, y), published)
    shift = 0 if published.weekday() >= 5 or _ahead(match, text) else -1
    return around(published, "weekend", shift)


def _way(word: str) -> str:
    if not word:
        return ""
    return "this" if word == "bu" else "last" if word.startswith("geç") else "next"


def _weekday(weekday: int, way: str, match: re.Match[str], text: str, published: date) -> Span:
    if way == "last":
        day = back_to(weekday, published - DAY)
    elif way == "next" or (published.weekday() != weekday and _ahead(match, text)):
        day = on_to(weekday, published)
    else:
        day = back_to(weekday, published)
    return day, day


def _ahead(match: re.Match[str], text: str) -> bool:
    """Whether the verb, which ends a Turkish sentence, is in the future."""
    stop = _STOP.search(text, match.end(), match.end() + _CLAUSE)
    end = stop.start() if stop else min(len(text), match.end() + _CLAUSE)
    return _AHEAD.search(text[match.end() : end].rstrip(' ”"»')) is not None
