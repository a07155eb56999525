"""Scoring the sentences of the passages found: which ones answer the question?

The reader's judgement (rag/reader.py) is weighed with the share of the
question's telling words in the sentence and around it, whether the sentence
holds the kind of thing that is asked for, and how well its passage was found.
Where there is no reader, or it does not know the language, nearness in meaning
stands in for it; likeness finds the topic and not the answer, so that is worse
(eval/LOG.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.analyze import language_key, words
from index.embed import Embedder
from index.passages import sentence_spans
from index.products import products
from index.types import Article, Span
from rag import corrections
from rag.answer_type import AnswerType, answer_type, holds
from rag.reader import Extract, Reader
from rag.rerank import Read
from rag.retrieve import Query
from rag.stopwords import STOPWORDS
from rag.types import Hit
from rag.weights import Term, coverage, share_in

_STOPS = (".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।")
_CLOSERS = "”’»\"')]"
_LONG_ENOUGH = 8  # words of a line without a stop that may still be a sentence
_EMBEDDED = 40  # sentences, the best by words, that are compared by meaning without a reader


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, where it stands, and how well it fits.

    `near` is the cosine similarity to the question (0 where a reader judged
    instead), `covered` the share of the question's terms in the sentence,
    `beyond` that share of those terms that the title has not, `around` that
    share in the sentence, the one before and the title; `fits` whether it
    holds the kind of answer asked for (None where the question does not say);
    `read` the reader's log-odds that it answers (None where none judged),
    `leads` whether it is the first of its passage. `score` is all of it
    weighed, as a probability, 0 to 1.
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
    read: float | None = None
    leads: bool = False


def candidates(
    embedder: Embedder,
    query: Query,
    terms: tuple[Term, ...],
    reads: Sequence[Read],
    articles: Mapping[str, Article],
) -> list[Candidate]:
    """The sentences of the passages read, scored, best first.

    A correction's note is no part of the story, and answers only a question about it.
    """
    kind = answer_type(query.text)
    found = [
        candidate
        for read in reads
        if read.hit.article.id in articles
        for candidate in _sentences(read, articles[read.hit.article.id], query, terms, kind)
    ]
    judged = [_scored(c) for c in found if c.read is not None]
    unread = sorted(
        (c for c in found if c.read is None), key=lambda c: -(c.covered + c.around + c.hit.score)
    )[:_EMBEDDED]
    if unread and not judged:
        near = products(embedder.embed_passages([c.text for c in unread]), query.vector)
        judged = [_scored(replace(c, near=float(n))) for c, n in zip(unread, near, strict=True)]
    return sorted(judged, key=lambda c: (-c.score, c.hit.rank, c.span.start))


def _sentences(
    read: Read, article: Article, query: Query, terms: tuple[Term, ...], kind: AnswerType
) -> list[Candidate]:
    key = language_key(article.language)
    passage = read.hit.passage
    spans = read.spans or sentence_spans(article, passage.start, passage.end)
    texts = [article.body[span.start : span.end] for span in spans]
    note = None if corrections.asked(query.text) else corrections.correction(article)
    titled = set(words(article.title, key))
    beside = titled.union(words(passage.heading or "", key))
    rest = tuple(term for term in terms if term.stem(key) not in titled)
    made = []
    for n, (span, text) in enumerate(zip(spans, texts, strict=True)):
        if not _is_sentence(text) or (note and note.start <= span.start < note.end):
            continue
        there = set(words(text, key))
        covered = share_in(terms, there, key)
        around = there.union(beside, words(texts[n - 1], key) if n else ())
        made.append(
            Candidate(
                hit=read.hit,
                article=article,
                span=span,
                text=text,
                near=0.0,
                covered=covered,
                beyond=share_in(rest, there, key) if rest else covered,
                around=share_in(terms, around, key),
                fits=holds(kind, text, query.text),
                score=0.0,
                read=read.reading.sentences[n] if read.reading else None,
                leads=not n,
            )
        )
    return made


def _is_sentence(text: str) -> bool:
    """Not the caption, label or line of a table that stands among the sentences."""
    if text.rstrip(_CLOSERS).endswith(_STOPS):
        return True
    return len(text.split()) >= _LONG_ENOUGH and not text.endswith(":")


def rank(
    question: str,
    title: str,
    sentences: Sequence[str],
    *,
    embedder: Embedder,
    reader: Reader | None,
    language: str | None = "en",
) -> list[float]:
    """How well each sentence of one passage answers, 0 to 1, in their order.

    The same marks and weights as in `candidates`, for a passage that was found
    already: every telling word weighs the same, as there is no archive to count in.
    """
    found = marks(question, title, sentences, embedder=embedder, reader=reader, language=language)
    return [probability(each) for each in found]


def marks(
    question: str,
    title: str,
    sentences: Sequence[str],
    *,
    embedder: Embedder,
    reader: Reader | None,
    language: str | None = "en",
) -> list[Marks]:
    """What `rank` weighs."""
    key = language_key(language)
    terms = tuple(
        Term(word, ((key, stem[0]),), 1.0, known=True)
        for word in dict.fromkeys(question.replace("?", " ").split())
        if word.casefold() not in STOPWORDS and (stem := words(word, key))
    )
    titled = set(words(title, key))
    rest = tuple(term for term in terms if term.stem(key) not in titled)
    kind = answer_type(question)
    read: Sequence[float | None] = [None] * len(sentences)
    near: Sequence[float] = [0.0] * len(sentences)
    if reader is not None:
        read = reader.read(question, [Extract(title, tuple(sentences))])[0].sentences
    elif sentences:
        vectors = embedder.embed_passages(list(sentences))
        near = [float(n) for n in products(vectors, embedder.embed_query(question))]
    made = []
    for n, text in enumerate(sentences):
        covered = coverage(terms, text, key)
        around = coverage(terms, "\n".join((title, sentences[n - 1] if n else "", text)), key)
        beyond = coverage(rest, text, key) if rest else covered
        fits = holds(kind, text, question)
        made.append(Marks(read[n], near[n], covered, beyond, around, fits, not n, _FOUND))
    return made


@dataclass(frozen=True, slots=True)
class Marks:
    """What a sentence is judged by: `Candidate`'s marks, and the score of its passage."""

    read: float | None
    near: float
    covered: float
    beyond: float
    around: float
    fits: bool | None
    leads: bool
    found: float

    def values(self) -> tuple[float, ...]:
        """In the order of the weights."""
        return (
            self.near if self.read is None else max(-_LOUD, min(_LOUD, self.read)),
            self.covered,
            self.beyond,
            self.around,
            float(self.fits is True),
            float(self.fits is False),
            float(self.leads),
            self.found,
        )


