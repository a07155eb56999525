"""Scoring the sentences of the passages found: which ones answer the question?

Four things are weighed, none of which is enough alone: nearness in meaning,
the share of the question's telling words in the sentence and around it, and
whether the sentence holds the kind of thing that is asked for. The weights were
set by hand, starting from a logistic regression's, since fitting them to the
sample alone was no better (eval/LOG.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.analyze import language_key, words
from index.archive import Archive
from index.embed import Embedder
from index.passages import sentence_spans
from index.types import Article, Span
from rag.answer_type import AnswerType, answer_type, holds
from rag.retrieve import Query
from rag.types import Hit
from rag.weights import Term, coverage

_PASSAGES = 10  # whose sentences are read
_STOPS = (".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।")
_CLOSERS = "”’»\"')]"
_LONG_ENOUGH = 8  # words of a line without a stop that may still be a sentence
_EMBEDDED = 40  # sentences, the best by words, that are also compared by meaning


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, where it stands, and how well it fits.

    `near` is the cosine similarity to the question, `covered` the share of the
    question's terms in the sentence, `beyond` that share of those terms that
    the title has not, `around` that share in the sentence, the one before and
    the title; `fits` whether it holds the kind of answer asked
    for (None where the question does not say). `score` is their weighted sum
    as a probability, 0 to 1.
    """

    hit: Hit
    article: Article
    span: Span
    text: str
    near: float
    covered: float
    beyond: float
    around: float
    fits: bool | None
    score: float


def candidates(
    archive: Archive,
    embedder: Embedder,
    query: Query,
    terms: tuple[Term, ...],
    hits: Sequence[Hit],
) -> list[Candidate]:
    """The sentences of the best hits, scored, best first."""
    kind = answer_type(query.text)
    found = [
        candidate
        for hit in hits[:_PASSAGES]
        if (article := archive.article(hit.article.id)) is not None
        and article.version == hit.passage.version
        for candidate in _sentences(hit, article, query, terms, kind)
    ]
    found.sort(key=lambda c: -(c.covered + c.around + c.hit.score))
    texts = [candidate.text for candidate in found[:_EMBEDDED]]
    if not texts:
        return []
    near = embedder.embed_passages(texts) @ query.vector
    scored = [_scored(c, float(n)) for c, n in zip(found, near, strict=False)]
    return sorted(scored, key=lambda c: (-c.score, c.hit.rank, c.span.start))


def _sentences(
    hit: Hit, article: Article, query: Query, terms: tuple[Term, ...], kind: AnswerType
) -> list[Candidate]:
    key = language_key(article.language)
    spans = sentence_spans(article, hit.passage.start, hit.passage.end)
    texts = [article.body[span.start : span.end] for span in spans]
    titled = set(words(article.title, key))
    rest = tuple(term for term in terms if term.stem(key) not in titled)
    made = []
    for n, (span, text) in enumerate(zip(spans, texts, strict=True)):
        if not _is_sentence(text):
            continue
        before = texts[n - 1] if n else ""
        context = "\n".join((article.title, hit.passage.heading or "", before, text))
        made.append(
            Candidate(
                hit=hit,
                article=article,
                span=span,
                text=text,
                near=0.0,
                covered=coverage(terms, text, key),
                beyond=coverage(rest, text, key) if rest else coverage(terms, text, key),
                around=coverage(terms, context, key),
                fits=holds(kind, text, query.text),
                score=0.0,
            )
        )
    return made


def _is_sentence(text: str) -> bool:
    """Not the caption, label or line of a table that stands among the sentences."""
    if text.rstrip(_CLOSERS).endswith(_STOPS):
        return True
    return len(text.split()) >= _LONG_ENOUGH and not text.endswith(":")


_WEIGHTS = np.array([5.0, 1.0, 1.0, 2.2, 0.5, -1.2, 5.0])
_BIAS = -8.0


def _scored(candidate: Candidate, near: float) -> Candidate:
    features = np.array(
        [
            near,
            candidate.covered,
            candidate.beyond,
            candidate.around,
            float(candidate.fits is True),
            float(candidate.fits is False),
            candidate.hit.score,
        ]
    )
    score = 1 / (1 + math.exp(-float(_WEIGHTS @ features + _BIAS)))
    return replace(candidate, near=near, score=score)
