"""Accounts of one thing that give different figures, found among the sentences at hand.

A figure of the answer is the anchor. A figure of another article (or of
another party in the same one) is an account of the same thing where unit,
noun, facet, period and story agree; what cannot be told from the words is
taken for another thing, since to say "accounts differ" where they do not is
worse than to miss that they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag import changes
from rag.accounts import Told, told
from rag.compatible import compatible
from rag.figures import Figure
from rag.remarks import DifferenceKind, Speech
from rag.sameness import same_thing
from rag.select import Candidate
from rag.sought import sought

_MOST = 8  # accounts of a contrast: the newest of a long story


@dataclass(frozen=True, slots=True)
class Contrast:
    """Accounts that differ, oldest first, each a sentence and the figure in it."""

    kind: DifferenceKind
    about: str
    accounts: tuple[tuple[Candidate, Figure], ...]

    @property
    def newest(self) -> Candidate | None:
        """The sentence that holds now, where accounts changed: it is the answer's first."""
        return self.accounts[-1][0] if self.kind is DifferenceKind.CHANGED else None


def contrasts(
    question: str,
    chosen: Sequence[Candidate],
    scored: Sequence[Candidate],
    *,
    speeches: Mapping[tuple[str, int], Speech] | None = None,
) -> tuple[Contrast, ...]:
    """What accounts differ on, of what the question asks and the answer says; () for nothing.

    `chosen` are the answer's sentences and `scored` all that were scored.
    `speeches` says whose words a sentence carries, by its article's id and
    its start in the body. Sentences of a correction's note, and those that one
    refutes, are no accounts. Copies count once. At most one contrast is given:
    a question asks for one quantity.
    """
    wanted = sought(question)
    if wanted is None or not chosen:
        return ()
    accounts = told(wanted, chosen, scored, speeches or {})
    own = {(c.article.id, c.span) for c in chosen}
    anchor = next((a for a in accounts if (a.candidate.article.id, a.candidate.span) in own), None)
    if anchor is None:
        return ()
    same = [a for a in accounts if a is anchor or same_thing(anchor, a, wanted)]
    kept = changes.linked(_distinct(_one_each(same, anchor), anchor), anchor)
    if len(kept) < 2:
        return ()
    kind = changes.kind(kept)
    if kind is None:
        return ()
    ordered = tuple((a.candidate, a.figure) for a in kept[-_MOST:])
    return (Contrast(kind, _about(anchor), ordered),)


def _one_each(same: Sequence[Told], anchor: Told) -> list[Told]:
    """One account of each article and party: the anchor, else the best; oldest first."""
    best: dict[tuple[str, str], Told] = {}
    for account in same:
        origin = account.candidate.article.original or account.candidate.article.id
        at = (origin, account.party)
        held = best.get(at)
        if held is not anchor and (held is None or account.better_than(held) or account is anchor):
            best[at] = account
    return sorted(best.values(), key=lambda a: (a.day or date.min, a.candidate.hit.rank))


def _distinct(accounts: Sequence[Told], anchor: Told) -> list[Told]:
    """Those that are compatible with none kept before; of two that agree, the anchor."""
    kept: list[Told] = []
    for account in accounts:
        alike = next((k for k in kept if compatible(k.figure, account.figure)), None)
        if alike is None:
            kept.append(account)
        elif account is anchor:
            kept[kept.index(alike)] = account
    return sorted(kept, key=lambda a: (a.day or date.min, a.candidate.hit.rank))


def _about(anchor: Told) -> str:
    words = [anchor.figure.noun or "", anchor.said]
    return " ".join(dict.fromkeys(w.lower() for w in words if w)) or (anchor.figure.unit or "")
