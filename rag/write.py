"""Choosing the sentences of an answer: verbatim, few, the one that answers first.

A sentence that opens with "He" or "The move" brings the one before it along,
so that it can be understood: before it, or among those after it where it is the
answer to a question that has named him. A second and third sentence are added
only where they fit nearly as well as the first and say something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.analyze import language_key, words
from index.passages import sentence_spans
from index.types import Span
from rag.cite import needs_neighbour
from rag.select import Candidate

MOST_SENTENCES = 4
_NEARLY = 0.75  # of the best sentence's score
_SAME = 0.6  # of the shorter sentence's words in common: it says nothing new
_LONGEST = 700  # code points of an answer, beyond which no further sentence is added


def compose(scored: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """One to four candidates as `arrange` orders them, the best first; () for none.

    Only the sentence that the best one leans on may stand before it.
    """
    if not scored:
        return ()
    best = scored[0]
    chosen = [best]
    for candidate in scored[1:]:
        if len(chosen) >= MOST_SENTENCES - 1 or candidate.score < _NEARLY * best.score:
            break
        length = sum(len(c.text) for c in chosen) + len(candidate.text)
        if length <= _LONGEST and not any(_alike(candidate, other) for other in chosen):
            chosen.append(candidate)
    first, others = [best], chosen[1:]
    for candidate in arrange(first, others):
        if len(first) + len(others) >= MOST_SENTENCES:
            break
        lead = _lead(candidate)
        if lead is None or _place(lead) in map(_place, (*first, *others)):
            continue
        # The question says already who "he" is, where the sentence holds what was asked for.
        if candidate is best and best.fits is not True:
            first.insert(0, lead)
        else:
            others.append(lead)
    return arrange(first, others)


def arrange(first: Sequence[Candidate], others: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The sentences of an answer in reading order: `first` as they come, then story by story.

    The others of a story stand together and in its order; the story that comes
    first goes on first, then each as its best sentence ranks among `others`.
    """
    order = {c.article.id: n for n, c in reversed(list(enumerate((*first, *others))))}
    return (*first, *sorted(others, key=lambda c: (order[c.article.id], c.span.start)))


def _place(candidate: Candidate) -> tuple[str, int]:
    return candidate.article.id, candidate.span.start


def _lead(candidate: Candidate) -> Candidate | None:
    """The sentence that this one leans on: the one before it, in the same paragraph."""
    body, span = candidate.article.body, candidate.span
    if not needs_neighbour(body, span):
        return None
    paragraph = body.rfind("\n", 0, span.start) + 1
    before = [s for s in sentence_spans(candidate.article, paragraph, span.start) if s != span]
    if not before:
        paragraph = body.rfind("\n", 0, max(0, paragraph - 2)) + 1
        before = sentence_spans(candidate.article, paragraph, span.start)
    if not before:
        return None
    lead: Span = before[-1]
    return replace(candidate, span=lead, text=body[lead.start : lead.end])


def _alike(first: Candidate, second: Candidate) -> bool:
    left = set(words(first.text, language_key(first.article.language)))
    right = set(words(second.text, language_key(second.article.language)))
    shorter = min(len(left), len(right))
    return bool(shorter) and len(left & right) >= _SAME * shorter
