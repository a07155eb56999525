"""A verifier without rules or weights: a claim is supported where a context holds it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.verdict import Claim, Ground, State, Verdict


class FakeVerifier:
    """Supported: some context has the claim word for word, or all of them together its halves.

    The halves of a claim are what stands before and after " and ". A claim
    with a question mark is not checkable.
    """

    def __init__(self) -> None:
        self.seen: list[Claim] = []

    @property
    def id(self) -> str:
        return "fake"

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        self.seen += claims
        return [self._one(claim) for claim in claims]

    def _one(self, claim: Claim) -> Verdict:
        if claim.text.endswith("?"):
            return Verdict(State.NOT_CHECKABLE, 0.0)
        halves = claim.text.rstrip(".").split(" and ")
        grounds = []
        for half in halves:
            place = next((n for n, c in enumerate(claim.contexts) if half in c.text), None)
            if place is None:
                return Verdict(State.UNSUPPORTED, 0.1)
            start = claim.contexts[place].text.index(half)
            grounds.append(Ground(place, start, start + len(half), half, 1.0))
        return Verdict(State.SUPPORTED, 0.9, tuple(grounds))
