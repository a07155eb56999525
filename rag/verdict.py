"""What a verifier says of a claim, and what it is asked: the types that cross its border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """Whether the evidence bears a claim out."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"  # the evidence says otherwise
    UNSUPPORTED = "unsupported"  # the evidence does not say so
    NOT_CHECKABLE = "not_checkable"  # it claims nothing: a question, a greeting, "I do not know"


class Check(StrEnum):
    """What is compared by rule, so that a verdict can be read."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    QUOTATION = "quotation"
    DIRECTION = "direction"  # rose or fell, more or less, before or after
    WORDS = "words"  # words that nothing in the evidence bears out


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that a claim failed: `claim[start:end] == words`.

    `found` is what the evidence has in its place ("nine"), "" where it has
    nothing of the kind. `opposed` is True where the two cannot both be right,
    False where the evidence is merely silent.
    """

    check: Check
    words: str
    start: int
    end: int
    found: str = ""
    opposed: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """A text that a claim may rest on: a passage, or a whole article.

    `published` is the day that its "on Tuesday" counts from; `title` is read
    with it but is no evidence of its own.
    """

    text: str
    title: str = ""
    published: date | None = None
    language: str | None = "en"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to be verified, and the texts that it may rest on, best first.

    `day` is the day that the claim's own "last week" counts from.
    """

    text: str
    contexts: tuple[Context, ...]
    day: date | None = None
    language: str | None = "en"


@dataclass(frozen=True, slots=True)
class Ground:
    """A sentence that a claim leans on: `contexts[context].text[start:end] == text`.

    `weight` is how much of the claim it bears, 0 to 1.
    """

    context: int
    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verifier's judgement of one claim.

    `score` is the calibrated probability, 0 to 1, that the evidence supports
    the claim; it is never NaN, and 0.0 for a claim that is not checkable (which
    measures leave out, and count). `grounds` are the best evidence sentences,
    best first; empty where there are none. `failures` say why it is not
    supported, in the claim's order.
    """

    state: State
    score: float
    grounds: tuple[Ground, ...] = ()
    failures: tuple[Failure, ...] = ()


class Verifier(Protocol):
    """Judges claims by the texts given with them, and by nothing else."""

    @property
    def id(self) -> str:
        """Names rules, weights and threshold: the same id gives the same verdicts."""

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        """One verdict per claim, in order. Raises ModelError."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What an entailment model reads: a few sentences of evidence, and the claim."""

    evidence: str
    claim: str


@dataclass(frozen=True, slots=True)
class Entailment:
    """What it makes of them.

    `supported` is the log-odds that the evidence supports the whole claim.
    `words` are (start, end, log-odds that this word is not borne out), by the
    claim's offsets, in order; empty for a model that does not say.
    """

    supported: float
    words: tuple[tuple[int, int, float], ...] = ()


class Entailer(Protocol):
    """A trained model that judges what rules cannot."""

    @property
    def id(self) -> str:
        """Names the weights."""

    def entail(self, pairs: Sequence[Pair]) -> list[Entailment]:
        """One judgement per pair, in order. Raises ModelError."""
