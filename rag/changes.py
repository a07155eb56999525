"""Whether accounts that differ changed over time or disagree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.accounts import WHOLE_STORY, Told
from rag.facets import Facet
from rag.remarks import DifferenceKind

# What can only grow as it becomes known.
_GROWING = frozenset({Facet.DEAD, Facet.INJURED, Facet.RESCUED, Facet.ARRESTED, Facet.QUESTIONED})
# Words of a figure that takes the place of an earlier one.
_NOW = re.compile(
    r"\b(?:now|so\s+far|latest|to\s+date|no\s+longer|revised|raised|lowered|risen|rises|rose|grown|"
    r"fallen|increased|climbed|cut|stands?\s+at|as\s+of|updated|slipped|reaches|reached)\b",
    re.IGNORECASE,
)
_EVENT_DAYS = 30  # between two reports of one event, beyond which the later must say that it is new
_OTHER_DAYS = 14  # likewise of anything else: of the same name there is soon another


def linked(accounts: Sequence[Told], anchor: Told) -> list[Told]:
    """The run of accounts around the anchor, oldest first, in which each may follow the one before.

    A figure printed long after another is of something else, unless its
    sentence says that it is new.
    """
    runs: list[list[Told]] = []
    for account in accounts:
        if runs and _follows(runs[-1][-1], account):
            runs[-1].append(account)
        else:
            runs.append([account])
    return next((run for run in runs if anchor in run), [])


def _follows(earlier: Told, later: Told) -> bool:
    if earlier.day is None or later.day is None:
        return False
    most = _EVENT_DAYS if later.facet in WHOLE_STORY else _OTHER_DAYS
    return (later.day - earlier.day).days <= most or _NOW.search(later.candidate.text) is not None


def kind(accounts: Sequence[Told]) -> DifferenceKind | None:
    """How accounts, oldest first, differ; None where neither can be told.

    They changed where a later one supersedes an earlier one: a toll that
    rises from day to day, or words such as "now" and "revised". Of one day, of
    one march, or where a toll falls, different outlets or parties disagree;
    an outlet does not disagree with itself.
    """
    days = {a.day for a in accounts}
    if None in days:
        return None
    sources = {a.candidate.article.source for a in accounts}
    parties = {a.party for a in accounts}
    disputed = DifferenceKind.DISAGREE if len(sources) > 1 or len(parties) > 1 else None
    said = next((a.facet for a in accounts if a.facet is not None), None)
    times = {a.candidate.article.published for a in accounts}
    rising = all(one.figure.value <= two.figure.value for one, two in pairwise(accounts))
    if (
        said in _GROWING
        and rising
        and (len(days) > 1 or len(times) == len(accounts) > len(sources))
    ):
        return DifferenceKind.CHANGED
    if said is Facet.ATTENDING or said in _GROWING or len(days) == 1:
        return disputed
    superseded = any(_NOW.search(a.candidate.text) for a in accounts[1:])
    if superseded or said in WHOLE_STORY:
        return DifferenceKind.CHANGED
    return disputed
