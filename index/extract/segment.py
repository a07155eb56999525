"""Which lines of a raw page are the story: a linear model and the best span.

Each line gets a score, the log-odds of being story under a logistic model of
its shape, its company and its surroundings (`_WEIGHTS`). The story is the run
of lines with the largest sum of scores: the maximum-sum contiguous subarray,
found in one pass by Kadane's algorithm (J. Bentley, "Programming pearls:
algorithm design techniques", CACM 27(9), 1984, doi:10.1145/358234.381162).

Company depends on what the story is, so the two are repeated until the span
stays. Three things keep teasers out that share the story's topic:

- a line is measured against the page's own story, not an absolute level: the
  scores are lowered by a part of their median in the story;
- names that the story has nowhere else count against a line, and most when
  the lines before it and the lines after it have them too: teasers come in
  rows, digressions of a story do not;
- sentence embeddings are left out; they find such teasers more alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from index.extract.edges import with_edges, without_loose_end
from index.extract.features import Shape, companies, shape_of
from index.extract.words import Terms, terms_of
from index.products import products

# Fitted by logistic regression on some 500 pages made from the public extraction
# benchmark and the sample archive: the visible lines of their pages, those of
# them that are sentences, and the benchmark's stories between the opening
# paragraphs of other stories. Rounded; the order is that of `_vectors`.
_WEIGHTS = {
    "bias": -5.52,
    "length": -1.94,
    "short": 0.59,
    "ended": 0.74,
    "sentences": 0.29,
    "promotion": -2.45,
    "pointer": -0.94,
    "truncated": -2.38,
    "refers back": 1.43,
    "quote": 0.0,
    "printed twice": -4.01,
    "prose around": 3.0,
    "prose, better side": 0.76,
    "under a headline": -0.72,
    "shared words": 3.86,
    "topical words": 7.16,
    "foreign names": -0.72,
    "shared, better side": 6.56,
    "foreign, better side": -2.97,
    "talk, better side": 0.78,
    "length beside the story's": 1.76,
    "sentences, better side": 3.65,
    "page's sentences": -0.71,
    "page's shared words": 8.82,
    "size of the core": -3.3,
}
_REPEATED = -6.0  # a line that stands on other pages of the site, too
_LEVEL = 0.25  # part of the median score of the story that a line has to reach
_EDGE = 2.0  # gain of a span that leaves no prose over before or after it
_ROUNDS = 6
_AROUND = 3  # lines each way that count as a line's surroundings
_CORE_WORDS = 5
_TELLING = 4
_COHERENCE = -0.5
_COHERENCE_PER_LINE = 0.02
_Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Page:
    shapes: Sequence[Shape]
    terms: Sequence[Terms]
    twice: _Vector
    repeated: _Vector


def segment(lines: Sequence[str], repeated: frozenset[str] = frozenset()) -> range:
    """The places of the story's lines; empty when no run of lines is a story."""
    counts = Counter(lines)
    page = _Page(
        shapes=[shape_of(line) for line in lines],
        terms=terms_of(lines),
        twice=np.array([float(counts[line] > 1) for line in lines]),
        repeated=np.array([float(line in repeated) for line in lines]),
    )
    prose = [i for i, s in enumerate(page.shapes) if s.prose and not page.repeated[i]]
    core = [i for i in prose if not page.twice[i]] or prose
    if not core:
        return range(0)
    story = range(0)
    for _ in range(_ROUNDS):
        scores = _scores(page, core)
        found = best_span(scores, prose[0], prose[-1])
        inner = [
            i for i in found if page.shapes[i].words >= _CORE_WORDS and not page.shapes[i].flagged
        ]
        if found == story or not inner:
            story = found
            break
        story, core = found, inner
    if not story or not _is_one_story(page, core):
        return range(0)
    return without_loose_end(with_edges(story, page.shapes), page.shapes)


def _is_one_story(page: _Page, core: Sequence[int]) -> bool:
    """Whether the lines speak of one thing, or each of another.

    The scores are relative to the page, so a page of nothing but teasers has
    a best span, too. Its lines share few words, name each their own people
    and places, and hardly quote or refer back. Checked on rows of opening
    paragraphs of unrelated stories: nine in ten are refused, and of true
    stories about one in a hundred. Three lines are too few to tell.
    """
    if len(core) < _TELLING:
        return True
    company = companies(page.terms, core)
    lines = [(company[i], page.shapes[i]) for i in core]
    shared = fmean(c.shared for c, _ in lines)
    foreign = fmean(c.foreign * c.names / (c.names + 2) for c, _ in lines)
    talk = fmean(float(s.backward or s.quote) for _, s in lines)
    needed = _COHERENCE + _COHERENCE_PER_LINE * min(len(core), 15)
    return shared - foreign + 0.3 * talk > needed


