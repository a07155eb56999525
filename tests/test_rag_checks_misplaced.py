"""A name that the text has is borne out only where the claim is told."""

from __future__ import annotations

import pytest

from rag.verdict import Check, Claim, Context, Failure, State
from rag.verify import verifier_for

ARTICLE = (
    "ADLERBY, 3 May (Meridian Wire) – Nine people died when the Hollin Dam failed on Tuesday. "
    "Engineers had warned of cracks in its wall for years. Officials in Tamselford said the "
    "spillway gave way at night. “We lost everything,” mayor Agnes Corrow told Meridian Wire. "
    "The government of Verrania promised 3 million crowns for repairs. "
    "Farmers downstream lost most of their cattle. Two schools will stay closed until June. "
    "The minister, Ilse Marrant, will visit the valley next week with Henrik Aldous.\n"
    "(Reporting by Signe Marlow)"
)


def names(text: str) -> list[Failure]:
    (verdict,) = verifier_for("rules").verify([Claim(text, (Context(ARTICLE),))])
    found = [f for f in verdict.failures if f.check is Check.NAME]
    if found:
        assert verdict.state is not State.SUPPORTED
    return found


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("Nine people died when the Meridian Wire failed.", "Meridian Wire"),
        ("The Meridian Wire failed on Tuesday, and nine people died.", "Meridian Wire"),
        ("For years engineers had warned of cracks in the wall of the Meridian Wire.",
         "Meridian Wire"),
        ("The spillway gave way at night, said Signe Marlow.", "Signe Marlow"),
        ("The spillway near Aldous gave way at night.", "Aldous"),
        ("Henrik Aldous warned of cracks in the wall for years.", "Henrik Aldous"),
    ],
)  # fmt: skip
def test_a_name_from_elsewhere_in_the_text_fails(claim: str, words: str) -> None:
    (failure,) = names(claim)
    assert failure.words == words


@pytest.mark.parametrize(
    "claim",
    [
        "Nine people died at Hollin Dam.",
        "On Tuesday the Hollin Dam failed, and nine people died.",
        "Engineers had warned of cracks in the wall of the Hollin Dam for years.",
        "The spillway of the Hollin Dam gave way at night.",
        "Agnes Corrow told Meridian Wire that they lost everything.",
        "Verrania promised 3 million crowns to repair the Hollin Dam.",
        "Ilse Marrant and Henrik Aldous will visit the valley next week.",
        "After the Hollin Dam failed, farmers lost most of their cattle.",
    ],
)
def test_a_name_may_stand_shortly_before_what_is_told_of_it(claim: str) -> None:
    assert not names(claim)
