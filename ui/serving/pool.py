"""A newsdesk over several processes that answer, in front of one archive.

Python runs one thread at a time, so a process uses little more than one core
for what is not a model; and a process that dies takes the questions in its
hands with it, not the server. Here it is replaced, and a question of which
nothing was shown yet is asked once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

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
from ui.api.capacity import Capacity
from ui.serving.errors import WorkerLost
from ui.serving.kept import Kept
from ui.serving.messages import Done, Piece
from ui.serving.staff import Staff

_LINE = 100_000  # questions: whoever limits the line for real stands before the pool
_FRESH = 1.0  # seconds that the archive's figures are told again without being asked for


class Pool:
    """`Newsdesk` over `workers` processes. Safe to share between threads.

    `open_desk` opens an assistant, in the process that will answer with it: it
    must be such that another process can have it. `at_once` is how many
    questions one process works on at the same time; more than one pays only
    where a language model is waited for. Use it as a context manager: it opens
    with all processes warm, and raises what keeps one from that.
    """

    def __init__(self, open_desk: Callable[[], Any], workers: int, *, at_once: int = 1) -> None:
        if workers < 1 or at_once < 1:
            raise ValueError(f"workers is {workers} and at_once {at_once}: at least 1 each")
        self.at_once = workers * at_once
        self._staff = Staff(open_desk, workers, at_once)
        self._places = Capacity(self.at_once, _LINE)
        self._kept = Kept(_FRESH)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start all processes and wait until they are warm."""
        self._staff.start()

    def close(self) -> None:
        """End all processes."""
        self._staff.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that answer now."""
        return self._staff.pids

    @property
    def ready(self) -> bool:
        """Whether anybody is there to answer."""
        return self._staff.ready

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]:
        """Closing the iterator has the process stop where it next can.

        Raises WorkerLost where a process ended after it had begun to tell, or two
        did one after the other; NobodyThere; and whatever the assistant raises.
        """
        named = {"history": tuple(history), "filters": filters, "infer": infer}
        with self._places.place():
            for attempt in (1, 2):
                begun = False
                try:
                    for piece in self._pieces("stream", (question,), named):
                        begun = True
                        yield piece
                    return
                except WorkerLost:
                    if begun or attempt == 2:
                        raise

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Answer:
        answer: Answer = self._answer(
            "ask", question, history=tuple(history), filters=filters, infer=infer
        )
        return answer

    def search(
        self, question: str, *, count: int = 10, filters: Filters = Filters()
    ) -> tuple[Hit, ...]:
        hits: tuple[Hit, ...] = self._answer("search", question, count=count, filters=filters)
        return hits

    def verify(self, text: str, *, filters: Filters = Filters()) -> tuple[Grounding, ...]:
        found: tuple[Grounding, ...] = self._answer("verify", text, filters=filters)
        return found

    def article(
        self, article_id: str, *, version: int | None = None, filters: Filters = Filters()
    ) -> Article | None:
        found: Article | None = self._do("article", article_id, version=version, filters=filters)
        return found

    def excerpt(
        self,
        article_id: str,
        version: int,
        start: int,
        end: int,
        *,
        filters: Filters = Filters(),
    ) -> SourceView | None:
        found: SourceView | None = self._do(
            "excerpt", article_id, version, start, end, filters=filters
        )
        return found

    def article_at(self, url: str) -> str | None:
        found: str | None = self._do("article_at", url)
        return found

    def related(
        self, article_id: str, *, count: int = 30, filters: Filters = Filters()
    ) -> tuple[str, ...]:
        found: tuple[str, ...] = self._do("related", article_id, count=count, filters=filters)
        return found

    def source(self, citation: Citation) -> SourceView:
        view: SourceView = self._do("source", citation)
        return view

    def examples(self, n: int = 4, *, filters: Filters = Filters()) -> tuple[str, ...]:
        named = {"filters": filters} if filters else {}
        drawn: tuple[str, ...] = self._told("examples", n, **named)
        return drawn

    def facets(self, filters: Filters = Filters()) -> Facets:
        facets: Facets = self._told("facets", *([filters] if filters else []))
        return facets

    def coverage(self, filters: Filters = Filters()) -> Coverage:
        coverage: Coverage = self._told("coverage", filters)
        return coverage

    def stats(self) -> Stats:
        stats: Stats = self._told("stats")
        return stats

    def feedback(self, answer: Answer, *, helpful: bool, reason: str = "") -> None:
        self._do("feedback", answer, helpful=helpful, reason=reason)

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
        self._do(
            "remember",
            answer_id=answer_id,
            question=question,
            answer=answer,
            confidence=confidence,
            helpful=helpful,
            reason=reason,
        )

    def _told(self, method: str, *arguments: Any, **named: Any) -> Any:
        """What changes only when the archive does, and is told again for a moment."""
        key = (method, arguments, tuple(named.items()))
        return self._kept.get(key, lambda: self._do(method, *arguments, **named))

    def _answer(self, method: str, *arguments: Any, **named: Any) -> Any:
        """What takes a process's whole time: one after another."""
        with self._places.place():
            return self._do(method, *arguments, **named)

    def _do(self, method: str, *arguments: Any, **named: Any) -> Any:
        """The result of one call, which is made once more where its process was lost."""
        try:
            return self._result(method, arguments, named)
        except WorkerLost:
            if method in ("feedback", "remember"):
                raise  # it may have been kept already
            return self._result(method, arguments, named)

    def _result(self, method: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        _, inbox = self._staff.freest().begin(method, arguments, named, streams=False)
        message = inbox.get()
        if isinstance(message, Done):
            return message.value
        assert not isinstance(message, Piece)
        raise message.error

    def _pieces(
        self, method: str, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Iterator[Any]:
        colleague = self._staff.freest()
        number, inbox = colleague.begin(method, arguments, named, streams=True)
        ended = False
        try:
            while True:
                message = inbox.get()
                if isinstance(message, Piece):
                    yield message.value
                    continue
                ended = True
                if isinstance(message, Done):
                    return
                raise message.error
        finally:
            if not ended:
                colleague.stop(number)