def best_span(scores: _Vector, first: int, last: int) -> range:
    """The run with the largest sum, preferring one that reaches both ends.

    Kadane's algorithm; a run that takes in `first` or anything before it
    gains `_EDGE`, and so does one that takes in `last`.
    """
    best, running, start = 0.0, 0.0, 0
    found = range(0)
    for place, score in enumerate(scores):
        fresh = _EDGE if place <= first else 0.0
        if place == 0 or running <= fresh:
            running, start = fresh, place
        running += float(score)
        total = running + (_EDGE if place >= last else 0.0)
        # the gain of the edges alone is no story
        if total > best and total > _edges(start, place, first, last):
            best, found = total, range(start, place + 1)
    return found


def _edges(start: int, place: int, first: int, last: int) -> float:
    return (_EDGE if start <= first else 0.0) + (_EDGE if place >= last else 0.0)


def _scores(page: _Page, core: Sequence[int]) -> _Vector:
    weights = np.array(list(_WEIGHTS.values()))
    scores = products(_vectors(page, core), weights) + _REPEATED * page.repeated
    level = float(np.median(scores[list(core)]))
    return np.asarray(scores - max(0.0, _LEVEL * level))


def _vectors(page: _Page, core: Sequence[int]) -> _Vector:
    """One row of features per line, in the order of `_WEIGHTS`."""
    shapes, count = page.shapes, len(page.shapes)
    company = companies(page.terms, core)
    shared = np.array([c.shared for c in company])
    topical = np.array([c.topical for c in company])
    foreign = np.array([c.foreign for c in company])
    # how much there is to go by: few words or names say little
    sure = np.array([c.words / (c.words + 4) for c in company])
    named = np.array([c.names / (c.names + 2) for c in company])
    usual = float(np.median(shared[list(core)]))
    shared = (shared - usual) * sure
    topical = (topical - np.median(topical[list(core)])) * sure
    foreign = (foreign - foreign[list(core)].mean()) * named
    words = np.array([s.words for s in shapes], dtype=np.float64)
    prose = np.array([float(s.prose) for s in shapes])
    back = np.array([float(s.backward and s.ended) for s in shapes])
    quote = np.array([float(s.quote) for s in shapes])
    spoken = np.array([min(3, s.sentences) / 3 for s in shapes])
    counted = (words >= 8).astype(np.float64)
    before, after = _sides(prose, np.ones(count))
    around = (before * _AROUND + after * _AROUND) / (2 * _AROUND)
    columns = [
        np.ones(count),
        np.minimum(words, 40) / 40,
        words < 5,
        [s.ended for s in shapes],
        spoken,
        [s.promotion for s in shapes],
        [s.pointer for s in shapes],
        [s.truncated for s in shapes],
        back,
        quote,
        page.twice,
        around,
        np.maximum(before, after),
        _under_headline(shapes),
        shared,
        topical,
        foreign,
        np.maximum(*_sides(shared, counted)),
        np.minimum(*_sides(foreign, counted)),
        np.maximum(*_sides(np.maximum(back, quote), counted)),
        np.minimum(words / max(1.0, float(np.median(words[list(core)]))), 1.5),
        np.maximum(*_sides(spoken, counted)),
        np.full(count, float(np.median(spoken[list(core)]))),
        np.full(count, usual),
        np.full(count, np.log1p(len(core)) / 4),
    ]
    return np.column_stack([np.asarray(c, dtype=np.float64) for c in columns])


def _under_headline(shapes: Sequence[Shape]) -> list[bool]:
    """Which prose lines stand right below a line that could be a headline."""
    above = [None, *shapes[:-1]]
    return [
        line.prose and up is not None and up.words >= _CORE_WORDS and not up.ended
        for up, line in zip(above, shapes, strict=True)
    ]


def _sides(values: _Vector, weights: _Vector) -> tuple[_Vector, _Vector]:
    """The weighted mean of each line with the lines before it, and after it."""
    return _before(values, weights), _before(values[::-1], weights[::-1])[::-1]


def _before(values: _Vector, weights: _Vector) -> _Vector:
    total = np.concatenate([[0.0], np.cumsum(values * weights)])
    weight = np.concatenate([[0.0], np.cumsum(weights)])
    end = np.arange(1, len(values) + 1)
    start = np.maximum(0, end - 1 - _AROUND)
    spread = weight[end] - weight[start]
    mean: _Vector = np.divide(
        total[end] - total[start], spread, out=np.zeros(len(values)), where=spread > 0
    )
    return mean
