"""Whether the assistant knows what it does not know: questions over paragraphs.

The paragraphs of all rows together are the archive, as for a reader who has
more than the one page that the question is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.asking import Desk, Progress, Setup, temporary
from eval.binary import Judged
from eval.corpus import index_rows, read_rows
from eval.figures import Refusing, refusing
from index.errors import QuestionError, SourceError
from rag.types import Answer, Turn


@dataclass(frozen=True, slots=True)
class Asked:
    """A row: a question, and whether its paragraph answers it."""

    question: str
    context: str
    answerable: bool


@dataclass(frozen=True, slots=True)
class RefusalScores:
    """The measures, each question's judgement, and of how many paragraphs the archive was."""

    scores: Refusing
    judged: tuple[Judged, ...]
    contexts: int


def read_asked(path: Path) -> list[Asked]:
    """Rows of `question`, `context` and `answerable`. Raises SourceError with file and line."""
    asked = []
    for number, row in read_rows(path):
        question, context, known = (row.get(k) for k in ("question", "context", "answerable"))
        if not isinstance(question, str) or not isinstance(context, str):
            raise SourceError(
                f"{path}:{number}: expected question and context to be text, found {sorted(row)}"
            )
        if not isinstance(known, bool):
            raise SourceError(
                f"{path}:{number}: expected answerable to be true or false, found {known!r:.40}"
            )
        asked.append(Asked(question, context, known))
    if not asked:
        raise SourceError(f"{path}: there are no questions in it")
    return asked


def measure(path: Path, setup: Setup, progress: Progress | None = None) -> RefusalScores:
    """Ask every question of an archive of all contexts, each of which counts once.

    Intervals are clustered by context. Raises SourceError.
    """
    asked = read_asked(path)
    contexts = dict.fromkeys(row.context for row in asked)
    names = {context: f"c{number}" for number, context in enumerate(contexts)}
    judged = []
    rows = [{"id": name, "text": context} for context, name in names.items()]
    report = partial(progress, "indexing") if progress else None

    def fill(folder: Path) -> None:
        index_rows(rows, folder, setup.embedder, report)

    with temporary(setup, fill) as desk:
        for done, row in enumerate(asked, start=1):
            judged.append(asked_of(desk, row.question, (), row.answerable, names[row.context]))
            if progress is not None:
                progress("asking", done, len(asked))
    return RefusalScores(refusing(judged), tuple(judged), len(contexts))


def asked_of(
    desk: Desk, question: str, history: Sequence[Turn], answerable: bool, group: str
) -> Judged:
    """What the assistant makes of a question; one that cannot be put to it counts as refused."""
    try:
        return judge(desk.on().ask(question, history=history), answerable, group)
    except QuestionError:  # empty or overlong
        return Judged(0.0, answerable, refused=True, group=group)


def judge(answer: Answer, answerable: bool, group: str) -> Judged:
    """What an answer says of its question."""
    return Judged(answer.confidence, answerable, answer.refusal is not None, group)
