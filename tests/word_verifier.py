"""A verifier that knows only whether a claim's words stand in a context, and counts its claims."""

from __future__ import annotations

from collections.abc import Sequence

from rag.verdict import Check, Claim, Failure, Ground, State, Verdict


class WordVerifier:
    """Supported is what has all its words in one context; "never" contradicts whatever there is.

    `company`, where set, moves each score by how many claims are verified
    together, as a quantised model does. A claim with `poison` in it raises.
    """

    def __init__(self, *, name: str = "words", company: bool = False, poison: str = "\0") -> None:
        self.name = name
        self.company = company
        self.poison = poison
        self.claims = 0

    @property
    def id(self) -> str:
        return self.name

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        if any(self.poison in claim.text for claim in claims):
            raise ZeroDivisionError("a rule stumbled")
        self.claims += len(claims)
        moved = len(claims) / 1000 if self.company else 0.0
        return [self._verdict(claim, moved) for claim in claims]

    def _verdict(self, claim: Claim, moved: float) -> Verdict:
        words = _words(claim.text)
        shares = [len(words & _words(each.text)) / len(words) for each in claim.contexts]
        best = max(shares, default=0.0)
        grounds: tuple[Ground, ...] = ()
        if best > 0:
            number = shares.index(best)
            text = claim.contexts[number].text
            grounds = (Ground(number, 0, len(text), text, best),)
        if "never" in words:
            start = claim.text.index("never")
            failure = Failure(Check.NEGATION, "never", start, start + 5, "always", opposed=True)
            return Verdict(State.CONTRADICTED, best / 2 + moved, grounds, (failure,))
        state = State.SUPPORTED if best == 1 else State.UNSUPPORTED
        return Verdict(state, best / 2 + moved, grounds)


def _words(text: str) -> set[str]:
    return set(text.casefold().replace(".", " ").split())