# Set by hand, starting from a logistic regression's: fitting them was no better (eval/LOG.md).
_ALIKE_WEIGHTS = (5.0, 1.0, 1.0, 2.2, 0.5, -1.2, 0.0, 5.0)
_ALIKE_BIAS = -8.0
_READ_WEIGHTS = (0.34, -0.26, -0.27, 1.03, 0.43, -0.43, 0.22, 2.28)  # by eval/train/weigh.py
_READ_BIAS = -1.84
_FOUND = 0.7  # the score of a passage that was found already
_LOUD = 10.0  # log-odds beyond which a reader is no surer, only louder


def probability(of: Marks) -> float:
    """That a sentence answers, 0 to 1: a logistic regression over its marks."""
    weights, bias = (
        (_ALIKE_WEIGHTS, _ALIKE_BIAS) if of.read is None else (_READ_WEIGHTS, _READ_BIAS)
    )
    logit = sum(w * x for w, x in zip(weights, of.values(), strict=True)) + bias
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def marks_of(c: Candidate) -> Marks:
    """What a candidate is judged by."""
    return Marks(c.read, c.near, c.covered, c.beyond, c.around, c.fits, c.leads, c.hit.score)


def _scored(candidate: Candidate) -> Candidate:
    return replace(candidate, score=probability(marks_of(candidate)))
