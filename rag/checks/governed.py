"""What someone denies or asks is not told: "denied that the warning came late", "whether it did".

A claim that states flatly what its evidence only has after such a word has
lost that word, however well the rest agrees.
"""

from __future__ import annotations

from rag.checks.inquiry import Inquiry
from rag.checks.negation import negates
from rag.evidence import Chosen
from rag.verdict import Check, Failure

_DENIED = frozenset(
    "deny denies denied denying denial dismiss dismisses dismissed dismissing refute refutes "
    "refuted refuting rebut rebutted disprove disproved debunked untrue false falsely baseless "
    "unfounded reject rejects rejected rejecting".split()
)
_OPEN = frozenset("whether if unless unclear allegedly alleged".split())
_NEAR = 7  # words from such a word to what it governs
_WHOLE = 0.75  # of the claim's weight that the sentence must have in order, and all behind the word


def failures(inquiry: Inquiry) -> list[Failure]:
    """The claim's words, where a sentence has them all behind a word that takes them back."""
    own = {word.lower for word in inquiry.words}
    if own & (_DENIED | _OPEN) or any(negates(word) for word in inquiry.words):
        return []
    for chosen in inquiry.evidence.chosen:
        governor = _governor(inquiry, chosen)
        if governor is None:
            continue
        line = chosen.line.words
        first = min(j for i, j in chosen.alignment.pairs if inquiry.words[i].telling)
        text = inquiry.evidence.contexts[chosen.line.context].text
        shown = text[line[governor].start : line[first].end]
        start, end = inquiry.words[0].start, inquiry.words[-1].end
        opposed = line[governor].lower in _DENIED
        words = inquiry.claim.text[start:end]
        return [Failure(Check.NEGATION, words, start, end, shown, opposed)]
    return []


def _governor(inquiry: Inquiry, chosen: Chosen) -> int | None:
    """The word of a sentence that takes back all that the claim has of it; None for none."""
    weights, total = inquiry.evidence.weights, inquiry.evidence.total
    telling = [(i, j) for i, j in chosen.alignment.pairs if inquiry.words[i].telling]
    if not telling or not total:
        return None
    stems = {inquiry.words[i].stem for i, _ in telling}
    if sum(weights.get(stem, 0.0) for stem in stems) < _WHOLE * total:
        return None
    first = min(j for _, j in telling)
    line = chosen.line.words
    return next(
        (
            j
            for j in range(first - 1, max(-1, first - 1 - _NEAR), -1)
            if line[j].lower in _DENIED | _OPEN
        ),
        None,
    )
