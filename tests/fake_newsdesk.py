"""A newsdesk with four stories and the manners of the real one: for what serves other sites."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from index.errors import ArchiveReadOnly, QuestionError
from index.types import Article, Coverage, Facets, Filters
from rag.types import (
    Answer,
    Found,
    Grounding,
    Hit,
    Question,
    Refusal,
    RefusalKind,
    Sentence,
    SourceView,
    Timings,
    Turn,
)
from tests.fake_desk import FakeDesk
from tests.fake_stories import ARTICLES, STORIES, citation, grounding, hit, matching, passes, view


@dataclass(frozen=True, slots=True)
class Kept:
    """A reader's verdict as it was kept."""

    answer_id: str
    question: str
    answer: str
    confidence: float
    helpful: bool
    reason: str


@dataclass(slots=True)
class Streams:
    """What became of the answers that were begun: how many are open, were closed early, at most."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    open: int = 0
    most: int = 0
    ended: int = 0
    given_up: int = 0

    def begin(self) -> None:
        with self.lock:
            self.open += 1
            self.most = max(self.most, self.open)

    def end(self, *, whole: bool) -> None:
        with self.lock:
            self.open -= 1
            self.ended += whole
            self.given_up += not whole


class FakeNewsdesk(FakeDesk):
    """Answers what mentions a ferry, a fare or the museum; `pace` is seconds before each event.

    A question with "explode" raises what nobody foresaw, with "complain" a
    QuestionError, and with "endless" says sentence after sentence until closed.
    """

    def __init__(self, *, pace: float = 0.0) -> None:
        super().__init__(pace=pace)
        self.verdicts: list[Kept] = []
        self.seen: list[tuple[str, Filters]] = []  # (what was called, the filters it got)
        self.streams = Streams()
        self._numbers = itertools.count(1)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Answer:
        *_, answer = self.stream(question, history=history, filters=filters, infer=infer)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]:
        with self.lock:
            self.asked.append((question, tuple(history), filters, infer))
            self.seen.append(("stream", filters))
        self.streams.begin()
        whole = False
        try:
            if "explode" in question:
                raise RuntimeError("secret path /srv/archive.db")
            if "complain" in question:
                raise QuestionError("Please put that as a question.")
            understood = self._understand(question, history, filters, infer)
            yield understood
            answer = self._answer(understood)
            time.sleep(self.pace)
            yield Found(tuple(citation.story for citation in answer.citations))
            for said in answer.sentences:
                time.sleep(self.pace)
                yield said
            while "endless" in question:
                time.sleep(self.pace or 0.01)
                yield Sentence("And so on.", ())
            time.sleep(self.pace)
            whole = True
            yield answer
        finally:
            self.streams.end(whole=whole)

    def _answer(self, question: Question) -> Answer:
        stories = matching(question.searched, question.filters)
        citations = tuple(citation(n, story) for n, story in enumerate(stories, 1))
        refusal = None
        if not citations:
            kind = RefusalKind.OUTSIDE_FILTERS if question.filters else RefusalKind.NOT_FOUND
            nearest = tuple(s for s in STORIES.values() if passes(s, question.filters))
            refusal = Refusal(kind, "Nothing here answers this.", nearest[:3])
        dates = [c.story.published.date() for c in citations if c.story.published]
        return Answer(
            id=f"answer-{next(self._numbers)}",
            question=question,
            sentences=tuple(Sentence(c.quote, (c.number,)) for c in citations),
            citations=citations,
            refusal=refusal,
            as_of=datetime.now(UTC),
            newest=max(dates, default=None),
            searched=34,
            first=date(2024, 1, 3),
            last=date(2025, 6, 12),
            confidence=0.9 if citations else 0.1,
            timings=Timings(1, 2, 3, 6),
        )

    def search(
        self, question: str, *, count: int = 10, filters: Filters = Filters()
    ) -> tuple[Hit, ...]:
        self.seen.append(("search", filters))
        if "explode" in question:
            raise RuntimeError("secret path /srv/archive.db")
        if "complain" in question:
            raise QuestionError("Please put that as a question.")
        found = matching(question, filters)[:count]
        return tuple(hit(n, citation(n, story)) for n, story in enumerate(found, 1))

    def article(
        self, article_id: str, *, version: int | None = None, filters: Filters = Filters()
    ) -> Article | None:
        self.seen.append(("article", filters))
        article = ARTICLES.get(article_id)
        if article is None or not passes(STORIES[article_id], filters):
            return None
        if version is None or version == article.version:
            return article
        return replace(article, version=version) if 1 <= version < article.version else None

    def excerpt(
        self,
        article_id: str,
        version: int,
        start: int,
        end: int,
        *,
        filters: Filters = Filters(),
    ) -> SourceView | None:
        article = self.article(article_id, version=version, filters=filters)
        if article is None or not 0 <= start < end <= len(article.body):
            return None
        return view(article, start, end)

    def article_at(self, url: str) -> str | None:
        return next((s.article_id for s in STORIES.values() if s.url == url), None)

    def related(
        self, article_id: str, *, count: int = 30, filters: Filters = Filters()
    ) -> tuple[str, ...]:
        near = {"a1": ("a1", "a2"), "a1c": ("a1c", "a1", "a2"), "a2": ("a2", "a1"), "a3": ("a3",)}
        found = near.get(article_id, ())
        return tuple(each for each in found if passes(STORIES[each], filters))[:count]

    def verify(self, text: str, *, filters: Filters = Filters()) -> tuple[Grounding, ...]:
        self.seen.append(("verify", filters))
        if "explode" in text:
            raise RuntimeError("secret path /srv/archive.db")
        return tuple(
            grounding(found.group(), found.start(), found.end(), filters)
            for found in re.finditer(r"[^\s.][^.]*\.?", text)
        )

    def examples(self, n: int = 4, *, filters: Filters = Filters()) -> tuple[str, ...]:
        self.seen.append(("examples", filters))
        return tuple(q for q in super().examples(9) if not filters or matching(q, filters))[:n]

    def facets(self, filters: Filters = Filters()) -> Facets:
        found = [story for story in STORIES.values() if passes(story, filters)]
        sources = Counter(story.source for story in found if story.source)
        sections = Counter(story.section for story in found if story.section)
        covered = self.coverage(filters)
        return Facets(
            tuple(sources.most_common()),
            tuple(sections.most_common()),
            covered.first,
            covered.last,
        )

    def coverage(self, filters: Filters = Filters()) -> Coverage:
        self.seen.append(("coverage", filters))
        found = [story for story in STORIES.values() if passes(story, filters)]
        days = sorted(story.published.date() for story in found if story.published)
        return Coverage(len(found), days[0] if days else None, days[-1] if days else None)

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
        if self.read_only:
            raise ArchiveReadOnly("/srv/archive may only be read, so your verdict was not kept.")
        with self.lock:
            self.verdicts.append(Kept(answer_id, question, answer, confidence, helpful, reason))
