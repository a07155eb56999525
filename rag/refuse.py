"""Saying that the archive does not know, why, and what comes nearest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.analyze import language_key, words
from index.archive import Archive
from index.types import Coverage, Filters
from rag.cite import story
from rag.select import Candidate
from rag.types import Hit, Refusal, RefusalKind
from rag.understand import in_words
from rag.weights import Term

THRESHOLD = 0.5  # of the probability below which an answer is refused
_NEAREST = 3  # stories offered with a refusal
_TEASER_SHARE = 0.6  # of the question's weight in a teaser: it is what the question means


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the probability of an answer is judged by. Each is 0 to 1 but for `near`.

    `names` is the share of the question's names (capitalised words and numbers)
    that stand in the story of the best sentence; 1 where it has none.
    """

    near: float
    covered: float
    around: float
    story: float
    names: float
    fits: float
    dense: float


def evidence(terms: tuple[Term, ...], scored: Sequence[Candidate]) -> Evidence:
    """The best sentence's case."""
    best = scored[0]
    key = language_key(best.article.language)
    there = set(words(f"{best.article.title}\n{best.article.body}", key))
    total = sum(term.weight for term in terms) or 1.0
    named = [term for term in terms if term.is_name]
    return Evidence(
        near=best.near,
        covered=best.covered,
        around=best.around,
        story=sum(t.weight for t in terms if t.stem(key) in there) / total,
        names=sum(t.stem(key) in there for t in named) / len(named) if named else 1.0,
        fits=1.0 if best.fits else 0.5 if best.fits is None else 0.0,
        dense=best.hit.dense or 0.0,
    )


_WEIGHTS = np.array([4.0, 1.0, 2.0, 3.0, 2.0, 1.0, 2.0])
_BIAS = -7.5


def probability(case: Evidence) -> float:
    """How likely it is that the archive answers, by a logistic regression; 0 to 1."""
    features = np.array(
        [case.near, case.covered, case.around, case.story, case.names, case.fits, case.dense]
    )
    return 1 / (1 + math.exp(-float(_WEIGHTS @ features + _BIAS)))


def refuse(
    archive: Archive,
    terms: tuple[Term, ...],
    hits: Sequence[Hit],
    filters: Filters,
    coverage: Coverage,
) -> Refusal:
    """The kind of refusal that the evidence calls for, with the nearest stories."""
    nearest = tuple({h.article.id: story(h.article) for h in hits}.values())[:_NEAREST]
    if archive.passages == 0:
        return Refusal(RefusalKind.EMPTY_ARCHIVE, "There are no articles in this archive yet.", ())
    if coverage.articles == 0:
        return Refusal(
            RefusalKind.OUTSIDE_FILTERS,
            f"The archive holds no articles {described(filters)}.",
            (),
        )
    if not terms:
        return Refusal(
            RefusalKind.NOT_UNDERSTOOD,
            "There is no word in this question that could be searched for.",
            (),
        )
    if _teased(archive, terms):
        return Refusal(
            RefusalKind.ONLY_TEASED,
            "The archive does not hold this story. It is only mentioned in passing, in a teaser "
            "beside other articles, and that is not enough to answer from.",
            nearest,
        )
    if filters:
        return Refusal(
            RefusalKind.OUTSIDE_FILTERS,
            f"Nothing in the articles {described(filters)} answers this.",
            nearest,
        )
    return Refusal(RefusalKind.NOT_FOUND, "The archive does not hold an answer to this.", nearest)


def described(filters: Filters) -> str:
    """Such as "published 1 to 30 November 2024, from AnewZ, in World"."""
    parts = []
    if filters.after or filters.before:
        parts.append(f"published {in_words(filters.after, filters.before)}")
    if filters.sources:
        parts.append("from " + " or ".join(filters.sources))
    if filters.sections:
        parts.append("in " + " or ".join(filters.sections))
    return ", ".join(parts) or "searched"


def _teased(archive: Archive, terms: tuple[Term, ...]) -> bool:
    total = sum(term.weight for term in terms)
    telling = sorted(terms, key=lambda term: -term.weight)[:4]
    for text in archive.teased([term.surface for term in telling]):
        for key in archive.languages:
            there = set(words(text, key))
            share = sum(t.weight for t in terms if t.stem(key) in there)
            if share >= _TEASER_SHARE * total:
                return True
    return False
