"""The residue: telling words of a claim that nothing in its evidence bears out."""

from __future__ import annotations

from rag.checks.inquiry import Inquiry
from rag.verdict import Check, Failure
from rag.wording import Word

_STEM = 4  # letters that two forms of one word share at least
_GAP = 3  # words of form that may stand inside one run
_MOST = 8  # runs that are told


def akin(one: str, other: str) -> bool:
    """Whether two words, in lower case, are of one root: "announce" and "announcement"."""
    short = min(len(one), len(other))
    if short < _STEM:
        return False
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= max(_STEM, 0.7 * short) and shared >= 0.5 * max(len(one), len(other))


def borne(inquiry: Inquiry, word: Word) -> bool:
    """Whether the chosen sentences have a word, or another of its root."""
    if word.stem in inquiry.evidence.there:
        return True
    if word.digits:
        return False
    return any(akin(word.lower, other) for other in inquiry.heads.get(word.lower[:_STEM], ()))


def unborne(inquiry: Inquiry) -> list[Failure]:
    """The runs of telling words that the evidence does not have."""
    missing = [n for n, w in enumerate(inquiry.words) if w.telling and not borne(inquiry, w)]
    runs: list[list[int]] = []
    for n in missing:
        inside = runs and all(not w.telling for w in inquiry.words[runs[-1][-1] + 1 : n])
        if inside and n - runs[-1][-1] <= _GAP:
            runs[-1].append(n)
        else:
            runs.append([n])
    found = []
    for run in runs[:_MOST]:
        start, end = inquiry.words[run[0]].start, inquiry.words[run[-1]].end
        found.append(Failure(Check.WORDS, inquiry.claim.text[start:end], start, end))
    return found
