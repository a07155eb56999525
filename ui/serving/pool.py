"""A newsdesk over several processes that answer, in front of one archive.

Python runs one thread at a time, so a process uses little more than one core
for what is not a model; and a process that dies takes the questions in its
hands with it, not the server. Here it is replaced, and a question of which
nothing was shown yet is asked once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, Self, cast

from index.types import Filters
from rag.types import Answer, Found, Question, Sentence, Turn
from ui.api.capacity import Capacity
from ui.newsdesk import Newsdesk
from ui.serving.errors import WorkerLost
from ui.serving.kept import Kept
from ui.serving.messages import Done, Piece
from ui.serving.passing import Passing
from ui.serving.staff import Staff

_LINE = 100_000  # questions: whoever limits the line for real stands before the pool
_FRESH = 1.0  # seconds that the archive's figures are told again without being asked for

_LONG = {"ask", "search", "verify"}  # they take a process's whole time: one after another
_TOLD = {"examples", "facets", "coverage", "stats"}  # they change only when the archive does
_ONCE = {"feedback", "remember"}  # a process that was lost may have kept them already


class _Remote:
    """The desk of whichever process is called: any method of it, as a call."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return partial(self._call, method)


class Pool(Passing):
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
        super().__init__(cast(Newsdesk, _Remote(self._call)))
        self._staff = Staff(open_desk, workers, at_once)
        self._places = Capacity(workers * at_once, _LINE)
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

    def _call(self, method: str, *arguments: Any, **named: Any) -> Any:
        """The result of one call, told again for a moment or waited for in line as fits it."""
        if method in _TOLD:
            key = (method, arguments, tuple(named.items()))
            return self._kept.get(key, lambda: self._do(method, arguments, named))
        with self._places.place() if method in _LONG else nullcontext():
            return self._do(method, arguments, named)

    def _do(self, method: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The same, made once more where its process was lost."""
        try:
            return self._result(method, arguments, named)
        except WorkerLost:
            if method in _ONCE:
                raise
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
