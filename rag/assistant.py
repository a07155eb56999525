"""The assistant: a question in, a cited answer or a typed refusal out.

understand ──> retrieve ──> select ──> write ──> cite
                               └─────> refuse
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Self

from index.archive import Archive
from index.derived import Progress
from index.embed import Embedder, SentenceTransformerEmbedder
from index.types import Coverage, Facets, Filters, Stats
from rag import examples, refuse, source
from rag.cite import cite
from rag.remember import Remembered
from rag.retrieve import Query, retrieve
from rag.select import Candidate, candidates
from rag.types import (
    Answer,
    Citation,
    Hit,
    Question,
    Refusal,
    Sentence,
    SourceView,
    Timings,
    Turn,
)
from rag.understand import understand
from rag.weights import Term, terms
from rag.write import compose

_HITS = 20  # passages retrieved for a question


@dataclass(frozen=True, slots=True)
class _Finding:
    """What a search for one reading of the question came to."""

    question: Question
    terms: tuple[Term, ...]
    hits: list[Hit]
    scored: list[Candidate]
    coverage: Coverage
    confidence: float
    teased: bool


class Assistant:
    """Answers questions over one archive. Safe to share between threads.

    Build it with `Assistant.open`; close it when done, or use it as a context
    manager. `today` fixes the day that "last week" counts from; by default it
    is the day of each question. `threshold` is the probability below which a
    question is refused: higher refuses more and errs less.
    """

    def __init__(
        self,
        archive: Archive,
        embedder: Embedder,
        *,
        today: date | None = None,
        threshold: float = refuse.THRESHOLD,
    ) -> None:
        self.archive = archive
        self._embedder = embedder
        self._sentences = Remembered(embedder)
        self._today = today
        self._threshold = threshold
        # how many were wanted, those drawn, and those of them that are answered
        self._examples: tuple[int, tuple[str, ...], tuple[str, ...]] | None = None

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        model: str | None = None,
        query_prefix: str | None = None,
        passage_prefix: str | None = None,
        today: date | None = None,
        threshold: float = refuse.THRESHOLD,
        reader: str | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Open an archive with the embedding model it was made with.

        `model` and the prefixes are only needed to insist on one. Raises
        ArchiveMissing, ArchiveTooNew, ArchiveDamaged, ModelError, and
        EmbedderMismatch where the model's weights are not the archive's.
        """
        archive = Archive(Path(path), progress=progress)
        made_with = archive.identity
        embedder = SentenceTransformerEmbedder(
            model or made_with.id,
            query_prefix=made_with.query_prefix if query_prefix is None else query_prefix,
            passage_prefix=made_with.passage_prefix if passage_prefix is None else passage_prefix,
        )
        try:
            archive.require(embedder.identity)
        except Exception:
            archive.close()
            raise
        return cls(archive, embedder, today=today, threshold=threshold)

    def close(self) -> None:
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Load the model and find the examples now, so that the first reader does not wait."""
        self._embedder.embed_query("warm")
        self.examples()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Answer:
        """Answer a question. Raises QuestionError for an empty or overlong one.

        With `infer` off, no date, outlet or earlier turn is read into it.
        """
        for event in self.stream(question, history=history, filters=filters, infer=infer):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Sentence | Answer]:
        """The question as understood, then each sentence, at last the whole answer."""
        started = time.perf_counter()
        understood = understand(
            question,
            history=history,
            filters=filters,
            facets=self.archive.facets(),
            today=self._today or datetime.now(UTC).astimezone().date(),
            infer=infer,
        )
        yield understood.question
        read = time.perf_counter()
        finding = self._find(understood.question, understood.sought)
        if understood.inferred and finding.confidence < self._threshold:
            finding = self._without_inferred(finding, filters)
        found = time.perf_counter()
        answered = finding.confidence >= self._threshold
        chosen = compose(finding.scored) if answered else ()
        citations = cite(self.archive, chosen)
        sentences = tuple(Sentence(c.quote, (c.number,)) for c in citations)
        refusal: Refusal | None = None
        if not chosen:
            refusal = refuse.refuse(
                self.archive,
                finding.terms,
                finding.hits,
                finding.question.filters,
                finding.coverage,
                finding.teased,
            )
        yield from sentences
        done = time.perf_counter()
        dates = [c.story.published.date() for c in citations if c.story.published]
        yield Answer(
            id=uuid.uuid4().hex,
            question=finding.question,
            sentences=sentences,
            citations=citations,
            refusal=refusal,
            as_of=datetime.now(UTC),
            newest=max(dates, default=None),
            searched=finding.coverage.articles,
            first=finding.coverage.first,
            last=finding.coverage.last,
            confidence=finding.confidence,
            timings=Timings(
                understand=(read - started) * 1000,
                retrieve=(found - read) * 1000,
                write=(done - found) * 1000,
                total=(done - started) * 1000,
            ),
        )

    def source(self, citation: Citation) -> SourceView:
        """A citation opened at its quote, between the paragraphs around it.

        Raises QuestionError where the article has been unpublished since.
        """
        return source.view(self.archive, citation)

    def examples(self, n: int = 4) -> tuple[str, ...]:
        """Questions that this assistant answers, drawn from the archive's newest stories."""
        drawn = examples.draw(self.archive, 3 * n)
        if self._examples is None or self._examples[:2] != (n, drawn):
            answered = (question for question in drawn if self._answers(question))
            self._examples = (n, drawn, tuple(islice(answered, n)))
        return self._examples[2]

    def _answers(self, example: str) -> bool:
        answer = self.ask(example, infer=False)
        return answer.refusal is None and (examples.about_whom(example) or "") in answer.text

    def facets(self) -> Facets:
        """What the filters can be set to."""
        return self.archive.facets()

    def stats(self) -> Stats:
        return self.archive.stats()

    def feedback(self, answer: Answer, *, helpful: bool, reason: str = "") -> None:
        """Keep a reader's verdict in the archive. Raises ArchiveReadOnly where it cannot."""
        self.archive.add_feedback(
            answer_id=answer.id,
            question=answer.question.text,
            answer=answer.text,
            confidence=answer.confidence,
            helpful=helpful,
            reason=reason[:2_000],
        )

    def _find(self, question: Question, sought: str) -> _Finding:
        coverage = self.archive.coverage(question.filters)
        telling = terms(sought, self.archive)
        hits: list[Hit] = []
        scored: list[Candidate] = []
        if coverage.articles and telling:
            query = Query(sought, self._embedder.embed_query(sought))
            hits = retrieve(self.archive, query, _HITS, question.filters)
            scored = candidates(self.archive, self._sentences, query, telling, hits)
        confidence, teased = 0.0, False
        if scored:
            case = refuse.evidence(telling, scored, hits)
            confidence = refuse.probability(case)
            if refuse.other_year(telling, scored[0]):
                confidence *= refuse.OTHER_YEAR_SHARE
            teased = refuse.only_teased(self.archive, sought, telling, case, confidence)
            if teased:
                confidence = min(confidence, refuse.TEASED_CONFIDENCE)
        return _Finding(question, telling, hits, scored, coverage, confidence, teased)

    def _without_inferred(self, finding: _Finding, filters: Filters) -> _Finding:
        """A date may be when it happened and not when it was printed: look everywhere.

        The answer then has to be good; if it is not, the narrower search's
        refusal is the one to give.
        """
        question = finding.question
        kept = tuple(n for n in question.notes if not n.startswith(("dates:", "from:")))
        wider = self._find(replace(question, filters=filters, notes=kept), question.searched)
        return wider if wider.confidence >= self._threshold else finding
