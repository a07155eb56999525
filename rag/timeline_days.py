"""The days that a sentence tells of: in full ("8 August 2019"), or from its publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from index.days import Span, month, year
from index.mentions import resolve
from index.months import ENGLISH_MONTHS, MONTH, MONTHS, alternatives, fold
from rag.remarks import Days

_ENGLISH = alternatives(*ENGLISH_MONTHS)
_NUMBERS = {fold(name): number for name, number in MONTHS.items()}
_FULL = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?го)?\s+(?:of\s+)?(?P<month>{MONTH})\b\.?,?\s+"
    r"(?P<year>\d{4})\b"
    rf"|\b(?P<month2>{_ENGLISH})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})\b"
    r"|\b(?P<iso>\d{4}-\d\d-\d\d)\b"
    rf"|\b(?:in\s+|в\s+)?(?P<month3>{MONTH})\b\.?\s+(?P<year3>(?:1[5-9]|20)\d\d)\b"
    r"|\b[iI]n\s+(?P<year4>(?:1[5-9]|20)\d\d)\b(?![-–/]\d)"
    r"|\b(?P<year5>(?:1[5-9]|20)\d\d)(?:['’][dt][ea]\b|\s+yılında\b)"
    r"|\b[Вв]\s+(?P<year6>(?:1[5-9]|20)\d\d)\s+год[уа]\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"[A-Z][^a-z–—]{2,40},\s[^–—]{3,50}\s[–—-]+\s")
_A_MONTH = 31  # days


def days_of(text: str, published: date, language: str | None) -> Days | None:
    """The date that a sentence itself tells of, None where it names none.

    The first one to the day, a past one before one to come; where there is none
    the first to the month, then to the year. "Won on Saturday for the first time
    since 1991" is of Saturday; the date of a dateline counts only where the
    sentence has no other. `language` is ISO 639-1; relative dates are read in
    the languages that `resolve` knows, full ones in English, Turkish and Russian.
    """
    found = [(m.start, m.words, (m.first, m.last)) for m in resolve(text, published, language)]
    found += [(m.start(), m.group(), span) for m, span in _in_full(text)]
    line = _DATELINE.match(text)
    found = [f for f in found if line is None or f[0] >= line.end()] or found
    if not found:
        return None
    _, told, (first, last) = min(found, key=lambda f: (_coarse(f[2]), f[2][0] > published, f[0]))
    return Days(first, last, told)


def _coarse(span: Span) -> int:
    length = (span[1] - span[0]).days + 1
    return (length > 3) + (length > _A_MONTH)


def _in_full(text: str) -> Iterator[tuple[re.Match[str], Span]]:
    for match in _FULL.finditer(text):
        got = {name: value for name, value in match.groupdict().items() if value}
        of_year = next((int(value) for name, value in got.items() if name.startswith("year")), 0)
        name = next((fold(value) for key, value in got.items() if key.startswith("month")), "")
        number = int(got.get("day") or got.get("day2") or 0)
        try:
            if "iso" in got:
                day = date.fromisoformat(got["iso"])
            elif number:
                day = date(of_year, _NUMBERS[name], number)
            else:
                yield match, month(_NUMBERS[name], of_year) if name else year(of_year)
                continue
        except ValueError:  # 31 February
            continue
        yield match, (day, day)
