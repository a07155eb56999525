"""What quantity a question asks for: its kinds, what is counted, and what is said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.analyze import words as analysed
from rag.counted import noun_phrase
from rag.facets import Facet, facet
from rag.figure_kinds import FigureKind, quantity
from rag.numerals import tokens
from rag.stopwords import STOPWORDS
from rag.units import unit

_HOW_MANY = re.compile(r"\b(?:how\s+many|number\s+of|kaç|сколько)\b", re.IGNORECASE)
_HOW_MUCH = re.compile(r"\bhow\s+(?:much|expensive)\b|\bne\s+kadar\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:costs?|price|worth|pay|paid|spen[dt]|budget|bill|value[ds]?|money|maliyet\w*|стоит)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:per\s?cent(?:age)?|share|proportion|turnout|inflation|unemployment|"
    r"(?:interest|main|base|key|lending|policy|mortgage)\s+rates?|faiz\w*|enflasyon\w*)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\bhow\s+(?:long|late|far|fast|tall|high|deep|heavy|wide|hot|cold|thick|soon)\b|\bmagnitude\b",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"\bhow\s+(?:big|large)\b|\bsize\s+of\b|\btoll\b|\bfigures?\b|\bnumbers?\b", re.IGNORECASE
)
_OF_PEOPLE = frozenset(list(Facet)[: list(Facet).index(Facet.HIRED) + 1])
_OF_MONEY = frozenset(
    {Facet.DAMAGE, Facet.COST, Facet.FUND, Facet.FINE, Facet.PROFIT, Facet.REVENUE, Facet.DEBT,
     Facet.WAGE, Facet.PRIZE, Facet.TAX, Facet.LOSS}
)  # fmt: skip
_TELLING = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
PEOPLE = frozenset("people person persons victims victim kişi insan человек людей dead".split())


@dataclass(frozen=True, slots=True)
class Sought:
    """A quantity asked for.

    `noun` is what is counted ("people"), `facet` what is said of it (that
    they died), `names` and `telling` the stems of the names and of all the
    telling words in the question: what it is about.
    """

    kinds: frozenset[FigureKind]
    noun: str | None
    facet: Facet | None
    names: frozenset[str]
    telling: frozenset[str]


def sought(question: str, key: str = "en") -> Sought | None:
    """The quantity that a question asks for; None where it asks for none."""
    said = facet(question)
    kinds: set[FigureKind] = set()
    noun: str | None = None
    many = _HOW_MANY.search(question)
    if many is not None:
        cut = tokens(question[many.end() :])
        name, _ = unit(cut, 0)
        kinds.add(quantity(name))
        noun = noun_phrase(cut, 0, None, 2)[0] if name is None else None
        if said in _OF_MONEY:
            said = facet(question[: many.start()]) or said
    elif _SHARE.search(question):
        kinds.add(FigureKind.SHARE)
    elif _HOW_MUCH.search(question):
        kinds.add(FigureKind.MONEY)
        if not _MONEY.search(question) and said not in _OF_MONEY:
            kinds |= {FigureKind.MEASURE, FigureKind.SHARE}
    elif _MEASURE.search(question):
        kinds.add(FigureKind.MEASURE)
    elif said in _OF_MONEY and (_MONEY.search(question) or said is Facet.DAMAGE):
        kinds.add(FigureKind.MONEY)
    elif said in _OF_PEOPLE and _SIZE.search(question):
        kinds.add(FigureKind.COUNT)
    if not kinds:
        return None
    found = list(_TELLING.finditer(question))
    kept = [m.group() for m in found if m.group().lower() not in STOPWORDS]
    names = [m.group() for m in found[1:] if m.group()[0].isupper()]
    return Sought(
        frozenset(kinds), noun, said, stems(" ".join(names), key), stems(" ".join(kept), key)
    )


def stems(text: str, key: str) -> frozenset[str]:
    """The different words of a text, as the word index sees them."""
    return frozenset(analysed(text, key))
