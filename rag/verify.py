"""Whether the texts given with a claim bear it out: the verifier that ships, or one by name.

Rules find what can be compared (numbers, dates, names, negation, quotations,
direction), one regression makes a probability of that and of how the claim's
words stand in the evidence, and a small trained model, where there is one,
adds what rules cannot judge. A claim is

- contradicted where a check failed and the evidence has something else in its place;
- supported where the probability reaches the threshold, no check failed and
  the evidence has at least half of its words, by their rarity;
- else unsupported; and not checkable where it claims nothing.

Deterministic: the same claims give the same verdicts, alone or together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag import checks, support
from rag.checks.inquiry import Inquiry
from rag.claims import checkable, plain
from rag.evidence import Evidence, gather
from rag.verbatim import verbatim
from rag.verdict import (
    Check,
    Claim,
    Entailer,
    Entailment,
    Failure,
    Pair,
    State,
    Verdict,
    Verifier,
)

_MODEL = Path(__file__).parent / "models" / "verifier.int8.onnx"
RULES = 2  # counts up when a rule changes what a verdict may be
# Of the probability, from which a claim counts as supported: chosen by the balanced accuracies on
# the two sets whose claims were judged one by one against articles (SummEdits, WiCE).
THRESHOLD = 0.32
_BORNE = 0.5  # of a claim's words, by rarity, that its evidence must have: else it says more
STRICT = 0.66  # for what readers are shown as fact: two to one
_VERBATIM = 0.99  # the probability of a claim that a context has word for word


class BuiltIn:
    """Rules, and a trained model beside them where one is given.

    `threshold` is of the probability, 0 to 1. Raises ModelError from `verify`
    where the model cannot be loaded.
    """

    def __init__(self, entailer: Entailer | None = None, threshold: float = THRESHOLD) -> None:
        self._entailer = entailer
        self._threshold = threshold

    @property
    def id(self) -> str:
        """Rules, weights, model and threshold: the same id gives the same verdicts."""
        model = f"+{self._entailer.id}" if self._entailer else ""
        return f"rules-{RULES}-{support.digest()}{model}@{self._threshold:g}"

    @property
    def threshold(self) -> float:
        """From which probability a claim counts as supported."""
        return self._threshold

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        """One verdict per claim, in order. Raises ModelError."""
        done: dict[int, Verdict] = {}
        open_: list[tuple[int, Inquiry]] = []
        for n, claim in enumerate(claims):
            verdict, inquiry = begin(claim)
            if inquiry is None:
                done[n] = verdict
            else:
                open_.append((n, inquiry))
        judged: Sequence[Entailment | None] = [None] * len(open_)
        if self._entailer is not None and open_:
            judged = self._entailer.entail([Pair(i.evidence.text, i.text) for _, i in open_])
        for (n, inquiry), each in zip(open_, judged, strict=True):
            done[n] = self._decide(inquiry, each)
        return [done[n] for n in range(len(claims))]

    def _decide(self, inquiry: Inquiry, judged: Entailment | None) -> Verdict:
        failed = checks.failures(inquiry)
        marks = support.features(inquiry, failed)
        score = support.probability(marks, judged)
        grounds = inquiry.evidence.grounds()
        if any(f.opposed for f in failed):
            return Verdict(State.CONTRADICTED, score, grounds, failed)
        if score >= self._threshold and marks[0] >= _BORNE and not failed:
            return Verdict(State.SUPPORTED, score, grounds)
        every = sorted((*failed, *_apart(checks.unborne(inquiry), failed)), key=lambda f: f.start)
        return Verdict(State.UNSUPPORTED, score, grounds, tuple(every))


def _apart(words: Sequence[Failure], failed: Sequence[Failure]) -> list[Failure]:
    return [w for w in words if not any(w.start < f.end and f.start < w.end for f in failed)]


def begin(claim: Claim) -> tuple[Verdict, Inquiry | None]:
    """The verdict of a claim that needs no judging, else its inquiry."""
    if not checkable(claim.text, claim.language):
        return Verdict(State.NOT_CHECKABLE, 0.0), None
    nothing = Verdict(State.UNSUPPORTED, 0.0)
    if not any(c.text.strip() for c in claim.contexts):
        return nothing, None
    text = plain(claim.text)
    copied = verbatim(text, claim.contexts)
    if copied is not None:
        return Verdict(State.SUPPORTED, _VERBATIM, (copied,)), None
    evidence: Evidence = gather(claim, text)
    if not evidence.words or not evidence.chosen:
        words = [w for w in evidence.words if w.telling]
        missing: tuple[Failure, ...] = ()
        if words:
            start, end = words[0].start, words[-1].end
            missing = (Failure(Check.WORDS, claim.text[start:end], start, end),)
        return Verdict(State.UNSUPPORTED, 0.0, (), missing), None
    return nothing, Inquiry.of(claim, text, evidence)


def aggregate(claims: Sequence[tuple[str, Verdict]]) -> tuple[State, float]:
    """A whole answer's state and score from its claims' texts and verdicts.

    The score is the mean of its claims' by their length in words: a long claim
    says more than a short one. Claims that are not checkable are left out. One
    contradicted claim makes the answer contradicted, one unsupported makes it
    unsupported; an answer that claims nothing is not checkable, with 0.0.
    """
    told = [(length(text), v) for text, v in claims if v.state is not State.NOT_CHECKABLE]
    if not told:
        return State.NOT_CHECKABLE, 0.0
    states = {v.state for _, v in told}
    worst = next(s for s in (State.CONTRADICTED, State.UNSUPPORTED, State.SUPPORTED) if s in states)
    return worst, sum(n * v.score for n, v in told) / sum(n for n, _ in told)


def length(text: str) -> int:
    """Words, at least one: what a claim weighs among those of an answer."""
    return max(1, len(text.split()))


def verifier_for(name: str | None = None, threshold: float | None = None) -> Verifier:
    """The verifier of a name: None is the shipped one, "rules" it without its model.

    Anything else is a folder or hub id of an NLI or hallucination cross-encoder.
    Raises ModelError where there is no such model.
    """
    if name is None or name == "rules":
        chosen = None if name == "rules" else shipped()
        return BuiltIn(chosen, THRESHOLD if threshold is None else threshold)
    from rag.nli_cross_encoder import CrossEncoderVerifier

    return CrossEncoderVerifier(name, THRESHOLD if threshold is None else threshold)


def shipped() -> Entailer | None:
    """The model that ships, None in a build that ships none."""
    if not _MODEL.is_file():
        return None
    from rag.entail import shipped_entailer

    return shipped_entailer()
