"""Whether two figures are of the same thing: unit, noun, facet, period and story."""

from __future__ import annotations

import re

from index.analyze import language_key
from index.months import MONTH, MONTHS
from rag.accounts import WHOLE_STORY, Told
from rag.facets import Facet
from rag.figure_kinds import FigureKind
from rag.select import Candidate
from rag.sought import PEOPLE, Sought, stems

_LEAD = 800  # code points of a body that name whom and what it is about
_STORY = 2_000  # code points of a body that say which event it is of
_NAME = re.compile(r"(?<=[\w,;’'\"”)] )[^\W\d_a-z][\w’'-]+|(?<=\n)[^\W\d_a-z][\w’'-]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_RELATIVE = re.compile(r"\b(last|this|next)\s+year\b", re.IGNORECASE)
_MONTHS_OF = re.compile(rf"\b(?:in|for|of|since|until)\s+(?P<month>{MONTH})\b", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?:first|second|third|fourth|last|this|final)[\s-](?:quarter|half|round|leg|week|month|"
    r"night|day|trial|phase|stage)\b|\b(?:a|per|every|each)\s+(?:day|week|month|year|night|head)\b",
    re.IGNORECASE,
)
_TODAY = re.compile(r"\b(?:today|tonight|this\s+morning)\b", re.IGNORECASE)
_FORECAST = re.compile(
    r"\b(?:forecasts?|expectations?|will|would|could|may|might|by\s+next|next\s+year|aims?|hopes?|plans?)\b",
    re.IGNORECASE,
)
_EVENTS = WHOLE_STORY - {Facet.DAMAGE}
_NAMED = 0.5  # share of the question's names in a story of one event; in any other, all of them
_COVERED = 0.6  # of the anchor's share of the question's words, in an account that has no facet
_AROUND = 0.7  # likewise with the title and the sentence before, in one that has
_TOLD = 0.5  # of the question's words in the story, where a facet is told of one event alone
_SHARED = 2  # names that the two stories share at least
_SHARED_UNNAMED = 3  # where the question names nothing
_RATIO = 4.0  # of two figures of one thing that no event makes grow
_YEARS = 550  # days between stories of one event


def same_thing(anchor: Told, other: Told, wanted: Sought) -> bool:
    """Whether `other` gives a figure for what `anchor` does. Precision before recall."""
    one, two = anchor.figure, other.figure
    if (one.kind, one.unit) != (two.kind, two.unit):
        return False
    if anchor.facet is not other.facet and None not in (anchor.facet, other.facet):
        return False
    if not _same_counted(anchor, other):
        return False
    bare = {anchor.facet, other.facet, one.noun, two.noun} == {None}
    if bare and one.kind is FigureKind.COUNT:
        return False
    if anchor.facet not in _EVENTS and not _in_proportion(one.value, two.value):
        return False
    same_article = anchor.candidate.article.id == other.candidate.article.id
    if same_article:
        # "police said 22,000, the organisers 40,000"
        told_once = {anchor.facet, other.facet} & WHOLE_STORY
        return bool(told_once) and anchor.party != other.party
    return _same_period(anchor, other) and _same_story(anchor, other, wanted)


def _same_counted(anchor: Told, other: Told) -> bool:
    one, two = anchor.figure.noun, other.figure.noun
    if one is None or two is None:
        return True  # of the same facet, or counted so: see rag.accounts
    key = language_key(other.candidate.article.language)
    left, right = one.lower().split(), two.lower().split()
    if left[-1] in PEOPLE and right[-1] in PEOPLE:
        return True
    if stems(left[-1], key) != stems(right[-1], key):
        return False
    mine, theirs = stems(" ".join(left[:-1]), key), stems(" ".join(right[:-1]), key)
    return mine <= theirs or theirs <= mine


def _in_proportion(one: float, two: float) -> bool:
    low, high = sorted((abs(one), abs(two)))
    return high <= _RATIO * low


def _same_period(anchor: Told, other: Told) -> bool:
    """Whether nothing says that the figures are of different years, months or rounds."""
    if anchor.day is None or other.day is None:
        return False
    if abs((anchor.day - other.day).days) > _YEARS:
        return False
    mine, theirs = _years(anchor), _years(other)
    if mine != theirs and not (mine | {anchor.day.year}) & (theirs | {other.day.year}):
        return False
    if bool(mine - {anchor.day.year}) != bool(theirs - {other.day.year}):
        return False
    if mine and theirs and not mine & theirs:
        return False
    if anchor.facet not in _EVENTS:
        if _months(anchor) != _months(other) and _months(anchor) and _months(other):
            return False
        if _spans(anchor) != _spans(other):
            return False
        if anchor.day != other.day and any(
            _TODAY.search(a.candidate.text) for a in (anchor, other)
        ):
            return False  # each day has its own
        if anchor.facet is not Facet.COST and anchor.facet is not Facet.DAMAGE:
            forecast = [bool(_FORECAST.search(_clause(t))) for t in (anchor, other)]
            return forecast[0] == forecast[1]
    return True


def _clause(told: Told) -> str:
    """The figure's surroundings up to the nearest stops: where its period stands."""
    text, figure = told.candidate.text, told.figure
    left = max(text.rfind(mark, 0, figure.start) for mark in (",", ";", ":", "("))
    ends = [at for mark in (",", ";", ":", ")") if (at := text.find(mark, figure.end)) >= 0]
    return text[left + 1 : min(ends, default=len(text))]


def _years(told: Told) -> frozenset[int]:
    clause, day = _clause(told), told.day
    found = {int(m.group()) for m in _YEAR.finditer(clause)}
    if day is not None:
        shift = {"last": -1, "this": 0, "next": 1}
        found |= {day.year + shift[m[1].lower()] for m in _RELATIVE.finditer(clause)}
    return frozenset(found)


def _months(told: Told) -> frozenset[int]:
    return frozenset(MONTHS[m["month"].lower()] for m in _MONTHS_OF.finditer(_clause(told)))


def _spans(told: Told) -> frozenset[str]:
    found = (m.group().lower().replace("-", " ") for m in _SPAN.finditer(_clause(told)))
    return frozenset(re.sub(r"^(?:a|every|each)\b", "per", span) for span in found)


def _same_story(anchor: Told, other: Told, wanted: Sought) -> bool:
    """Whether both articles are of the event that the question is about."""
    mine, theirs = _story(anchor.candidate), _story(other.candidate)
    names = wanted.names
    needed = _NAMED if other.facet in WHOLE_STORY else 1.0
    if len(names & theirs) < needed * len(names):
        return False
    shared = _names(anchor.candidate) & _names(other.candidate)
    if len(shared) < (_SHARED if names & mine & theirs else _SHARED_UNNAMED):
        return False
    if other.facet in WHOLE_STORY:
        return len(wanted.telling & theirs) >= _TOLD * len(wanted.telling)
    one, two = anchor.candidate, other.candidate
    if anchor.facet is not None and anchor.facet is other.facet:
        return two.around >= _AROUND * one.around
    return two.covered >= _COVERED * one.covered


def _story(candidate: Candidate) -> frozenset[str]:
    article = candidate.article
    text = f"{article.title}\n{article.body[:_STORY]}\n{candidate.text}"
    return stems(text, language_key(article.language))


def _names(candidate: Candidate) -> frozenset[str]:
    article = candidate.article
    text = f"{article.title}\n{article.body[:_LEAD]}\n{candidate.text}"
    found = {m.group() for m in _NAME.finditer(text)}
    return stems(" ".join(sorted(found)), language_key(article.language))
