"""Figures in a sentence: how much or how many, of what, and how exactly.

Counts, sums of money, shares and measures are told from numbers that count
nothing: ages, years, dates, times of day, scores, ordinals and the numbers of
buses, rooms and telephones. The noun of a count is the noun phrase that
follows it, found without a tagger: up to a word that cannot be part of one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from index.months import MONTHS
from rag.counted import noun_phrase, out_of
from rag.figure_kinds import QUANTITIES, FigureKind, not_a_quantity, quantity
from rag.numerals import Number, Token, read, tokens
from rag.units import CURRENCIES, unit

Bound = Literal["exact", "least", "most", "about"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `text[start:end] == words`, its bound and its noun included.

    `value` is in ones ("4 million" is 4e6). `unit` is as `rag.units` names
    it, None for things counted. `noun` is what is counted, in the text's words
    ("anti-personnel mines"), None where it does not follow. `at` and `to` are
    the span of the number alone.
    """

    start: int
    end: int
    words: str
    value: float
    unit: str | None
    noun: str | None
    bound: Bound
    kind: FigureKind
    at: int
    to: int


@lru_cache(maxsize=4096)
def figures(text: str, language: str | None = "en") -> tuple[Figure, ...]:
    """Every figure of a text, in order. `language` is an ISO 639-1 code."""
    cut = tokens(text)
    numbers = read(text, cut, language)
    found = [
        (number, figure)
        for n, number in enumerate(numbers)
        if (figure := _figure(text, cut, number, numbers[n + 1 : n + 2])) is not None
    ]
    for n, ((left, one), (right, other)) in enumerate(pairwise(found)):
        if right.first - left.last == 1 and _is_range(cut, left, right):
            unit_, noun = one.unit or other.unit, one.noun or other.noun
            kind = other.kind if one.kind is FigureKind.COUNT else one.kind
            found[n] = left, replace(one, unit=unit_, noun=noun, kind=kind, bound="least")
            found[n + 1] = right, replace(other, bound="most")
    return tuple(figure for _, figure in found)


def _is_range(cut: Sequence[Token], left: Number, right: Number) -> bool:
    """Whether two numbers are the ends of one: "50 to 60", "between 50 and 60", "8,000-10,000"."""
    if left.value >= right.value:
        return False
    before, joint = cut[left.first - 1].lower if left.first else "", cut[left.last].lower
    return (joint in {"to", "-", "–"} and before not in {"from", "by"}) or (
        joint in {"and", "to"} and before == "between"
    )


def _figure(
    text: str, cut: Sequence[Token], number: Number, following: Sequence[Number]
) -> Figure | None:
    if math.isnan(number.value):
        return None
    first, last = number.first, number.last
    money, first = _symbol(cut, first)
    name, last = (money, last) if money else unit(cut, last)
    value = number.value
    if money and last < len(cut) and cut[last].lower in {"m", "k"}:
        if cut[last].start == cut[last - 1].end:
            value = round(value * (10**6 if cut[last].lower == "m" else 1_000), 6)
            last += 1
    elif name is None and number.first and cut[number.first - 1].lower in {"%", "yüzde"}:
        name, first = "percent", number.first - 1
    elif name is None:
        name = _elliptical(cut, number, following)
    kind = not_a_quantity(text, cut, number, last, name)
    if kind is None:
        kind = quantity(name)
    noun, end = noun_phrase(cut, last, name, number.value) if kind in QUANTITIES else (None, last)
    if noun is None and kind is FigureKind.COUNT:
        noun = out_of(cut, last, following)
    if kind is FigureKind.DATE:
        first, end = _with_month(cut, number)
    bound, first, end = _bound(cut, first, end, last)
    start, stop = cut[first].start, cut[end - 1].end
    return Figure(
        start=start,
        end=stop,
        words=text[start:stop],
        value=value,
        unit=name,
        noun=noun,
        bound=bound,
        kind=kind,
        at=cut[number.first].start,
        to=cut[number.last - 1].end,
    )


def _with_month(cut: Sequence[Token], number: Number) -> tuple[int, int]:
    """The tokens of a day's month beside it: "3 May", "May 3"."""
    after = number.last < len(cut) and cut[number.last].lower in MONTHS
    return (number.first, number.last + 1) if after else (number.first - 1, number.last)


def _symbol(cut: Sequence[Token], first: int) -> tuple[str | None, int]:
    """A currency's sign before the number ("$3", "US$3"), and the token that it begins at."""
    if not first or cut[first - 1].word or cut[first - 1].digits:
        return None, first
    name = CURRENCIES.get(cut[first - 1].text)
    if name is None:
        return None, first
    begins = first - 1
    if begins and cut[begins - 1].text.isupper() and cut[begins - 1].end == cut[begins].start:
        begins -= 1
    return name, begins


def _elliptical(cut: Sequence[Token], number: Number, following: Sequence[Number]) -> str | None:
    """The unit that a number shares with the next: "from 4 to 3.75 per cent", "5 or 6 km"."""
    joined = number.last < len(cut) and cut[number.last].lower in {"to", "or", "and", "-", "–"}
    if not joined or not following or following[0].first != number.last + 1:
        return None
    name, _ = unit(cut, following[0].last)
    return name


# -- how exactly ----------------------------------------------------------------------------

_PHRASES: tuple[tuple[str, Bound], ...] = (
        ("at least|no fewer than|no less than|not less than|more than|a minimum of|over|above|"
         "upwards of|in excess of|exceeding|well over|en az|не менее|по меньшей мере|более|свыше|"
         "больше", "least"),
        ("no more than|not more than|up to|at most|fewer than|less than|under|below|a maximum of|"
         "en fazla|не более|менее|до", "most"),
        ("as many as|as much as|about|around|some|roughly|approximately|an estimated|estimated|"
         "circa|nearly|almost|close to|just under|just over|almost|yaklaşık|около|примерно|почти",
         "about"),
)  # fmt: skip
_BEFORE: tuple[tuple[tuple[str, ...], Bound], ...] = tuple(
    sorted(
        ((tuple(p.split()), bound) for phrases, bound in _PHRASES for p in phrases.split("|")),
        key=lambda pair: -len(pair[0]),
    )
)
_AFTER: tuple[tuple[tuple[str, ...], Bound], ...] = (
    (("or", "more"), "least"),
    (("or", "so"), "about"),
    (("or", "less"), "most"),
    (("or", "fewer"), "most"),
)


def _bound(cut: Sequence[Token], first: int, end: int, last: int) -> tuple[Bound, int, int]:
    """How exact it is, with the first token and the one after the last, its words included."""
    for phrase, bound in _BEFORE:
        begins = first - len(phrase)
        if begins >= 0 and tuple(t.lower for t in cut[begins:first]) == phrase:
            return bound, begins, end
    for at in {end, last}:
        for phrase, bound in _AFTER:
            if tuple(t.lower for t in cut[at : at + len(phrase)]) == phrase:
                return bound, first, max(end, at + len(phrase))
    return "exact", first, end
