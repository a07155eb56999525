"""Asking as a reader asks: one question after another, of an archive that is made for it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.archive import Archive
from index.embed import Embedder
from index.ingest import Ingest
from index.location import Location
from index.sources import open_source
from index.writer import ArchiveWriter
from rag.assistant import Assistant
from rag.reader import Reader
from rag.refuse import THRESHOLD
from rag.remember import Remembered
from rag.types import Answer, Turn

SAMPLE = Path(__file__).parent / "sample"
CASES = Path(__file__).parent / "cases"
# "Last week" must mean the same whenever a figure is made: a day after the sample's last story.
TODAY = date(2025, 7, 31)
KEPT = 8  # earlier turns that the chat sends along with a question (ui/chat/session.py)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Setup:
    """What questions are answered with; without a reader, by features alone."""

    embedder: Embedder
    reader: Reader | None = None
    threshold: float = THRESHOLD  # of the probability below which they are refused


class Desk:
    """Assistants over one archive, one for each day that questions are asked on."""

    def __init__(self, archive: Archive, setup: Setup) -> None:
        self.archive = archive
        self.setup = setup
        self._embedder = Remembered(setup.embedder)
        self._assistants: dict[date, Assistant] = {}

    def on(self, today: date | None = None) -> Assistant:
        """The assistant of a day, by default of `TODAY`."""
        day = today or TODAY
        if day not in self._assistants:
            self._assistants[day] = Assistant(
                self.archive,
                self._embedder,
                reader=self.setup.reader,
                today=day,
                threshold=self.setup.threshold,
            )
        return self._assistants[day]


def turn(answer: Answer) -> Turn:
    """What is kept of an answer for the questions after it."""
    return Turn(answer.question.text, answer.question.searched, answer.text)


def converse(assistant: Assistant, questions: Sequence[str]) -> list[Answer]:
    """Ask questions one after another, each with the turns before it."""
    answers: list[Answer] = []
    for question in questions:
        history = tuple(turn(answer) for answer in answers[-KEPT:])
        answers.append(assistant.ask(question, history=history))
    return answers


@contextmanager
def temporary(setup: Setup, fill: Callable[[Path], object]) -> Iterator[Desk]:
    """A desk over an archive that `fill` makes in the folder it is given, and then gone."""
    with tempfile.TemporaryDirectory(prefix="byline-eval-") as name:
        folder = Path(name)
        fill(folder)
        with opened(folder, setup) as desk:
            yield desk


@contextmanager
def opened(where: Location | Path, setup: Setup) -> Iterator[Desk]:
    """A desk over an archive. Raises ArchiveMissing and EmbedderMismatch."""
    archive = Archive(where)
    try:
        archive.require(setup.embedder.identity)
        yield Desk(archive, setup)
    finally:
        archive.close()


def fill_with(
    source: Path, embedder: Embedder, progress: Progress | None = None
) -> Callable[[Path], None]:
    """What makes an archive of every article of a source (a folder of pages, a file of rows)."""

    def fill(folder: Path) -> None:
        items = list(open_source(source).pages())
        with ArchiveWriter(folder, embedder.identity) as writer:
            Ingest(
                writer,
                embedder,
                (lambda done: progress("indexing", done.pages, len(items))) if progress else None,
            ).run(items)

    return fill
