"""A language model as a verifier, for who prefers one: slower, and never alone.

It has to copy the words that bear a claim out, and they have to stand in the
evidence; an answer that is no such JSON, or none at all, leaves the verdict to
the built-in verifier, and is counted. So is one that says yes to a claim whose
numbers, dates or names the built-in verifier finds contradicted: a rule that
sees another number there is surer than any model.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from rag.llm import prompt
from rag.llm.types import LanguageModel, LanguageModelFailed
from rag.verdict import Claim, Ground, State, Verdict, Verifier

log = logging.getLogger(__name__)

_YES, _NO = 0.9, 0.1  # the probability given to a plain yes and no: a model has no calibrated one
_LONGEST = 4_000  # code points of an answer that are read
_FEWEST = 3  # words of a quote: fewer stand anywhere
_OBJECT = re.compile(r"\{[^{}]*\}")


class Judge:
    """A `Verifier` that asks a language model, one claim at a time.

    `builtin` finds the grounds, keeps the rules and stands in; `stood_in`
    counts how often it did. Safe to share between threads.
    """

    def __init__(self, llm: LanguageModel, builtin: Verifier) -> None:
        self._llm = llm
        self._builtin = builtin
        self._lock = threading.Lock()
        self._stood_in = 0

    @property
    def id(self) -> str:
        """The model's name and the built-in verifier's id. A hosted model may change under it."""
        return f"llm:{self._llm.name}+{self._builtin.id}"

    @property
    def stood_in(self) -> int:
        return self._stood_in

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        """One verdict per claim, in order. Raises ModelError."""
        own = self._builtin.verify(claims)
        return [self._judge(claim, verdict) for claim, verdict in zip(claims, own, strict=True)]

    def _judge(self, claim: Claim, own: Verdict) -> Verdict:
        if own.state is State.NOT_CHECKABLE or not claim.contexts:
            return own
        if any(failure.opposed for failure in own.failures):
            return own
        said = self._asked(claim)
        if said is None:
            with self._lock:
                self._stood_in += 1
            return own
        supported, ground = said
        if not supported:
            return Verdict(State.UNSUPPORTED, _NO, own.grounds, own.failures)
        assert ground is not None
        grounds = (ground, *(g for g in own.grounds if not _touch(g, ground)))
        return replace(own, state=State.SUPPORTED, score=_YES, grounds=grounds, failures=())

    def _asked(self, claim: Claim) -> tuple[bool, Ground | None] | None:
        """Yes with its ground, or no; None where the answer cannot be used."""
        messages = prompt.judgement(claim.text, claim.contexts)
        text = ""
        try:
            stream = self._llm.write(messages, most=prompt.JUDGE_TOKENS, within=self._llm.seconds)
            with closing(stream):
                for part in stream:
                    if isinstance(part, str):
                        text = (text + part)[:_LONGEST]
        except LanguageModelFailed as error:
            log.debug("the judge did not answer: %s", error.why.value)
            return None
        supported, quote = _read(text)
        if supported is None:
            return None
        if not supported:
            return False, None
        ground = find(quote, claim)
        return None if ground is None else (True, ground)


def _read(text: str) -> tuple[bool | None, str]:
    """The judgement and the quote; None where it is not the JSON that was asked for."""
    for match in _OBJECT.finditer(text):
        try:
            value = json.loads(match.group())
        except (ValueError, RecursionError):
            continue
        said, quote = value.get("supported"), value.get("quote")
        if isinstance(said, bool):
            said = "yes" if said else "no"
        if isinstance(said, str) and said.strip().casefold() in {"yes", "no"}:
            return said.strip().casefold() == "yes", quote if isinstance(quote, str) else ""
    return None, ""


def find(quote: str, claim: Claim) -> Ground | None:
    """Where a quote stands in a claim's contexts, word for word but for white space and marks."""
    words = quote.strip(" \"'“”‘’.…").split()
    if len(words) < _FEWEST:
        return None
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    for n, context in enumerate(claim.contexts):
        match = pattern.search(context.text)
        if match is not None:
            return Ground(n, match.start(), match.end(), match.group(), 1.0)
    return None


def _touch(one: Ground, other: Ground) -> bool:
    return one.context == other.context and one.start < other.end and other.start < one.end
