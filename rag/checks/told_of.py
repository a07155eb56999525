"""What a count is told of: the dead or the missing, houses or boats.

"Nine died and 17 are missing" has a 17, and does not bear out 17 deaths. Two
counts are of other things where their own clauses say so in words that exclude
one another, and, where neither says, by the nouns they count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.analyze import language_key, words
from rag.facets import Facet, clause, facet, facet_of
from rag.figure_kinds import FigureKind
from rag.figures import Figure, figures
from rag.sought import PEOPLE

# Of people; those that news says of the same ones ("demonstrators were arrested") are left out.
_EXCLUSIVE = frozenset(
    {Facet.DEAD, Facet.INJURED, Facet.MISSING, Facet.ARRESTED, Facet.LAID_OFF, Facet.HIRED}
)
_SAVED = (
    "saved"  # the displaced, the rescued and those who survived: of these none excludes another
)
_SURVIVED = re.compile(r"\bsurviv\w+|\balive\b|\bunhurt\b|\bunharmed\b|\bescaped\b", re.IGNORECASE)
_PART = re.compile(r"\W*of\s+(?:them|whom|those|these|the\s+(?:dead|injured|victims))\b", re.I)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A count, what its own clause says of it, and the stems of the noun that it counts.

    `part`: it is of those counted before it ("17 of them").
    """

    figure: Figure
    said: frozenset[str]
    near: frozenset[str]
    noun: tuple[str, ...]
    part: bool

    @property
    def people(self) -> bool:
        """Whether it counts people by a word that says no more of them."""
        return bool(self.noun) and (self.figure.noun or "").split()[-1].lower() in PEOPLE


@lru_cache(maxsize=4096)
def told(text: str, language: str | None = "en") -> tuple[Told, ...]:
    """The plain counts of a sentence, in order; time is linear in it for all but its figures."""
    every = figures(text, language)
    found = []
    for figure in every:
        if figure.kind is not FigureKind.COUNT or figure.unit is not None:
            continue
        start, end = clause(text, figure, every)
        own = _said(text[start:end])
        other = facet_of(text, figure, every)
        near = own or (_groups({other}) if other is not None else frozenset())
        noun = tuple(words(figure.noun, language_key(language))) if figure.noun else ()
        part = _PART.match(text, figure.to) is not None
        found.append(Told(figure, own, near, noun, part))
    return tuple(found)


def _said(text: str) -> frozenset[str]:
    facets = {f for word in _WORD.findall(text) if (f := facet(word)) is not None}
    whole = facet(text)
    if whole is not None:
        facets.add(whole)
    return _groups(facets) | ({_SAVED} if _SURVIVED.search(text) else frozenset())


def _groups(facets: set[Facet]) -> frozenset[str]:
    saved = {_SAVED} if facets & {Facet.DISPLACED, Facet.RESCUED} else set()
    return frozenset({f.value for f in facets & _EXCLUSIVE} | saved)


def same(one: Told, other: Told) -> bool:
    """Whether the words of both say that they count the same: what is killed, or the noun."""
    if one.near and other.said:
        return bool(one.near & other.said)
    return bool(one.noun and other.noun) and one.noun[-1] == other.noun[-1]


def apart(one: Told, other: Told, vocabulary: frozenset[str], claimed: frozenset[str]) -> bool:
    """Whether a claim's count and one of the evidence cannot be of the same thing.

    By nouns only where the evidence has the claim's noun among its stems
    (`vocabulary`) and the claim (`claimed`) has not the evidence's: "17 homes"
    may be 17 houses, but hardly where the sentence speaks of houses too.
    """
    if other.part:
        return False
    if one.near and other.said:
        return not one.near & other.said
    if not one.noun or not other.noun or set(one.noun) & set(other.noun):
        return False
    if one.people or other.people:
        return False
    return one.noun[-1] in vocabulary and other.noun[-1] not in claimed


def of(figure: Figure, counts: Sequence[Told]) -> Told | None:
    """A figure's own entry, None where it is no plain count."""
    return next((t for t in counts if t.figure.at == figure.at), None)
