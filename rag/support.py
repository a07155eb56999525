"""How likely it is that evidence supports a claim: one logistic regression over a few features.

The features are of three kinds: how much of the claim the evidence has (its
words by rarity, in order, in runs), what is left over (words that nothing
bears out, words that stand where the evidence has others), and which checks
failed. The weights are fitted by `python -m eval.train.weigh_verifier`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from itertools import pairwise

from rag.checks.inquiry import Inquiry
from rag.checks.negation import negates
from rag.checks.residue import borne
from rag.verdict import Check, Entailment, Failure

_MODALS = frozenset("may might could can will would shall should must".split())
NAMES: tuple[str, ...] = (
    "covered",
    "aligned",
    "anywhere",
    "pairs",
    "runs",
    "longest",
    "missing",
    "rarest",
    "replaced",
    "modal",
    "length",
    "opposed",
    "number",
    "name",
    "date",
    "negation",
    "direction",
    "quotation",
)


def features(inquiry: Inquiry, failures: Sequence[Failure]) -> tuple[float, ...]:
    """The features of `NAMES`, in order, each about 0 to 1."""
    evidence, words = inquiry.evidence, inquiry.words
    weights, total = evidence.weights, evidence.total or 1.0
    borne_by = {w.stem: borne(inquiry, w) for w in words if w.telling}
    best = evidence.chosen[0] if evidence.chosen else None
    in_order = {words[i].stem for i, _ in best.alignment.pairs} if best else set()
    aligned = {words[i].stem for c in evidence.chosen for i, _ in c.alignment.pairs}
    stems = [w.stem for w in words]
    theirs = {p for c in evidence.chosen for p in pairwise(w.stem for w in c.line.words)}
    mine = list(pairwise(stems))
    triples = list(zip(stems, stems[1:], stems[2:], strict=False))
    grams = sum(any(t in c.grams for c in evidence.contexts) for t in triples)
    missing = [s for s, there in borne_by.items() if not there]
    replaced = sum(
        weights[w.stem]
        for w in words
        if w.telling and w.stem not in aligned and _has_place(inquiry, w.start, w.end)
    )
    opposed = [f for f in failures if f.opposed]
    count = {check: sum(f.check is check for f in failures) for check in Check}
    return (
        sum(weights[s] for s, there in borne_by.items() if there) / total,
        sum(weights.get(s, 0.0) for s in in_order) / total,
        sum(weights.get(s, 0.0) for s in evidence.anywhere) / total,
        sum(p in theirs for p in mine) / max(1, len(mine)),
        grams / max(1, len(triples)),
        _longest(inquiry) / max(1, len(words)),
        min(1.0, len(missing) / 5),
        max((weights[s] for s in missing), default=0.0),
        min(1.0, replaced / 3),
        _modal(inquiry),
        min(1.0, math.log1p(len(words)) / 4),
        min(1.0, len(opposed) / 2),
        min(1.0, count[Check.NUMBER] / 2),
        min(1.0, count[Check.NAME] / 2),
        min(1.0, count[Check.DATE] / 2),
        float(count[Check.NEGATION] > 0),
        float(count[Check.DIRECTION] > 0),
        float(count[Check.QUOTATION] > 0),
    )


def _has_place(inquiry: Inquiry, start: int, end: int) -> bool:
    for place in inquiry.places(start, end):
        if any(w.telling for w in place.chosen.line.words[place.first : place.last]):
            return True
    return False


def _longest(inquiry: Inquiry) -> int:
    """The longest run of words that a chosen sentence has without a break."""
    longest = 0
    for chosen in inquiry.evidence.chosen:
        run, before = 0, (-2, -2)
        for i, j in chosen.alignment.pairs:
            run = run + 1 if (i - 1, j - 1) == before else 1
            longest, before = max(longest, run), (i, j)
    return longest


def _modal(inquiry: Inquiry) -> float:
    """Whether the claim and the sentence nearest to it differ in may, will, must or not."""
    if not inquiry.evidence.chosen:
        return 0.0
    best = inquiry.evidence.chosen[0]
    matched = {i for c in inquiry.evidence.chosen for i, _ in c.alignment.pairs}
    there = {w.lower for w in best.line.words}
    return float(
        any(
            (w.lower in _MODALS or negates(w)) and w.lower not in there and n not in matched
            for n, w in enumerate(inquiry.words)
        )
    )


def probability(values: Sequence[float], judged: Entailment | None) -> float:
    """The probability, 0 to 1, that the evidence supports the claim."""
    odds = _BIAS + sum(w * v for w, v in zip(_WEIGHTS, values, strict=True))
    if odds >= 0:
        return 1 / (1 + math.exp(-min(odds, 60.0)))
    return math.exp(max(odds, -60.0)) / (1 + math.exp(max(odds, -60.0)))


_WEIGHTS = (1.5, 1.0, 0.5, 1.0, 1.5, 0.5, -1.0, -0.5, -1.0, -0.5, -0.3, -1.5, -0.5, -0.5, -0.5, -1.0, -1.0, -0.5)  # fmt: skip
_BIAS = -2.0


def digest() -> str:
    """The first digits of the weights' sha256."""
    return hashlib.sha256(repr((NAMES, _WEIGHTS, _BIAS)).encode()).hexdigest()[:8]
