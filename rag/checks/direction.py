"""Direction: rose or fell, more or less, before or after, won or lost, and who to whom.

A word of the claim whose opposite stands in its place in a sentence that says
the rest; and two parties that a sentence has the other way round.
"""

from __future__ import annotations

from rag.checks.inquiry import Inquiry
from rag.checks.negation import negates
from rag.checks.opposites import OPPOSITES, opposite
from rag.verdict import Check, Failure
from rag.wording import Word

_PREFIXED = 6  # letters: a shorter word is not looked at for a prefix


def failures(inquiry: Inquiry) -> list[Failure]:
    """Words of the claim that have their opposite in their place."""
    found = []
    mine = {w.lower for w in inquiry.words}
    for n, word in enumerate(inquiry.words):
        if word.digits or (word.lower not in OPPOSITES and len(word.lower) < _PREFIXED):
            continue
        rival = _rival(inquiry, n, word, mine)
        if rival is not None:
            text = inquiry.claim.text[word.start : word.end]
            found.append(Failure(Check.DIRECTION, text, word.start, word.end, rival.text, True))
    return found


def _rival(inquiry: Inquiry, n: int, word: Word, mine: set[str]) -> Word | None:
    for place in inquiry.places(word.start, word.end):
        line = place.chosen.line.words
        if any(w.stem == word.stem for w in line):
            return None  # it is said there too, in another order
        for j in range(place.first, place.last):
            other = line[j]
            if other.lower in mine or not opposite(word.lower, other.lower):
                continue
            denied = any(negates(w) for w in inquiry.words[max(0, n - 3) : n])
            denied_there = any(negates(w) for w in line[max(0, j - 3) : j])
            if denied == denied_there:
                return other
    return None
