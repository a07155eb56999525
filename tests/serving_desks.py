"""Desks with habits that a server has to cope with, for processes that answer."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import ArchiveMissing
from index.types import Filters, Stats
from rag.types import Answer, Found, Question, Sentence, Turn
from tests.fake_newsdesk import FakeNewsdesk


class OddDesk(FakeNewsdesk):
    """FakeNewsdesk whose answers' ids name the process, and which at some words

    - "dies early": is killed before it says anything, the first time it is asked;
    - "dies late": is killed once it has begun;
    - "meets": waits until another question that "meets" is being answered elsewhere;
    - "endless": notes in a file that it was closed.
    """

    def __init__(self, notes: Path) -> None:
        super().__init__()
        self._notes = notes
        self._counted = 0

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]:
        if "dies early" in question and not (self._notes / "died").exists():
            (self._notes / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if "meets" in question:
            self._meet()
        try:
            for piece in super().stream(question, history=history, filters=filters, infer=infer):
                yield replace(piece, id=str(os.getpid())) if isinstance(piece, Answer) else piece
                if "dies late" in question:
                    os.kill(os.getpid(), signal.SIGKILL)
        except GeneratorExit:
            (self._notes / "closed").touch()
            raise

    def stats(self) -> Stats:
        """Counts the calls in place of articles."""
        self._counted += 1
        return replace(super().stats(), articles=self._counted)

    def examples(self, n: int = 4, *, filters: Filters = Filters()) -> tuple[str, ...]:
        return (os.environ.get("OMP_NUM_THREADS", ""),)

    def _meet(self) -> None:
        (self._notes / f"met-{os.getpid()}").touch()
        end = time.monotonic() + 30
        while len(list(self._notes.glob("met-*"))) < 2:
            assert time.monotonic() < end, "nobody else came"
            time.sleep(0.01)


@dataclass(frozen=True, slots=True)
class Odd:
    """Opens an OddDesk wherever it is called."""

    notes: Path

    def __call__(self) -> OddDesk:
        return OddDesk(self.notes)


def missing() -> OddDesk:
    raise ArchiveMissing("there is no archive at press")
