"""What the chat needs of an assistant, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from index.types import Facets, Filters, Stats
from rag.types import Answer, Citation, Found, Question, Sentence, SourceView, Turn


class Desk(Protocol):
    """`rag.Assistant`, as the chat sees it; anything else that answers alike will do."""

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = ...,
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]: ...

    def source(self, citation: Citation) -> SourceView: ...

    def examples(self, n: int = 4) -> tuple[str, ...]: ...

    def facets(self) -> Facets: ...

    def stats(self) -> Stats: ...

    def feedback(self, answer: Answer, *, helpful: bool, reason: str = "") -> None: ...
