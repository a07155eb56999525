"""Negation: a "not" that only one of the two has, where both say the same otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from rag.checks.inquiry import Inquiry
from rag.evidence import Chosen
from rag.verdict import Check, Failure
from rag.wording import Word

_NOT = frozenset(
    "not never no none nobody nothing neither nor without cannot hardly barely nowhere "
    "değil yok hiç asla не ни нет никогда без".split()
)
_UNDOES = frozenset(
    "fail failed fails failing refuse refused refuses deny denied denies lack lacks lacked lacking "
    "few little ended stopped ceased unless avoid avoided prevent prevented".split()
)
_BACK = 5  # words before a verb that its "not" may stand
_ON = 4  # words on to the first telling word that a "not" denies
_SAME = 0.6  # of a claim's weight that a sentence bears in order: they say the same otherwise
_NOBODY = frozenset("nobody none nothing noone".split())  # a claim that begins so has said most of
_SAME_OF_NOBODY = 0.4  # what it says: less of its weight tells that the rest is the same


def failures(inquiry: Inquiry) -> list[Failure]:
    """Words that the claim denies and its evidence affirms, or the reverse."""
    found: list[Failure] = []
    for chosen in inquiry.evidence.chosen:
        if _aligned(inquiry, chosen) < (_SAME_OF_NOBODY if _of_nobody(inquiry) else _SAME):
            continue
        found += _compare(inquiry, chosen)
        if found:
            break
    return found


def _of_nobody(inquiry: Inquiry) -> bool:
    opening = [word.lower for word in inquiry.words[:2]]
    return opening[:1] != [] and (opening[0] in _NOBODY or opening == ["no", "one"])


def negates(word: Word) -> bool:
    """Whether a word denies what follows it."""
    return word.lower in _NOT or word.lower.endswith("n't")


def _compare(inquiry: Inquiry, chosen: Chosen) -> list[Failure]:
    mine, theirs = inquiry.words, chosen.line.words
    back = {j: i for i, j in chosen.alignment.pairs}
    found = []
    for i, word in enumerate(mine):
        if not negates(word) or _only(mine, i):
            continue
        head = next((k for k in range(i + 1, min(len(mine), i + 1 + _ON)) if mine[k].telling), None)
        partner = chosen.alignment.partner(head) if head is not None else None
        if head is None or partner is None or chosen.alignment.partner(i) is not None:
            continue
        if not _denied(theirs, partner):
            there = inquiry.evidence.contexts[chosen.line.context].text
            begin = theirs[max(0, partner - 2)].start
            shown = there[begin : theirs[partner].end]
            start, end = word.start, mine[head].end
            words = inquiry.claim.text[start:end]
            found.append(Failure(Check.NEGATION, words, start, end, shown, True))
    for j, word in enumerate(theirs):
        if not negates(word) or _only(theirs, j) or j in back:
            continue
        other = next(
            (k for k in range(j + 1, min(len(theirs), j + 1 + _ON)) if theirs[k].telling), None
        )
        if other is None or other not in back:
            continue
        i = back[other]
        if not _denied(mine, i):
            there = inquiry.evidence.contexts[chosen.line.context].text
            shown = there[word.start : theirs[other].end]
            start, end = mine[i].start, mine[i].end
            words = inquiry.claim.text[start:end]
            found.append(Failure(Check.NEGATION, words, start, end, shown, True))
    return found


def _only(words: Sequence[Word], at: int) -> bool:
    """Whether a "not" denies nothing: "not only", "no longer than", "no. 5", "no more than"."""
    following = words[at + 1].lower if at + 1 < len(words) else ""
    if at == 0 and words[at].lower == "no" and following != "one":
        return True  # an answer: "No, the dam held."
    return following in {"only", "just", "merely", "less", "fewer", "doubt", "later"} or (
        words[at].lower == "no" and following[:1].isdigit()
    )


def _denied(words: Sequence[Word], at: int) -> bool:
    """Whether something near a word denies it: "not found any", "found no", "is not found"."""
    near = words[max(0, at - _BACK) : at + _BACK]
    return any(negates(w) or w.lower in _UNDOES or w.lower[:2] == "un" for w in near)


def _aligned(inquiry: Inquiry, chosen: Chosen) -> float:
    """The share of the claim's weight that stands in the sentence, in order."""
    weights = inquiry.evidence.weights
    stems = {inquiry.words[i].stem for i, _ in chosen.alignment.pairs}
    total = inquiry.evidence.total
    return sum(weights.get(stem, 0.0) for stem in stems) / total if total else 0.0
