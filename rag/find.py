"""Searching for one reading of a question: passages, their sentences, and how sure it is.

retrieve ──> rerank (the reader reads) ──> select ──> judge
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.archive import Archive
from index.embed import Embedder
from index.types import Article, Coverage, Filters
from rag import judge
from rag.gather import gather
from rag.reader import Reader
from rag.remember import Remembered
from rag.rerank import MOST, Read, one_question, rerank
from rag.retrieve import query, retrieve
from rag.select import Candidate, candidates
from rag.types import Hit, Question
from rag.weights import Term, terms

_HITS = 20  # passages retrieved for a question
_WIDE_HITS = 60  # for a timeline, which wants the whole of a running story,
_WIDE_READ = 24  # and is worth waiting for


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search for one reading of the question came to.

    `hits` are in the order of reading; `articles` are those of the passages
    read, by id. `confidence` is the probability that the archive answers, as
    judged by the `evidence` (None where no sentence was found).
    `reading` is how long the reader took, in milliseconds.
    """

    question: Question
    terms: tuple[Term, ...]
    hits: Sequence[Hit]
    scored: Sequence[Candidate]
    articles: Mapping[str, Article]
    coverage: Coverage
    confidence: float
    teased: bool = False
    reading: float = 0.0
    evidence: judge.Evidence | None = None


class Finder:
    """Searches one archive. Safe to share between threads.

    `reader` None leaves the order of retrieval, and likeness to choose sentences by.
    """

    def __init__(self, archive: Archive, embedder: Embedder, reader: Reader | None) -> None:
        self._archive = archive
        self._embedder = embedder
        self._sentences = Remembered(embedder)
        self._reader = reader

    def warm(self) -> None:
        """Load the models now."""
        self._embedder.embed_query("warm")
        if self._reader is not None:
            self._reader.read("warm", [])

    def find(
        self,
        question: Question,
        sought: str,
        *,
        also: Sequence[str] = (),
        wide: bool = False,
        given: Filters = Filters(),
    ) -> Finding:
        """Search within the question's filters for `sought`, and for `also` with less weight.

        With `wide`, more is read. `given` are those of its filters that were not read from
        its words: beyond them nothing is looked at, a teaser neither.
        """
        coverage = self._archive.coverage(question.filters)
        telling = terms(sought, self._archive)
        if not coverage.articles or not telling:
            return Finding(question, telling, (), (), {}, coverage, 0.0)
        wanted = query(sought, self._embedder, self._archive, question.filters)
        deep = _WIDE_HITS if wide else _HITS
        hits = gather(self._archive, wanted, also, self._embedder, deep, question.filters)
        started = time.perf_counter()
        most = _WIDE_READ if wide else MOST
        articles = self._articles(hits[:most])
        reads = [Read(hit, (), None) for hit in hits]
        if self._reader is not None:
            reads = rerank(self._reader, sought, hits, articles, most)
        reading = (time.perf_counter() - started) * 1000
        hits = [read.hit for read in reads]
        scored = candidates(self._sentences, wanted, telling, reads, articles)
        confidence, teased, case = 0.0, False, None
        if scored:
            case = judge.evidence(telling, scored, hits, reads)
            confidence = judge.probability(case)
            teased = judge.only_teased(self._archive, sought, telling, scored, confidence, given)
            if teased:
                confidence = min(confidence, judge.TEASED_CONFIDENCE)
        return Finding(
            question, telling, hits, scored, articles, coverage, confidence, teased, reading, case
        )

    def search(self, text: str, count: int, filters: Filters = Filters()) -> tuple[Hit, ...]:
        """The `count` best passages for a text, the first of them in the reader's order.

        Only a question is read for: of a topic no sentence is the answer.
        """
        wanted = query(text, self._embedder, self._archive, filters)
        hits = retrieve(self._archive, wanted, count, filters)
        if self._reader is None or not one_question(text):
            return tuple(hits)
        articles = self._articles(hits[:MOST])
        return tuple(read.hit for read in rerank(self._reader, text, hits, articles))

    def _articles(self, hits: Sequence[Hit]) -> dict[str, Article]:
        """The articles of these passages, but for those that a newer version has replaced."""
        now = self._archive.articles({hit.article.id for hit in hits})
        found = {}
        for hit in hits:
            article = now.get(hit.article.id)
            if article is not None and article.version == hit.passage.version:
                found[article.id] = article
        return found
