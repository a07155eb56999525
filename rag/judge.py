"""How likely it is that the archive holds an answer: one probability, and what it rests on."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from index.analyze import language_key, words
from index.archive import Archive
from index.types import Article, Filters
from rag.rerank import Read
from rag.select import Candidate
from rag.types import Hit
from rag.weights import Term, coverage
from rag.weights import terms as weigh

_TEASER_SHARE = 0.6  # of the question's weight in a teaser: it is what the question means
_TEASER_LEAD = 0.15  # by which the teaser must cover more of it than the best sentence
_LOUD = 8.0  # log-odds
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
TEASED_CONFIDENCE = 0.1  # that is left where only a teaser fits
_SURE = 0.75  # above this probability no teaser is looked for
_BEST = 5  # sentences that a teaser is held against
_TOLD = 0.75  # of a teaser's weight in one story: it is that story, and it is here
_LIKELY = 10  # passages that best match a teaser's words, whose stories are looked into


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the probability of an answer is judged by: the best sentence's case.

    `answerable` is the greatest of the reader's log-odds that a passage holds
    the answer, `read` the best sentence's (each None where no reader read).
    `near`, `covered` and `around` are `Candidate`'s. `story` is the share, by
    weight, of the question's terms that stand in its story, `names` the share
    of its names (capitalised words and numbers; 1 where it has none), `known`
    the share of its terms that stand anywhere in the archive. `fits` is 1, 0,
    or one half where the question does not say what kind of thing it asks for.
    `dense` and `fused` are the passage's scores. `other_year` is 1 where the
    question names a year that neither the story nor its date has, `strange` where
    it names something that stands nowhere in the archive.
    """

    answerable: float | None
    read: float | None
    near: float
    covered: float
    around: float
    story: float
    names: float
    fits: float
    dense: float
    fused: float
    known: float
    other_year: float
    strange: float


def evidence(
    terms: tuple[Term, ...],
    scored: Sequence[Candidate],
    hits: Sequence[Hit],
    reads: Sequence[Read],
) -> Evidence:
    best = scored[0]
    key = language_key(best.article.language)
    there = set(words(f"{best.article.title}\n{best.article.body}\n{_dated(best.article)}", key))
    total = sum(term.weight for term in terms) or 1.0
    named = [term for term in terms if term.is_name]
    readings = [read.reading.answerable for read in reads if read.reading is not None]
    years = [t for t in terms if _YEAR.fullmatch(t.surface) and t.stem(key) not in there]
    return Evidence(
        answerable=_clipped(max(readings)) if readings and best.read is not None else None,
        read=None if best.read is None else _clipped(best.read),
        near=best.near,
        covered=best.covered,
        around=best.around,
        story=sum(t.weight for t in terms if t.stem(key) in there) / total,
        names=sum(t.stem(key) in there for t in named) / len(named) if named else 1.0,
        fits=1.0 if best.fits else 0.5 if best.fits is None else 0.0,
        dense=best.hit.dense or 0.0,
        fused=max(hit.score for hit in hits),
        known=sum(term.known for term in terms) / len(terms),
        other_year=float(bool(years)),
        strange=float(any(not term.known and term.surface.isalpha() for term in named)),
    )


def _clipped(log_odds: float) -> float:
    """Beyond this a reader is no surer, only louder."""
    return max(-_LOUD, min(_LOUD, log_odds))


def _dated(article: Article) -> str:
    """The month and year of publication: a story need not repeat them to be about them."""
    return f"{article.published:%B %Y}" if article.published else ""


# Without a reader, in the order of Evidence's fields from `near` to `known`; fitted on
# answerable and unanswerable questions over two archives (eval/LOG.md).
_ALIKE_WEIGHTS = (0.47, -0.95, 0.86, 0.56, 0.40, 0.48, 1.04, 0.69, 1.00)
_ALIKE_BIAS = -3.3
# With one, by eval/train/weigh.py: more marks than these fit better and tell less.
_READ_WEIGHTS = (-0.01, 0.23, 1.48, 0.73)
_READ_BIAS = -0.78
_OTHER_YEAR_SHARE = 0.6  # of the probability that is left where the year is another,
_STRANGE_SHARE = 0.75  # and where a name is nowhere; it may be misspelt


def probability(case: Evidence) -> float:
    """How likely it is that the archive answers, by a logistic regression; 0 to 1."""
    read = marks(case)
    if read is not None:
        logit = _READ_BIAS + sum(w * x for w, x in zip(_READ_WEIGHTS, read, strict=True))
    else:
        alike = astuple(case)[2:-2]
        logit = _ALIKE_BIAS + sum(w * x for w, x in zip(_ALIKE_WEIGHTS, alike, strict=True))
    share = _OTHER_YEAR_SHARE if case.other_year else 1.0
    share *= _STRANGE_SHARE if case.strange else 1.0
    return share / (1 + math.exp(-logit))


def marks(case: Evidence) -> tuple[float, ...] | None:
    """What is weighed where a reader read; None where none did."""
    if case.answerable is None or case.read is None:
        return None
    return case.answerable, case.read, case.dense, case.known


def only_teased(
    archive: Archive,
    question: str,
    terms: tuple[Term, ...],
    scored: Sequence[Candidate],
    confidence: float,
    filters: Filters = Filters(),
) -> bool:
    """Whether a teaser of a story that is not here fits the question better than any story.

    A teaser shares the words of the question and answers nothing: it is never
    evidence for an answer, but it is evidence that the story is elsewhere. One
    that teases a story of the archive itself says nothing. Both are looked for
    within `filters`.
    """
    if confidence >= _SURE:
        return False
    around = max((candidate.around for candidate in scored[:_BEST]), default=0.0)
    least = max(_TEASER_SHARE, around + _TEASER_LEAD)
    return any(
        coverage(terms, teaser, key) >= least and not _told(archive, teaser, filters)
        for teaser in archive.teased(question, filters=filters)
        for key in archive.languages
    )


def _told(archive: Archive, teaser: str, filters: Filters) -> bool:
    """Whether the story that a teaser announces is one of the archive's."""
    telling = weigh(teaser, archive)
    found = archive.read([hit.key for hit in archive.search_terms(teaser, _LIKELY, filters)])
    stories = {stored.article.id for stored in found.values()}
    return any(
        coverage(telling, f"{story.title}\n{story.body}", language_key(story.language)) >= _TOLD
        for story in archive.articles(stories).values()
    )
