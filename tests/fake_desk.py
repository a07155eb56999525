"""A desk with three stories and the manners of the real one, for tests of the chat alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from index.errors import ArchiveReadOnly, QuestionError
from index.types import Facets, Filters, Stats
from rag.types import (
    Answer,
    Citation,
    Paragraph,
    Question,
    Refusal,
    RefusalKind,
    Sentence,
    SourceView,
    Story,
    Timings,
    Turn,
)

FERRY = Story(
    "a1",
    "Harbour council votes to keep the night ferry",
    "The Sample Gazette",
    "Mara Lindqvist",
    "Transport",
    "https://gazette.example/2025/05/night-ferry",
    datetime(2025, 5, 14, 18, 30, tzinfo=UTC),
)
COPY = replace(FERRY, article_id="a1c", source="Coast Wire", url="https://wire.example/ferry")
FARES = Story(
    "a2",
    "Night ferry fares to rise by a tenth from July",
    "Coast Wire",
    None,
    "Transport",
    "https://wire.example/fares",
    datetime(2025, 6, 2, tzinfo=UTC),
)
QUOTES = (
    "The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three more years.",
    "A single crossing will cost 4.40 from 1 July, up from 4.00.",
)
AROUND = (
    "Ferries have crossed the sound at night since 1961, when the last bridge toll was lifted.",
    "“Nobody in this chamber wants to be the one who left the night shift on the quay,” "
    "said Oda Brandt, who chairs the council.",
    "The contract runs until the end of June 2028 and is worth 2.1 million a year.",
)


class FakeDesk:
    """Answers what mentions a ferry or a fare; refuses anything else."""

    def __init__(self, *, pace: float = 0.0, story: Story = FERRY) -> None:
        self.pace = pace
        self.story = story
        self.read_only = False
        self.asked: list[tuple[str, tuple[Turn, ...], Filters, bool]] = []
        self.kept: list[tuple[str, bool, str]] = []
        self.lock = threading.Lock()

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Sentence | Answer]:
        with self.lock:
            self.asked.append((question, tuple(history), filters, infer))
        if "explode" in question:
            raise RuntimeError("secret path /srv/archive.db")
        if "complain" in question:
            raise QuestionError("Please put that as a question.")
        understood = self._understand(question, history, filters, infer)
        yield understood
        answer = self._answer(understood)
        for said in answer.sentences:
            time.sleep(self.pace)
            yield said
        time.sleep(self.pace)
        yield answer

    def _understand(
        self, text: str, history: Sequence[Turn], filters: Filters, infer: bool
    ) -> Question:
        searched, notes = text, []
        if infer and history and text.startswith("And "):
            searched = f"{text} (night ferry)"
            notes.append(f"about: night ferry, from “{history[-1].question}”")
        if infer and "May 2025" in text:
            filters = replace(filters, after=date(2025, 5, 1), before=date(2025, 5, 31))
            notes.append("dates: 1 to 31 May 2025")
        return Question(text, searched, filters, tuple(history), tuple(notes))

    def _answer(self, question: Question) -> Answer:
        words = question.searched.lower()
        stories = [self.story] * ("ferry" in words) + [FARES] * ("fare" in words or "cost" in words)
        if question.filters.sources:
            stories = [s for s in stories if s.source in question.filters.sources]
        citations = tuple(
            Citation(
                n,
                f"{s.article_id}.v1.{n}",
                s,
                1,
                self._quote(s),
                0,
                len(self._quote(s)),
                f"{s.url}#:~:text=council" if s.url else None,
                (COPY,) if s is FERRY else (),
            )
            for n, s in enumerate(stories, 1)
        )
        refusal = None
        if not citations:
            limited = bool(question.filters)
            refusal = Refusal(
                RefusalKind.OUTSIDE_FILTERS if limited else RefusalKind.NOT_FOUND,
                "Nothing published by the sources you chose answers this."
                if limited
                else "No article here says who won the regatta. The archive holds stories about "
                "the harbour and its ferries, and the nearest are listed below.",
                (self.story, FARES),
            )
        return Answer(
            id=f"answer-{len(self.asked)}",
            question=question,
            sentences=tuple(Sentence(c.quote, (c.number,)) for c in citations),
            citations=citations,
            refusal=refusal,
            as_of=datetime.now(UTC),
            newest=max(
                (c.story.published.date() for c in citations if c.story.published), default=None
            ),
            searched=34,
            first=date(2024, 1, 3),
            last=date(2025, 6, 12),
            confidence=0.9,
            timings=Timings(1, 2, 3, 6),
        )

    def _quote(self, story: Story) -> str:
        return QUOTES[1] if story is FARES else QUOTES[0]

    def source(self, citation: Citation) -> SourceView:
        around = [Paragraph(((text, False),)) for text in AROUND]
        quoted = Paragraph(((citation.quote, True), (" The vote had been put off twice.", False)))
        heading = Paragraph((("What it costs", False),), heading=True)
        return SourceView(
            citation, (around[0], quoted, around[1], heading, around[2]), before=True, after=True
        )

    def examples(self, n: int = 4) -> tuple[str, ...]:
        return (
            "What did the harbour council decide about the night ferry?",
            "What will a single ferry crossing cost?",
            "What was said about the ferry in May 2025?",
            "Who won the regatta?",
        )[:n]

    def facets(self) -> Facets:
        return Facets(
            (("The Sample Gazette", 19), ("Coast Wire", 11), ("Northern Post", 4)),
            (("Transport", 12), ("World", 9), ("Business", 7), ("Culture", 4), ("Science", 2)),
            date(2024, 1, 3),
            date(2025, 6, 12),
        )

    def stats(self) -> Stats:
        return Stats(
            articles=34,
            copies=1,
            versions=35,
            passages=210,
            first=date(2024, 1, 3),
            last=date(2025, 6, 12),
            updated=datetime.now(UTC),
            embedder="minilm",
            dimension=384,
            index_kind="exact",
            index_recall=1.0,
            database_size=1,
            vectors_size=1,
            terms_size=1,
            schema_version=1,
        )

    def feedback(self, answer: Answer, *, helpful: bool, reason: str = "") -> None:
        if self.read_only:
            raise ArchiveReadOnly("The archive may only be read, so your verdict was not kept.")
        with self.lock:
            self.kept.append((answer.id, helpful, reason))
