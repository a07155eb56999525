"""What serving other people's sites and programs needs of an assistant: more than the chat does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from index.types import Article, Coverage, Facets, Filters
from rag.types import Answer, Found, Grounding, Hit, Question, Sentence, SourceView, Turn
from ui.chat.desk import Desk


class Newsdesk(Desk, Protocol):
    """`rag.Assistant`, as the API sees it. `filters` always hold, whatever a question says."""

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = ...,
        infer: bool = True,
    ) -> Answer: ...

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = ...,
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]: ...

    def search(
        self, question: str, *, count: int = 10, filters: Filters = ...
    ) -> tuple[Hit, ...]: ...

    def article(
        self, article_id: str, *, version: int | None = None, filters: Filters = ...
    ) -> Article | None:
        """A published article that the filters let through; None otherwise."""

    def excerpt(
        self, article_id: str, version: int, start: int, end: int, *, filters: Filters = ...
    ) -> SourceView | None:
        """`body[start:end]` highlighted between the paragraphs around it.

        None where there is no such article, version or stretch of it.
        """

    def article_at(self, url: str) -> str | None:
        """The id of the published article that was seen under this address."""

    def related(
        self, article_id: str, *, count: int = 30, filters: Filters = ...
    ) -> tuple[str, ...]:
        """Ids of the articles on the same topic, nearest first, and first of all its own."""

    def verify(self, text: str, *, filters: Filters = ...) -> tuple[Grounding, ...]:
        """Each sentence of anybody's text, held against what the archive has on it."""

    def examples(self, n: int = 4, *, filters: Filters = ...) -> tuple[str, ...]: ...

    def facets(self, filters: Filters = ...) -> Facets: ...

    def coverage(self, filters: Filters = ...) -> Coverage: ...

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
        """Keep a reader's verdict. Raises ArchiveReadOnly where it cannot."""
