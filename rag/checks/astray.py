"""Names that the contexts have, but not where the rest of the claim is told.

A claim is told by one sentence above all. A name of the claim belongs there, or
stands shortly before it, in the lead or in the title, or in another sentence
that bears more of the claim than the name. Where news is from, and who
reported it, are no names of its story. What a context names again and again
it is about, and may tell of without its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.checks.inquiry import Inquiry
from rag.evidence import Chosen
from rag.ready import Ready
from rag.wording import Word, words_of

_TELLS = 0.6  # of the weight of the claim's other words: from there a sentence tells it
_BEFORE, _AFTER = 3, 2  # lines around it whose names it may speak of without naming them
_LEAD = 4  # lines of a context that name whom it is about
_SUBJECT = 3  # lines that name what a context is about
_ITEM = 1  # words beside a name in a line that is an item of a list, and may belong anywhere
_MORE = 0.12  # of that weight that another sentence must bear beside the name
_NEAR = 2  # words between a name and the word beside it
# "ADLERBY, 3 May (Meridian Wire) – ", "told Meridian Wire", "(Reporting by Signe Marlow)"
_TOLD = re.compile(r"\b(?:told|tells)\s(?:the\s)?(?:[A-Z]\w{0,20}\s)?$")
_DATELINE = re.compile(r"^[A-Z(][^.!?\n]{0,70}\([^()\n]{2,40}\)\s?[-–—]")
_CREDIT = re.compile(r"^\W*(?:\w+\s)?(?:reporting|writing|editing|reported|edited)\s+by\b", re.I)


@dataclass(frozen=True, slots=True)
class Teller:
    """The sentence that tells most of a claim without a name's words, and how much of it."""

    chosen: Chosen
    stems: frozenset[str]
    share: float


def teller(inquiry: Inquiry, own: frozenset[str]) -> Teller | None:
    """The sentence that tells the claim, the stems `own` of a name apart; None where none does."""
    weights = {s: w for s, w in inquiry.evidence.weights.items() if s not in own}
    total = sum(weights.values())
    best: Teller | None = None
    for chosen in inquiry.evidence.chosen:
        stems = frozenset(w.stem for w in chosen.line.words if w.stem in weights)
        share = sum(weights[s] for s in stems) / total if total else 0.0
        if share >= _TELLS and (best is None or share > best.share):
            best = Teller(chosen, stems, share)
    return best


def astray(inquiry: Inquiry, start: int, end: int, parts: Sequence[str]) -> bool:
    """Whether a name at `[start, end)` of the claim stands only where nothing of it is told."""
    claim = inquiry.claim
    own = frozenset(w.stem for w in inquiry.words if start <= w.start < end)
    told = teller(inquiry, own)
    if told is None or _TOLD.search(claim.text[max(0, start - 12) : start]):
        return False
    line = told.chosen.line
    context = inquiry.evidence.contexts[line.context]
    around = range(max(0, line.number - _BEFORE), line.number + _AFTER + 1)
    for number in (*around, *range(_LEAD)):
        if number < len(context.lines) and stands(context, number, parts):
            return False
    places = {n for part in parts for n in context.by_word(part)}
    if any(len(context.lines[n][2]) <= len(parts) + _ITEM for n in places):
        return False
    if len(places) >= _SUBJECT and sum(stands(context, n, parts) for n in places) >= _SUBJECT:
        return False
    if any(w.lower in parts for w in words_of(claim.contexts[line.context].title)):
        return False
    weights = inquiry.evidence.weights
    rest = sum(w for s, w in weights.items() if s not in own)
    for chosen in inquiry.evidence.chosen:
        there = inquiry.evidence.contexts[chosen.line.context]
        more = {w.stem for w in chosen.line.words if w.stem in weights} - told.stems - own
        if sum(weights[s] for s in more) >= _MORE * rest and stands(
            there, chosen.line.number, parts
        ):
            return False
    return True


def stands(context: Ready, number: int, parts: Sequence[str]) -> bool:
    """Whether a line has a name's words otherwise than as where the news is from."""
    start, end, words = context.lines[number]
    text = context.text[start:end]
    if _CREDIT.match(text):
        return False
    dateline = _DATELINE.match(text)
    after = start + dateline.end() if dateline is not None else start
    for word in words:
        if not any(_same(part, word) for part in parts):
            continue
        before = context.text[max(start, word.start - 30) : word.start]
        if word.start < after and "(" in context.text[start : word.start]:
            continue
        if not _TOLD.search(before):
            return True
    return False


def _same(part: str, word: Word) -> bool:
    """One word, an adjective of it ("Verrania", "Verranian")."""
    if part == word.lower or part in (word.lower + "s", word.lower.removesuffix("s")):
        return True
    shared = min(len(part), len(word.lower), max(4, len(part) - 2))
    return shared >= 4 and part[:shared] == word.lower[:shared]


def beside(words: Sequence[Word], first: int, last: int) -> frozenset[str]:
    """The stems of the telling words next to `[first, last)`."""
    near = [*words[max(0, first - _NEAR) : first], *words[last : last + _NEAR]]
    return frozenset(w.stem for w in near if w.telling and not w.digits)
