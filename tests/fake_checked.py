"""A desk where a language model writes, and a verifier stands between it and the reader."""

from __future__ import annotations

from dataclasses import replace

from rag.types import Answer, Question, Sentence
from rag.verdict import Check, Failure, Ground, State, Verdict
from rag.written import Dropped, Fallback, Written
from tests.fake_desk import AROUND, QUOTES
from tests.fake_remarks import RemarkingDesk

MODEL = "smollm2:1.7b"


def ground(text: str, weight: float = 0.9) -> Ground:
    return Ground(0, 0, len(text), text, weight)


def failure(
    text: str, words: str, check: Check, found: str = "", *, opposed: bool = False
) -> Failure:
    """A check that a sentence failed at `words` in it."""
    start = text.index(words)
    return Failure(check, words, start, start + len(words), found, opposed)


def verdict(state: State, score: float, evidence: str = "", *failures: Failure) -> Verdict:
    return Verdict(state, score, (ground(evidence),) if evidence else (), failures)


KEPT = "The night ferry will run for another three years, the harbour council decided by 11 to 4."
COST = "From July a single crossing costs 4.40."
CHANGED = "The council voted nine to four to keep the night ferry."
ALONE = "The mayor praised the decision."
GREETING = "Here is what the archive has on the ferry."
WORTH = "The contract is worth 3.1 million a year and runs until June 2028."
DOUBLED = "Ticket sales have doubled since the vote."

SAID = (
    Sentence(KEPT, (1,), verdict=verdict(State.SUPPORTED, 0.97, QUOTES[0])),
    Sentence(COST, (2,), verdict=verdict(State.SUPPORTED, 0.94, QUOTES[1])),
)
DOUBTED = (
    Sentence(GREETING, (), verdict=Verdict(State.NOT_CHECKABLE, 0.0)),
    Sentence(
        CHANGED,
        (1,),
        verdict=verdict(
            State.CONTRADICTED,
            0.04,
            QUOTES[0],
            failure(CHANGED, "nine", Check.NUMBER, "11", opposed=True),
        ),
    ),
    Sentence(
        ALONE,
        (1,),
        verdict=verdict(
            State.UNSUPPORTED,
            0.11,
            AROUND[1],
            failure(ALONE, "mayor", Check.WORDS),
            failure(ALONE, "praised", Check.WORDS),
        ),
    ),
    SAID[1],
)
DROPPED = (
    Dropped(
        WORTH,
        verdict(
            State.CONTRADICTED,
            0.03,
            AROUND[2],
            failure(WORTH, "3.1 million", Check.NUMBER, "2.1 million", opposed=True),
        ),
    ),
    Dropped(
        DOUBLED,
        verdict(State.UNSUPPORTED, 0.22, QUOTES[1], failure(DOUBLED, "doubled", Check.DIRECTION)),
    ),
)
BY = Written(
    MODEL,
    DROPPED,
    mended=1,
    again=1,
    invented_ids=2,
    invented_quotations=1,
    prompt_tokens=1204,
    completion_tokens=163,
    cost=0.0004,
)


class CheckedDesk(RemarkingDesk):
    """A model writes what it is asked of a ferry.

    With "doubt" in the question some of it is shown although it is not borne out;
    a `fallback` leaves the archive's own sentences. What asks for no ferry is
    answered as RemarkingDesk does.
    """

    def __init__(self, *, pace: float = 0.0, fallback: Fallback | None = None) -> None:
        super().__init__(pace=pace)
        self.fallback = fallback

    def _answer(self, question: Question) -> Answer:
        if "ferry" not in question.text.lower():
            return super()._answer(question)
        both = replace(question, searched=f"{question.searched} fare")
        answer = replace(super()._answer(both), question=question)
        if self.fallback is not None:
            return replace(answer, written=Written(MODEL, fallback=self.fallback))
        said = DOUBTED if "doubt" in question.text else SAID
        return replace(answer, sentences=said, written=BY)


def checked(question: str = "What of the ferry?", fallback: Fallback | None = None) -> Answer:
    """What the desk answers."""
    return CheckedDesk(fallback=fallback).ask(question)
