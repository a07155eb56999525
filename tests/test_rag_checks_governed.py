"""What a sentence only has behind "denied that" or "whether" is not what it tells."""

from __future__ import annotations

import pytest

from rag.verdict import Check, Claim, Context, State
from rag.verify import BuiltIn

TEXT = (
    "Jonas Castellan, the interior minister, denied that the warning had come too late. "
    "The inquiry will ask whether the siren was tested before the flood. "
    "Nine people are known to have died in the flood, and the minister rejected a second inquiry."
)


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("The warning had come too late.", "denied that the warning"),
        ("The siren was tested before the flood.", "whether the siren"),
        ("Nobody died in the flood.", "to have died"),
        ("No one is known to have died in the flood.", "people are known"),
    ],
)
def test_what_was_denied_or_asked_is_not_told(claim: str, found: str) -> None:
    (verdict,) = BuiltIn().verify([Claim(claim, (Context(TEXT),))])
    assert verdict.state is not State.SUPPORTED
    failure = next(f for f in verdict.failures if f.check is Check.NEGATION)
    assert failure.found == found
    assert claim[failure.start : failure.end] == failure.words


@pytest.mark.parametrize(
    "claim",
    [
        "Castellan denied that the warning had come too late.",
        "The interior minister denied that the warning came too late.",
        "The inquiry will ask whether the siren was tested.",
        "Nine people died in the flood.",
        "The minister rejected a second inquiry.",
    ],
)
def test_a_claim_that_keeps_the_word_passes(claim: str) -> None:
    (verdict,) = BuiltIn().verify([Claim(claim, (Context(TEXT),))])
    assert not [f for f in verdict.failures if f.check is Check.NEGATION]
    assert verdict.state is State.SUPPORTED
