"""A time of day is one thing, and told whole."""

from __future__ import annotations

from rag.verdict import Check, Claim, Context, Failure
from rag.verify import verifier_for

EVIDENCE = "Firemen were called to the mill in Tey at 11.40pm on Friday."


def failed(text: str, evidence: str = EVIDENCE) -> list[Failure]:
    (verdict,) = verifier_for("rules").verify([Claim(text, (Context(evidence),))])
    return [f for f in verdict.failures if f.check is not Check.WORDS]


def test_another_time_is_opposed_with_the_whole_of_both() -> None:
    (failure,) = failed("Firemen were called to the mill in Tey at 18.40pm on Friday.")
    assert (failure.check, failure.words) == (Check.DATE, "18.40pm")
    assert (failure.found, failure.opposed) == ("11.40pm", True)


def test_the_same_time_written_otherwise_fails_nothing() -> None:
    for time in ("23:40", "11:40 p.m.", "11.40 pm"):
        assert not failed(f"Firemen were called to the mill in Tey at {time} on Friday.")
    assert failed("Firemen were called to the mill in Tey at 11:40 a.m. on Friday.")
