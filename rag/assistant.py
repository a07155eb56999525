"""The assistant: a question in, a cited answer or a typed refusal out.

understand ──> find ──> draft ──────────────> assemble
                 │        └──> write, verified ──┘
                 └────> refuse ──────────────────┘
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.archive import Archive
from index.derived import Progress
from index.embed import Embedder
from index.types import Facets, Filters, Stats
from rag import examples, refuse, source
from rag.assemble import Composed, Drafted, assemble
from rag.choice import choice
from rag.draft import Draft, draft
from rag.find import Finder, Finding
from rag.llm.types import NO_USAGE
from rag.opening import NO_READER, opened, reader_named, writer_named
from rag.reader import Reader
from rag.types import (
    Answer,
    Citation,
    Question,
    Sentence,
    SourceView,
    Timings,
    Turn,
    Written,
)
from rag.understand import Understood, understand
from rag.widen import widening

if TYPE_CHECKING:
    from rag.llm.types import LanguageModel
    from rag.llm.writer import Writer

__all__ = ["NO_READER", "Assistant"]


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
        llm: LanguageModel | None = None,
        verifier: str | None = None,
    ) -> Self:
        """Open an archive with the embedding model it was made with.

        `model` and the prefixes are only needed to insist on one. `reader` is
        a cross-encoder's path or hub id, or "none"; by default the shipped one
        reads. `llm` writes the answers (`rag.llm.endpoint.Endpoint`); `verifier`
        checks what it wrote: None is the shipped one, "rules" it without its
        model, "llm" the language model itself, anything else a
        cross-encoder's path or hub id. Raises ArchiveMissing, ArchiveTooNew,
        ArchiveDamaged, ModelError, and EmbedderMismatch where the model's
        weights are not the archive's.
        """
        archive, embedder = opened(
            path,
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
        other._today = today
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
    ) -> Iterator[Question | Sentence | Answer]:
        """The question as understood, then each sentence, at last the whole answer.

        What a language model writes comes sentence by sentence, each verified;
        closing the iterator ends its request.
        """
        started = time.perf_counter()
        understood, spent = self._understand(question, history, filters, infer=infer), NO_USAGE
        if infer and history and self.writer is not None:
            reread = partial(self._understand, history=(), filters=filters, infer=True)
            understood, spent = self.writer.made_whole(understood, filters, reread)
        yield understood.question
        read = time.perf_counter()
        asked = self._parts(understood, filters)
        drafted = [self._draft(each, filters) for each in asked]
        if len(drafted) == 1:
            holds = partial(self._holds, filters=filters)
            drafted = [choice(self.archive, drafted[0], holds) or drafted[0]]
        found = time.perf_counter()
        composed, written = Composed(), None
        if self.writer is not None:
            with closing(self.writer.answer(drafted, self._day(), spent)) as writing:
                for event in writing:
                    if isinstance(event, Written):
                        written = event
                    elif event.held:
                        yield composed.add(event)
        answer = assemble(
            self.archive, understood.question, drafted, composed=composed, written=written
        )
        done = time.perf_counter()
        reading = sum(each.finding.reading for each in drafted)
        timings = Timings(
            understand=(read - started) * 1000,
            retrieve=(found - read) * 1000 - reading,
            read=reading,
            write=(done - found) * 1000,
            total=(done - started) * 1000,
        )
        answer = replace(answer, timings=timings, today=self._day())
        if not composed.sentences:
            yield from answer.sentences
        yield answer

    def find(self, question: str, *, filters: Filters = Filters()) -> Finding:
        """What is found for a question before anything is said: for measuring."""
        return self._find(self._understand(question, (), filters, infer=True), filters)

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

    def _day(self) -> date:
        return self._today or datetime.now(UTC).astimezone().date()

    def _understand(
        self, question: str, history: Sequence[Turn], filters: Filters, *, infer: bool
    ) -> Understood:
        return understand(
            question,
            history=history,
            filters=filters,
            facets=self.archive.facets(),
            today=self._day(),
            infer=infer,
        )

    def _parts(self, understood: Understood, filters: Filters) -> list[Understood]:
        """The question, or each of those that it holds, in order."""
        parts = understood.question.parts
        if len(parts) < 2:
            return [understood]
        return [self._understand(part, (), filters, infer=True) for part in parts]

    def _draft(self, understood: Understood, filters: Filters) -> Drafted:
        finding = self._find(understood, filters)
        said = draft(finding) if finding.confidence >= self._threshold else Draft()
        refusal = None if said.lines else refuse.refuse(self.archive, finding)
        return Drafted(understood.question.text, finding, said, refusal)

    def _holds(self, question: str, filters: Filters) -> bool:
        """Whether a question is answered, within these filters."""
        understood = self._understand(question, (), filters, infer=False)
        return bool(self._draft(understood, filters).draft.lines)

    def _find(self, understood: Understood, filters: Filters) -> Finding:
        return widening(self._finder, understood, filters, self._threshold)
