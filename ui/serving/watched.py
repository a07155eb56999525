"""Questions, counted by what became of them, wherever they came from."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import BylineError, QuestionError
from index.types import Facets, Filters, Stats
from rag.types import Answer, Citation, Found, Question, Sentence, SourceView, Turn
from ui.api.capacity import Capacity
from ui.api.failures import as_problem
from ui.api.ids import new_id
from ui.api.problems import Problem
from ui.newsdesk import Newsdesk
from ui.serving.errors import NobodyThere
from ui.serving.metrics import Metrics
from ui.serving.passing import Passing
from ui.serving.request_log import ACCESS, line

access = logging.getLogger(ACCESS)


@dataclass(slots=True)
class _Seen:
    """What is known of one question so far."""

    began: float
    first: float | None = None
    outcome: str = "left"  # whoever asked went away


class Watched(Passing):
    """Counts and times what `desk` is asked; `log_questions` writes the questions down.

    Where nobody is there to answer, as `attended` tells, questions raise NobodyThere.
    """

    def __init__(
        self,
        desk: Newsdesk,
        metrics: Metrics,
        *,
        log_questions: bool = False,
        attended: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(desk)
        self._attended = attended
        self._metrics = metrics
        self._log = log_questions
        self._lock = threading.Lock()
        self._active = 0

    @property
    def active(self) -> int:
        """Answers that have begun and not ended."""
        return self._active

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]:
        with self._watching(question) as seen:
            pieces = super().stream(question, history=history, filters=filters, infer=infer)
            try:
                for piece in pieces:
                    if isinstance(piece, Sentence) and seen.first is None:
                        seen.first = time.perf_counter() - seen.began
                    if isinstance(piece, Answer):
                        seen.outcome = _outcome(piece)
                    yield piece
            finally:
                close = getattr(pieces, "close", None)
                if close is not None:
                    close()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Answer:
        with self._watching(question) as seen:
            answer = super().ask(question, history=history, filters=filters, infer=infer)
            seen.outcome = _outcome(answer)
            return answer

    @contextmanager
    def _watching(self, question: str) -> Iterator[_Seen]:
        if not self._attended():
            raise NobodyThere
        if self._log:
            access.info("%s", line(question=question))
        seen = _Seen(time.perf_counter())
        with self._lock:
            self._active += 1
        try:
            yield seen
        except QuestionError:  # the reader's to put otherwise, and no fault of ours
            seen.outcome = "question"
            raise
        except Exception:
            seen.outcome = "error"
            raise
        finally:
            with self._lock:
                self._active -= 1
            self._metrics.question(seen.outcome, time.perf_counter() - seen.began, seen.first)


class Busy(BylineError):
    """All places are taken, and the line for them is full."""


class Untold(BylineError):
    """Something failed here, of which strangers are told no more than this error says."""


@contextmanager
def _told() -> Iterator[None]:
    """What is raised within, in words fit for anybody: the API's. Raises Untold, QuestionError."""
    try:
        yield
    except (QuestionError, Busy):
        raise
    except Exception as error:  # noqa: BLE001 (logged there, and told without its words)
        problem = as_problem(error, request_id=new_id())
        raise Untold(problem.detail) from problem


class Placed(Passing):
    """A desk that answers in one of `capacity`'s places, for who does not take one himself.

    It is the chat's, which shows readers what errors say: those of an archive
    name paths of this machine, and others may hold what somebody asked.
    """

    def __init__(self, desk: Newsdesk, capacity: Capacity) -> None:
        super().__init__(desk)
        self._capacity = capacity

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]:
        """Raises Busy."""
        try:
            place = self._capacity.place()
        except Problem as problem:
            raise Busy(problem.detail) from problem
        with place, _told():
            yield from super().stream(question, history=history, filters=filters, infer=infer)

    def source(self, citation: Citation) -> SourceView:
        with _told():
            return super().source(citation)

    def examples(self, n: int = 4, *, filters: Filters = Filters()) -> tuple[str, ...]:
        with _told():
            return super().examples(n, filters=filters)

    def facets(self, filters: Filters = Filters()) -> Facets:
        with _told():
            return super().facets(filters)

    def stats(self) -> Stats:
        with _told():
            return super().stats()

    def feedback(self, answer: Answer, *, helpful: bool, reason: str = "") -> None:
        with _told():
            super().feedback(answer, helpful=helpful, reason=reason)


def _outcome(answer: Answer) -> str:
    if answer.written is not None and answer.written.fallback is not None:
        return f"fallback:{answer.written.fallback.value}"
    return f"refused:{answer.refusal.kind.value}" if answer.refusal is not None else "answered"
