"""Saying that the archive does not know, why, and what comes nearest."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from index.analyze import language_key, words
from index.archive import Archive
from index.types import Article, Coverage, Filters
from rag.cite import story
from rag.select import Candidate
from rag.types import Hit, Refusal, RefusalKind
from rag.understand import in_words
from rag.weights import Term, coverage
from rag.weights import terms as weigh

THRESHOLD = 0.4  # of the probability below which an answer is refused
_NEAREST = 3  # stories offered with a refusal
_NEAR_ENOUGH = 0.25  # cosine; what is farther has nothing to do with the question
_TEASER_SHARE = 0.6  # of the question's weight in a teaser: it is what the question means
_TEASER_LEAD = 0.15  # by which the teaser must cover more of it than the best sentence
OTHER_YEAR_SHARE = 0.6  # of the probability that is left where the year is another
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
TEASED_CONFIDENCE = 0.1  # that is left where only a teaser fits
_SURE = 0.75  # above this probability no teaser is looked for
_TOLD = 0.75  # of a teaser's weight in one story: it is that story, and it is here
_LIKELY = 10  # passages that best match a teaser's words, whose stories are looked into


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the probability of an answer is judged by: the best sentence's case.

    The first three are `Candidate`'s. `story` is the share, by weight, of the
    question's terms that stand in its story, `names` the share of its names
    (capitalised words and numbers; 1 where it has none), `known` the share of
    its terms that stand anywhere in the archive. `fits` is 1, 0, or one half
    where the question does not say what kind of thing it asks for. `dense` and
    `fused` are the passage's scores, `chosen` the sentence's.
    """

    near: float
    covered: float
    around: float
    story: float
    names: float
    fits: float
    dense: float
    fused: float
    known: float
    chosen: float


def evidence(terms: tuple[Term, ...], scored: Sequence[Candidate], hits: Sequence[Hit]) -> Evidence:
    best = scored[0]
    key = language_key(best.article.language)
    there = set(words(f"{best.article.title}\n{best.article.body}\n{_dated(best.article)}", key))
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
        fused=hits[0].score,
        known=sum(term.known for term in terms) / len(terms),
        chosen=best.score,
    )


def _dated(article: Article) -> str:
    """The month and year of publication: a story need not repeat them to be about them."""
    return f"{article.published:%B %Y}" if article.published else ""


def other_year(terms: tuple[Term, ...], best: Candidate) -> bool:
    """Whether the question names a year that neither the story nor its date has."""
    key = language_key(best.article.language)
    there = set(words(f"{best.article.title}\n{best.article.body}\n{_dated(best.article)}", key))
    return any(_YEAR.fullmatch(t.surface) and t.stem(key) not in there for t in terms)


# In the order of Evidence's fields; fitted on answerable and unanswerable
# questions over two archives (eval/LOG.md), before a second passage counted.
_WEIGHTS = (0.47, -0.95, 0.86, 0.56, 0.40, 0.48, 1.04, 0.69, 1.00, 0.43)
_BIAS = -3.54


def probability(case: Evidence) -> float:
    """How likely it is that the archive answers, by a logistic regression; 0 to 1."""
    logit = sum(w * x for w, x in zip(_WEIGHTS, astuple(case), strict=True)) + _BIAS
    return 1 / (1 + math.exp(-logit))


def only_teased(
    archive: Archive, question: str, terms: tuple[Term, ...], case: Evidence, confidence: float
) -> bool:
    """Whether a teaser of a story that is not here fits the question better than any story.

    A teaser shares the words of the question and answers nothing: it is never
    evidence for an answer, but it is evidence that the story is elsewhere. One
    that teases a story of the archive itself says nothing.
    """
    if confidence >= _SURE:
        return False
    least = max(_TEASER_SHARE, case.around + _TEASER_LEAD)
    return any(
        coverage(terms, teaser, key) >= least and not _told(archive, teaser)
        for teaser in archive.teased(question)
        for key in archive.languages
    )


def _told(archive: Archive, teaser: str) -> bool:
    """Whether the story that a teaser announces is one of the archive's."""
    telling = weigh(teaser, archive)
    found = archive.read([hit.key for hit in archive.search_terms(teaser, _LIKELY)])
    stories = {stored.article.id for stored in found.values()}
    return any(
        coverage(telling, f"{story.title}\n{story.body}", language_key(story.language)) >= _TOLD
        for story in map(archive.article, sorted(stories))
        if story is not None
    )


def refuse(
    archive: Archive,
    terms: tuple[Term, ...],
    hits: Sequence[Hit],
    filters: Filters,
    scope: Coverage,
    teased: bool,
) -> Refusal:
    """The kind of refusal that the evidence calls for, with the nearest stories."""
    # By meaning alone: shared words have just been found not to be enough.
    near = sorted(
        (hit for hit in hits if (hit.dense or 0.0) >= _NEAR_ENOUGH),
        key=lambda hit: -(hit.dense or 0.0),
    )
    nearest = tuple({h.article.id: story(h.article) for h in near}.values())[:_NEAREST]
    if archive.passages == 0:
        return Refusal(RefusalKind.EMPTY_ARCHIVE, "There are no articles in this archive yet.", ())
    if scope.articles == 0:
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
    if teased:
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
