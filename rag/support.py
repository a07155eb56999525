"""How likely it is that evidence supports a claim: one logistic regression over a few features.

The features are of three kinds: how much of the claim the evidence has (its
words by rarity, in order, in runs), what is left over (words that nothing
bears out, words that stand where the evidence has others, seams where words of
the evidence were joined that it does not join), and which checks failed; some
products tell a claim that is copied from one that is told anew. A trained
model's judgement is one more. The weights are fitted by
`python -m eval.train.weigh_verifier`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from itertools import pairwise

from rag.checks.inquiry import Inquiry
from rag.checks.negation import negates
from rag.checks.residue import borne
from rag.support_weights import BIAS, BIAS_JUDGED, WEIGHTS, WEIGHTS_JUDGED
from rag.verdict import Check, Entailment, Failure

_MODALS = frozenset("may might could can will would shall should must".split())
_SURE = 8.0  # log-odds of a model: beyond it, it is merely sure of itself
_MANY = 5  # words that nothing bears out: more are no worse
_FEW = 3  # of them, with which a claim is still nearly a copy
_FEATURES = (
    "covered",  # share of the claim, by rarity, that the chosen sentences have
    "aligned",  # that the best of them has, in order
    "anywhere",  # that the contexts have
    "pairs",  # share of its pairs of neighbouring words that the chosen sentences have
    "runs",  # share of its runs of three that the contexts have
    "longest",  # share of it that is one unbroken run
    "missing",  # words that nothing bears out
    "rarest",  # the rarest of them
    "replaced",  # words where the evidence has others
    "modal",  # may, will or not that the evidence has not
    "length",
    "number", "name", "date", "negation", "direction", "quotation",  # checks that failed
    "seams",  # neighbours that the evidence has apart
    "sentences",  # that it takes to bear the claim
    "invented",  # the longest run of words that nothing bears out
    "forms",  # words of form that the evidence has not
)  # fmt: skip
_PRODUCTS = (
    ("covered", "covered"),
    ("pairs", "pairs"),
    ("aligned", "aligned"),
    ("pairs", "covered"),
    ("sentences", "longest"),
    ("sentences", "pairs"),
    ("sentences", "covered"),
    ("seams", "covered"),
    ("longest", "covered"),
    ("missing", "pairs"),
)
_JUDGED = (
    "model",  # its log-odds that the claim is borne out
    "worst word", "second word",  # its log-odds that they are not
    "words",  # the mean probability that a word is not
)  # fmt: skip
NAMES: tuple[str, ...] = (*_FEATURES, *(f"{a} x {b}" for a, b in _PRODUCTS))
NAMES_JUDGED: tuple[str, ...] = (*NAMES, *_JUDGED, "near", *(f"{name} x near" for name in _JUDGED))


def features(inquiry: Inquiry, failures: Sequence[Failure]) -> tuple[float, ...]:
    """The features of `NAMES`, in order, each about 0 to 1."""
    evidence, words = inquiry.evidence, inquiry.words
    weights, total = evidence.weights, evidence.total or 1.0
    there = [borne(inquiry, w) for w in words]
    borne_by = {w.stem: has for w, has in zip(words, there, strict=True) if w.telling}
    best = evidence.chosen[0]
    in_order = {words[i].stem for i, _ in best.alignment.pairs}
    aligned = {words[i].stem for c in evidence.chosen for i, _ in c.alignment.pairs}
    stems = [w.stem for w in words]
    mine = list(pairwise(stems))
    theirs = {p for c in evidence.chosen for p in pairwise(w.stem for w in c.line.words)}
    triples = list(zip(stems, stems[1:], stems[2:], strict=False))
    missing = [s for s, has in borne_by.items() if not has]
    have = evidence.there
    replaced = sum(
        weights[w.stem]
        for w in words
        if w.telling and w.stem not in aligned and _has_place(inquiry, w.start, w.end)
    )
    count = {check: sum(f.check is check for f in failures) for check in Check}
    values = {
        "covered": sum(weights[s] for s, has in borne_by.items() if has) / total,
        "aligned": sum(weights.get(s, 0.0) for s in in_order) / total,
        "anywhere": sum(weights.get(s, 0.0) for s in evidence.anywhere) / total,
        "pairs": sum(p in theirs for p in mine) / max(1, len(mine)),
        "runs": sum(any(t in c.grams for c in evidence.contexts) for t in triples)
        / max(1, len(triples)),
        "longest": _longest(inquiry) / max(1, len(words)),
        "missing": min(1.0, len(missing) / _MANY),
        "rarest": max((weights[s] for s in missing), default=0.0),
        "replaced": min(1.0, replaced / 3),
        "modal": _modal(inquiry),
        "length": min(1.0, math.log1p(len(words)) / 4),
        "number": min(1.0, count[Check.NUMBER] / 2),
        "name": min(1.0, count[Check.NAME] / 2),
        "date": min(1.0, count[Check.DATE] / 2),
        "negation": float(count[Check.NEGATION] > 0),
        "direction": float(count[Check.DIRECTION] > 0),
        "quotation": float(count[Check.QUOTATION] > 0),
        "seams": min(1.0, sum(p not in theirs and {*p} <= have for p in mine) / 5),
        "sentences": _sentences(inquiry) / 3,
        "invented": min(1.0, _invented(inquiry, there) / 4),
        "forms": min(1.0, sum(not w.telling and w.stem not in have for w in words) / 4),
    }
    products = tuple(values[a] * values[b] for a, b in _PRODUCTS)
    return (*(values[name] for name in _FEATURES), *products)


def judgement(values: Sequence[float], judged: Entailment) -> tuple[float, ...]:
    """What a trained model adds: the features of `NAMES_JUDGED` beyond those of `NAMES`.

    It counts for more where a claim is nearly copied, one to three words apart:
    whether those were exchanged for others that mean the same is what it learnt.
    """
    odds = sorted((max(-_SURE, min(_SURE, o)) for _, _, o in judged.words), reverse=True)
    odds = odds or [-_SURE]
    mean = sum(1 / (1 + math.exp(-o)) for o in odds) / len(odds)
    found = (
        max(-_SURE, min(_SURE, judged.supported)) / _SURE,
        odds[0] / _SURE,
        odds[min(1, len(odds) - 1)] / _SURE,
        3 * mean,
    )
    named = dict(zip(NAMES, values, strict=True))
    near = named["pairs"] if 0 < named["missing"] <= _FEW / _MANY else 0.0
    return (*found, near, *(each * near for each in found))


def _sentences(inquiry: Inquiry) -> int:
    """How many of the chosen sentences have a telling word that those before have not."""
    had: set[str] = set()
    count = 0
    for chosen in inquiry.evidence.chosen:
        new = {
            inquiry.words[i].stem for i, _ in chosen.alignment.pairs if inquiry.words[i].telling
        } - had
        count += bool(new)
        had |= {w.stem for w in chosen.line.words}
    return count


def _invented(inquiry: Inquiry, there: Sequence[bool]) -> int:
    """The longest run of telling words that nothing bears out."""
    run = longest = 0
    for word, has in zip(inquiry.words, there, strict=True):
        if word.telling:
            run = 0 if has else run + 1
            longest = max(longest, run)
    return longest


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
    weights, bias = WEIGHTS, BIAS
    if judged is not None:
        values = (*values, *judgement(values, judged))
        weights, bias = WEIGHTS_JUDGED, BIAS_JUDGED
    odds = bias + sum(w * v for w, v in zip(weights, values, strict=True))
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))


def digest() -> str:
    """The first digits of the sha256 of the weights."""
    written = repr((NAMES_JUDGED, WEIGHTS, BIAS, WEIGHTS_JUDGED, BIAS_JUDGED))
    return hashlib.sha256(written.encode()).hexdigest()[:8]
