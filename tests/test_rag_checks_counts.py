"""A count is borne out by the same count of the same thing."""

from __future__ import annotations

import pytest

from rag.verdict import Check, Claim, Context, Failure, State
from rag.verify import verifier_for


def numbers(text: str, evidence: str) -> list[Failure]:
    (verdict,) = verifier_for("rules").verify([Claim(text, (Context(evidence),))])
    if any(f.check is Check.NUMBER for f in verdict.failures):
        assert verdict.state is not State.SUPPORTED
    return [f for f in verdict.failures if f.check is Check.NUMBER]


QUAY = "Nine people died in the accident at Ossel quay on Monday and 17 are missing."


@pytest.mark.parametrize(
    ("claim", "evidence", "words", "found"),
    [
        ("The accident resulted in the death of 17 people.", QUAY, "17", "Nine"),
        ("Nine people are still missing after the accident at Ossel quay.", QUAY, "Nine", "17"),
        ("The blast left 40 people dead.",
         "The blast in Adlerby killed 12 people and wounded 40 others.", "40", "12"),
        ("Police in Tey arrested 30 people.",
         "Police in Tey detained eight men after the brawl, in which 30 people were hurt.",
         "30", "eight"),
        ("The flood destroyed 60 bridges.",
         "The flood destroyed 14 bridges and 60 barns.", "60", "14"),
    ],
)  # fmt: skip
def test_a_count_of_another_thing_is_opposed_by_the_count_of_this_one(
    claim: str, evidence: str, words: str, found: str
) -> None:
    (failure,) = numbers(claim, evidence)
    assert failure.words == words
    assert found in failure.found
    assert failure.opposed


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The fire at the mill killed 17 people.", "The fire at the mill injured 17 people."),
        ("The mayor said 25 were missing.", "The mayor said that 25 were rescued from the roof."),
    ],
)
def test_a_count_of_another_thing_alone_bears_nothing_out(claim: str, evidence: str) -> None:
    (failure,) = numbers(claim, evidence)
    assert not failure.opposed


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The accident at Ossel claimed nine lives.", QUAY),
        ("Seventeen people were unaccounted for after the accident.", QUAY),
        ("The death toll in Tey reached 17.", "In Tey 17 bodies were found and 30 were injured."),
        ("The crash left 20 people hurt.", "The crash killed three, and 20 had to go to hospital."),
        ("The crash critically injured 17 people.",
         "The crash injured 20 people, 17 of them critically."),
        ("Police held 12 protesters.", "Police arrested 12 people at the rally in Adlerby."),
        ("The storm damaged 60 homes.", "The storm damaged 60 houses and 14 barns."),
        ("Nine miners were killed.", "Nine people were killed in the mine and 12 were hurt."),
        ("Nine miners were killed.", "Nine were killed in the mine, and 12 miners were hurt."),
        ("In the evening 20 were hurt.",
         "Seventeen people were hurt in the morning and 20 in the evening."),
        ("Some 300 people fled the town.", "About 300 were evacuated from the town; two died."),
        ("The firm will cut 400 jobs.", "The firm is to lay off 400 workers and close two mills."),
        ("Nine people lost their lives and 17 remain missing.", QUAY),
    ],
)  # fmt: skip
def test_another_way_to_say_what_is_counted_fails_nothing(claim: str, evidence: str) -> None:
    assert not numbers(claim, evidence)
