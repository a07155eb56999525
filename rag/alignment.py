"""A claim laid beside a sentence of evidence: which words stand for which, in order.

The heaviest common subsequence: words of one stem that come in the same order
in both, a telling word counting as much as it is rare. What is left over on
either side is the residue that the checks judge: a word of the claim between
two that are aligned has "in its place" what the sentence has between the same two.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.wording import Word

_FORM = 0.15  # what a word of form weighs beside a telling one of weight 1
_LOOSE = 8  # words of a sentence: a wider gap is no one place
_MOST = 4000  # pairs of like words that are tried; beyond, the later ones are left out


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of (index in the claim, index in the sentence), growing in both; their weight."""

    pairs: tuple[tuple[int, int], ...]
    weight: float

    def partner(self, index: int) -> int | None:
        """The sentence's word that stands for the claim's, None where none does."""
        at = bisect.bisect_left(self.pairs, (index, -1))
        found = at < len(self.pairs) and self.pairs[at][0] == index
        return self.pairs[at][1] if found else None

    def place(self, first: int, last: int, length: int) -> tuple[int, int] | None:
        """Where in a sentence of `length` words the claim's `[first, last)` would stand.

        The range between the aligned neighbours; None where those are too far
        off on either side to tell.
        """
        at = bisect.bisect_left(self.pairs, (first, -1))
        upto = bisect.bisect_left(self.pairs, (last, -1))
        if not self.pairs or upto > at:
            return None
        before = self.pairs[at - 1] if at else None
        after = self.pairs[at] if at < len(self.pairs) else None
        left = before[1] + 1 if before else None
        right = after[1] if after else None
        near_left = before is not None and first - before[0] <= 3
        near_right = after is not None and after[0] - last <= 2
        if left is not None and right is not None:
            if (near_left or near_right) and right - left <= _LOOSE + (last - first):
                return left, right
            return None
        if left is not None and near_left:
            return left, min(length, left + (last - first) + 2)
        if right is not None and near_right:
            return max(0, right - (last - first) - 2), right
        return None


def align(
    claim: Sequence[Word], sentence: Sequence[Word], weights: Mapping[str, float]
) -> Alignment:
    """Lay a claim beside a sentence. `weights` are of telling stems, about 1 each."""
    where: dict[str, list[int]] = {}
    for j, word in enumerate(sentence):
        where.setdefault(word.stem, []).append(j)
    # Heaviest increasing subsequence over the matching pairs, with a tree of best prefixes.
    size = len(sentence) + 1
    best: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    made: list[tuple[int, int, float, int]] = []  # claim, sentence, weight so far, pair before
    for i, word in enumerate(claim):
        places = where.get(word.stem)
        if not places:
            continue
        if len(made) > _MOST:
            break
        own = weights.get(word.stem, 1.0) if word.telling else _FORM
        fresh: list[tuple[int, float, int]] = []
        for j in places:
            total, before = 0.0, -1
            at = j
            while at:
                if best[at][0] > total:
                    total, before = best[at]
                at -= at & -at
            beside = before >= 0 and made[before][0] == i - 1 and made[before][1] == j - 1
            fresh.append((j, total + own + (_FORM / 2 if beside else 0.0), before))
        for j, total, before in fresh:
            made.append((i, j, total, before))
            at = j + 1
            while at <= size:
                if best[at][0] < total:
                    best[at] = (total, len(made) - 1)
                at += at & -at
    if not made:
        return Alignment((), 0.0)
    last = max(range(len(made)), key=lambda n: made[n][2])
    weight = made[last][2]
    pairs: list[tuple[int, int]] = []
    while last >= 0:
        pairs.append(made[last][:2])
        last = made[last][3]
    return Alignment(tuple(reversed(pairs)), weight)
