"""The assistant: a question in, a cited answer or a typed refusal out, over one archive.

How a question is answered is `rag.answering`'s; here is all that one is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.archive import Archive
from index.base import Progress
from index.embed import Embedder
from index.location import Location
from index.types import Article, Coverage, Facets, Filters, Span, Stats
from rag import browse, refuse, source
from rag.answering import Answering
from rag.find import Finder, Finding
from rag.ground import Grounder
from rag.offered import Examples
from rag.opening import NO_READER, opened, reader_named, writer_named
from rag.reader import Reader
from rag.related import related
from rag.types import (
    Answer,
    Citation,
    Found,
    Grounding,
    Hit,
    Question,
    Sentence,
    SourceView,
    Turn,
)

if TYPE_CHECKING:
    from rag.llm.types import LanguageModel
    from rag.llm.writer import Writer

__all__ = ["NO_READER", "Assistant"]

_LONGEST_REASON = 2_000  # code points of what a reader gives as the reason for a verdict


class Assistant:
    """Answers questions over one archive. Safe to share between threads.

    Build it with `Assistant.open`; close it when done, or use it as a context
    manager. `today` fixes the day that "last week" counts from; by default it
    is the day of each question. `threshold` is the probability below which a
    question is refused: higher refuses more and errs less. `reader` None
    leaves sentences to be chosen by likeness, which is worse. With a `writer`
    a language model answers questions of fact, in sentences of its own that
    were verified; timelines, what someone said, several questions at once and
    refusals stay the archive's.
    """

    def __init__(
        self,
        archive: Archive,
        embedder: Embedder,
        *,
        reader: Reader | None = None,
        today: date | None = None,
        threshold: float = refuse.THRESHOLD,
        writer: Writer | None = None,
    ) -> None:
        self.archive = archive
        self.writer = writer
        self._finder = Finder(archive, embedder, reader)
        self._answering = Answering(archive, self._finder, threshold, today)
        self._grounder = Grounder(archive, embedder)
        self._examples = Examples(archive, self._answering)

    @classmethod
    def open(
        cls,
        where: Location | Path | str,
        *,
        model: str | None = None,
        query_prefix: str | None = None,
        passage_prefix: str | None = None,
        today: date | None = None,
        threshold: float = refuse.THRESHOLD,
        reader: str | None = None,
        progress: Progress | None = None,
        llm: LanguageModel | None = None,
        verifier: str | None = None,
    ) -> Self:
        """Open an archive with the embedding model it was made with.

        `where` is its folder, or its address (`index.location.parse`). `model` and
        the prefixes are only needed to insist on one. `reader` is a cross-encoder's
        path or hub id, or "none"; by default the shipped one reads. `llm` writes the
        answers (`rag.llm.endpoint.Endpoint`); `verifier` checks what it wrote: None is
        the shipped one, "rules" it without its model, "llm" the language model itself,
        anything else a cross-encoder's path or hub id. Raises ArchiveMissing,
        ArchiveTooNew, ArchiveDamaged, ModelError, and EmbedderMismatch where the model's
        weights are not the archive's.
        """
        archive, embedder = opened(
            where,
            model=model,
            query_prefix=query_prefix,
            passage_prefix=passage_prefix,
            progress=progress,
        )
        return cls(
            archive,
            embedder,
            reader=reader_named(reader),
            today=today,
            threshold=threshold,
            writer=writer_named(llm, verifier),
        )

    def on(self, today: date) -> Self:
        """The same assistant on another day; closing one closes both."""
        other = copy(self)
        other._answering = replace(self._answering, today=today)
        return other

    def close(self) -> None:
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Load the models and find the examples now, so that the first reader does not wait."""
        self._finder.warm()
        if self.writer is not None:
            self.writer.warm()
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
    ) -> Iterator[Question | Found | Sentence | Answer]:
        """The question as understood, what was found, each sentence, at last the whole answer.

        What a language model writes comes sentence by sentence, each verified;
        closing the iterator ends its request.
        """
        return self._answering.stream(
            question, history=history, filters=filters, infer=infer, writer=self.writer
        )

    def find(self, question: str, *, filters: Filters = Filters()) -> Finding:
        """What is found for a question before anything is said: for measuring."""
        return self._answering.find(question, filters)

    def search(
        self, question: str, *, count: int = 10, filters: Filters = Filters()
    ) -> tuple[Hit, ...]:
        """The passages that best fit a question or a topic; nothing is read into its words.

        Raises QuestionError for an empty or overlong one.
        """
        return browse.search(self._finder, question, count, filters)

    def article(
        self, article_id: str, *, version: int | None = None, filters: Filters = Filters()
    ) -> Article | None:
        """A published article that the filters let through; None otherwise."""
        return self.archive.article(article_id, version, filters)

    def article_at(self, url: str) -> str | None:
        """The id of the published article that was seen under this address; nothing is fetched."""
        return self.archive.article_at(url)

    def related(
        self, article_id: str, *, count: int = 30, filters: Filters = Filters()
    ) -> tuple[str, ...]:
        """Ids of the articles on the same topic, nearest first, and first of all its own."""
        return related(self.archive, article_id, count, filters)

    def excerpt(
        self,
        article_id: str,
        version: int,
        start: int,
        end: int,
        *,
        filters: Filters = Filters(),
    ) -> SourceView | None:
        """`body[start:end]` highlighted between the paragraphs around it.

        None where there is no such article, version or stretch of it.
        """
        return browse.excerpt(self.archive, article_id, version, Span(start, end), filters)

    def verify(self, text: str, *, filters: Filters = Filters()) -> tuple[Grounding, ...]:
        """Each sentence of anybody's text, held against what the archive has on it.

        Raises QuestionError for an overlong text, and ModelError.
        """
        return self._grounder.ground(text, filters, self._answering.day())

    def source(self, citation: Citation) -> SourceView:
        """A citation opened at its quote, between the paragraphs around it.

        Raises QuestionError where the article has been unpublished since.
        """
        return source.view(self.archive, citation)

    def examples(self, n: int = 4, *, filters: Filters = Filters()) -> tuple[str, ...]:
        """Questions that this assistant answers, drawn from the archive's newest stories."""
        return self._examples.answered(n, filters)

    def facets(self, filters: Filters = Filters()) -> Facets:
        """What the filters can be set to, over the articles that these let through."""
        return self.archive.facets(filters)

    def coverage(self, filters: Filters = Filters()) -> Coverage:
        """How many articles the filters let through, and the dates they span."""
        return self.archive.coverage(filters)

    def stats(self) -> Stats:
        return self.archive.stats()

    def feedback(self, answer: Answer, *, helpful: bool, reason: str = "") -> None:
        """Keep a reader's verdict in the archive. Raises ArchiveReadOnly where it cannot."""
        self.remember(
            answer_id=answer.id,
            question=answer.question.text,
            answer=answer.text,
            confidence=answer.confidence,
            helpful=helpful,
            reason=reason,
        )

    def remember(
        self,
        *,
        answer_id: str,
        question: str,
        answer: str,
        confidence: float,
        helpful: bool,
        reason: str = "",
    ) -> None:
        """As `feedback`, of an answer that was made elsewhere. Raises ArchiveReadOnly."""
        self.archive.add_feedback(
            answer_id=answer_id,
            question=question,
            answer=answer,
            confidence=confidence,
            helpful=helpful,
            reason=reason[:_LONGEST_REASON],
        )
