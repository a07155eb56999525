"""Copies of a true sentence with one number, name or date exchanged for another of its kind.

What takes its place stands in texts that the sentence might have been written
from, so that a copy reads as an honest mistake would.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.months import MONTHS, WEEKDAYS
from rag.names import names

_COPIES = 2  # of a sentence, of each kind: one that names ten people is not ten tests
_FAR = 40  # texts, the last, that are looked through where the near ones have no other
_MONTHS = "|".join(sorted({m.capitalize() for m in MONTHS if len(m) > 3 and m.isascii()}))
_DAYS = "|".join(sorted({d.capitalize() for d in WEEKDAYS if len(d) > 3 and d.isascii()}))
_DATE = re.compile(rf"\b(?:{_MONTHS}|{_DAYS}|(?:19|20)\d\d)\b")
_FORMS = (re.compile(rf"(?:{_MONTHS})$"), re.compile(rf"(?:{_DAYS})$"), re.compile(r"\d{4}$"))
_NUMBER = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b"
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A copy, and what stands in it for what; `kind` is "number", "date" or "name"."""

    text: str
    kind: str
    was: str
    now: str


def exchanges(
    text: str, near: Sequence[str], far: Sequence[str], rng: random.Random
) -> list[Exchange]:
    """Copies of a sentence with one thing exchanged, in the order of kinds and of the sentence.

    What takes its place is from the texts of `near`, else from the last of
    `far`; nothing is made where neither has another of its kind.
    """
    made = []
    for kind, find in (("number", _numbers), ("date", _dates), ("name", _names)):
        own = find(text)
        chosen = own if len(own) <= _COPIES else sorted(rng.sample(own, _COPIES))
        for start, end in chosen:
            was = text[start:end]
            now = _other(kind, was, text, near, rng) or _other(kind, was, text, far[-_FAR:], rng)
            if now is not None:
                made.append(Exchange(text[:start] + now + text[end:], kind, was, now))
    return made


def _other(kind: str, was: str, text: str, texts: Sequence[str], rng: random.Random) -> str | None:
    """Another of its kind that shares no word with it and does not stand in the sentence."""
    find = {"number": _numbers, "date": _dates, "name": _names}[kind]
    words = set(re.findall(r"\w+", text.casefold()))
    found = {each[start:end] for each in texts for start, end in find(each)}
    others = sorted(
        each
        for each in found
        if not words & set(re.findall(r"\w+", each.casefold())) and _alike(kind, was, each)
    )
    return rng.choice(others) if others else None


def _alike(kind: str, was: str, other: str) -> bool:
    """A year for a year, digits for digits, a name of about as many words."""
    if kind == "date":
        return any(form.match(was) and form.match(other) for form in _FORMS)
    if kind == "number":
        return was[0].isdigit() == other[0].isdigit()
    return abs(len(was.split()) - len(other.split())) <= 1


def _dates(text: str) -> list[tuple[int, int]]:
    return [m.span() for m in _DATE.finditer(text)]


def _numbers(text: str) -> list[tuple[int, int]]:
    days = set(_dates(text))
    return [m.span() for m in _NUMBER.finditer(text) if m.span() not in days]


def _names(text: str) -> list[tuple[int, int]]:
    return [(n.start, n.end) for n in names(text) if not _DATE.search(n.text)]
