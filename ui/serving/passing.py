"""A newsdesk that passes everything on to another: what stands before one builds on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.types import Article, Coverage, Facets, Filters, Stats
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
from ui.newsdesk import Newsdesk


class Passing:
    """Everything as `desk` does it."""

    def __init__(self, desk: Newsdesk) -> None:
        self._desk = desk

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]:
        return self._desk.stream(question, history=history, filters=filters, infer=infer)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Answer:
        return self._desk.ask(question, history=history, filters=filters, infer=infer)

    def search(
        self, question: str, *, count: int = 10, filters: Filters = Filters()
    ) -> tuple[Hit, ...]:
        return self._desk.search(question, count=count, filters=filters)

    def verify(self, text: str, *, filters: Filters = Filters()) -> tuple[Grounding, ...]:
        return self._desk.verify(text, filters=filters)

    def article(
        self, article_id: str, *, version: int | None = None, filters: Filters = Filters()
    ) -> Article | None:
        return self._desk.article(article_id, version=version, filters=filters)

    def excerpt(
        self,
        article_id: str,
        version: int,
        start: int,
        end: int,
        *,
        filters: Filters = Filters(),
    ) -> SourceView | None:
        return self._desk.excerpt(article_id, version, start, end, filters=filters)

    def article_at(self, url: str) -> str | None:
        return self._desk.article_at(url)

    def related(
        self, article_id: str, *, count: int = 30, filters: Filters = Filters()
    ) -> tuple[str, ...]:
        return self._desk.related(article_id, count=count, filters=filters)

    def source(self, citation: Citation) -> SourceView:
        return self._desk.source(citation)

    def examples(self, n: int = 4, *, filters: Filters = Filters()) -> tuple[str, ...]:
        return self._desk.examples(n, filters=filters)

    def facets(self, filters: Filters = Filters()) -> Facets:
        return self._desk.facets(filters)

    def coverage(self, filters: Filters = Filters()) -> Coverage:
        return self._desk.coverage(filters)

    def stats(self) -> Stats:
        return self._desk.stats()

    def feedback(self, answer: Answer, *, helpful: bool, reason: str = "") -> None:
        self._desk.feedback(answer, helpful=helpful, reason=reason)

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
        self._desk.remember(
            answer_id=answer_id,
            question=question,
            answer=answer,
            confidence=confidence,
            helpful=helpful,
            reason=reason,
        )
