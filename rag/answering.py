"""One question from its words to its answer.

understand ──> find ──> draft ──────────────> assemble
                 │        └──> write, verified ──┘
                 └────> refuse ──────────────────┘

The filters that are given with a question hold in every step, whatever its
words say: what is read from them can only narrow, and what is looked for more
widely is looked for within what was given.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

from index.archive import Archive
from index.types import Filters
from rag import refuse
from rag.assemble import Composed, Drafted, assemble
from rag.choice import choice
from rag.cite import story
from rag.draft import Draft, draft
from rag.find import Finder, Finding
from rag.llm.types import NO_USAGE
from rag.types import Answer, Found, Question, Sentence, Timings, Turn
from rag.understand import Understood, understand
from rag.widen import widening
from rag.written import Written

if TYPE_CHECKING:
    from rag.llm.writer import Writer


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers questions over one archive. Safe to share between threads.

    `threshold` is the probability below which a question is refused; `today`
    the day that "last week" counts from, the day of each question for None.
    """

    archive: Archive
    finder: Finder
    threshold: float = refuse.THRESHOLD
    today: date | None = None

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
        writer: Writer | None = None,
    ) -> Iterator[Question | Found | Sentence | Answer]:
        """The question as understood, what was found, each sentence, at last the whole answer."""
        started = time.perf_counter()
        understood, spent = self._understand(question, history, filters, infer=infer), NO_USAGE
        if infer and history and writer is not None:
            reread = partial(self._understand, history=(), filters=filters, infer=True)
            understood, spent = writer.made_whole(understood, filters, reread)
        yield understood.question
        read = time.perf_counter()
        asked = self._parts(understood, filters)
        drafted = [self._draft(each, filters) for each in asked]
        if len(drafted) == 1:
            holds = partial(self._holds, filters=filters)
            drafted = [choice(self.archive, drafted[0], holds, filters) or drafted[0]]
        found = time.perf_counter()
        yield _found(drafted)
        composed, written = Composed(), None
        if writer is not None:
            with closing(writer.answer(drafted, self.day(), spent)) as writing:
                for event in writing:
                    if isinstance(event, Written):
                        written = event
                    elif event.held:
                        yield composed.add(event)
        answer = assemble(
            self.archive,
            understood.question,
            drafted,
            composed=composed,
            written=written,
            filters=filters,
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
        answer = replace(answer, timings=timings, today=self.day())
        if not composed.sentences:
            yield from answer.sentences
        yield answer

    def find(self, question: str, filters: Filters = Filters()) -> Finding:
        """What is found for a question before anything is said."""
        return self._find(self._understand(question, (), filters, infer=True), filters)

    def day(self) -> date:
        """The day that a question is asked on."""
        return self.today or datetime.now(UTC).astimezone().date()

    def _understand(
        self, question: str, history: Sequence[Turn], filters: Filters, *, infer: bool
    ) -> Understood:
        return understand(
            question,
            history=history,
            filters=filters,
            facets=self.archive.facets(filters),
            today=self.day(),
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
        said = draft(finding) if finding.confidence >= self.threshold else Draft()
        refusal = None if said.lines else refuse.refuse(self.archive, finding, filters)
        return Drafted(understood.question.text, finding, said, refusal)

    def _holds(self, question: str, filters: Filters) -> bool:
        """Whether a question is answered, within these filters."""
        understood = self._understand(question, (), filters, infer=False)
        return bool(self._draft(understood, filters).draft.lines)

    def _find(self, understood: Understood, filters: Filters) -> Finding:
        return widening(self.finder, understood, filters, self.threshold)


def _found(drafted: Sequence[Drafted]) -> Found:
    """The stories whose passages were read, best first."""
    stories = {
        hit.article.id: story(hit.article)
        for each in drafted
        for hit in each.finding.hits
        if hit.article.id in each.finding.articles
    }
    return Found(tuple(stories.values()))
