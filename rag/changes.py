"""Whether accounts that differ changed over time or disagree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.accounts import Told
from rag.facets import Facet
from rag.remarks import DifferenceKind

# What grows as it becomes known, and what goes up and down.
_GROWING = frozenset({Facet.DEAD, Facet.INJURED, Facet.RESCUED, Facet.ARRESTED, Facet.QUESTIONED})
_MOVING = frozenset(
    {Facet.MISSING, Facet.DISPLACED, Facet.INFECTED, Facet.DAMAGE, Facet.RATE, Facet.DEBT}
)
_NOW = re.compile(
    r"\b(?:now|so\s+far|latest|to\s+date|already|still|no\s+longer|again|revised|raised|lowered|"
    r"risen|rises|rose|grown|fallen|increased|climbed|cut|stands?\s+at|as\s+of|put\s+back|"
    r"updated|slips?|slipped|delayed|reaches|reached|estimates?|expects?|expected)\b",
    re.IGNORECASE,
)
_APART = 60  # days, beyond which the same thing is likelier to have changed than to be disputed


def kind(accounts: Sequence[Told]) -> DifferenceKind | None:
    """How accounts, oldest first, differ; None where their days are not known.

    They changed where a later one supersedes an earlier one: a toll that
    rises, what goes up and down, words such as "now" and "revised", an outlet
    that updates itself, or months between them. On one day, of one event, or
    where a toll falls, they disagree.
    """
    days = [a.day for a in accounts]
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return None
    if len(set(known)) == 1:
        return DifferenceKind.DISAGREE
    said = next((a.facet for a in accounts if a.facet is not None), None)
    values = [a.figure.value for a in accounts]
    rising = all(left <= right for left, right in pairwise(values))
    if said in _GROWING:
        return DifferenceKind.CHANGED if rising else DifferenceKind.DISAGREE
    if said in _MOVING:
        return DifferenceKind.CHANGED
    if said is Facet.ATTENDING:
        return DifferenceKind.DISAGREE
    later = [a for a in accounts[1:] if a.day != known[0]]
    sources = {a.candidate.article.source for a in accounts}
    superseded = (
        any(_NOW.search(a.candidate.text) for a in later)
        or (len(sources) == 1 and None not in sources)
        or (known[-1] - known[0]).days > _APART
    )
    return DifferenceKind.CHANGED if superseded else DifferenceKind.DISAGREE
