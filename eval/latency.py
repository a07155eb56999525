"""How long an answer takes from an archive that is open, its models loaded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from eval.asking import Desk, Progress
from eval.corpus import read_rows
from index.errors import SourceError
from rag.types import Timings

WARM_UP = 5  # questions that are asked first and not counted: models load, files are cached


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds: the median and the 95th percentile."""

    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class LatencyScores:
    """Each step's time by its name in `rag.types.Timings`, and what they were measured on."""

    steps: dict[str, Spread]
    questions: int
    answered: int
    passages: int
    articles: int
    cores: int


def read_plain(path: Path) -> list[str]:
    """The `question` of each row. Raises SourceError where there is none, or too few to time."""
    questions = []
    for number, row in read_rows(path):
        if not isinstance(row.get("question"), str):
            raise SourceError(f"{path}:{number}: expected a question as text")
        questions.append(row["question"])
    if len(questions) <= WARM_UP:
        raise SourceError(
            f"{path}: expected more than {WARM_UP} questions, of which the first {WARM_UP} "
            f"are not timed, found {len(questions)}"
        )
    return questions


def measure(path: Path, desk: Desk, progress: Progress | None = None) -> LatencyScores:
    """Ask every question of a file once, one after another. Raises what `read_plain` does."""
    return timed(read_plain(path), desk, progress)


def timed(questions: Sequence[str], desk: Desk, progress: Progress | None = None) -> LatencyScores:
    """The same of these questions: more than the first few, which are not counted."""
    assistant = desk.on()
    times: list[Timings] = []
    answered = 0
    for done, question in enumerate(questions, start=1):
        answer = assistant.ask(question)
        if done > WARM_UP:
            times.append(answer.timings)
            answered += answer.refusal is None
        if progress is not None:
            progress("asking", done, len(questions))
    stats = desk.archive.stats()
    return LatencyScores(
        steps={f.name: _spread([getattr(t, f.name) for t in times]) for f in fields(Timings)},
        questions=len(times),
        answered=answered,
        passages=stats.passages,
        articles=stats.articles,
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
    )


def _spread(values: Sequence[float]) -> Spread:
    median, p95 = np.percentile(values, [50, 95])
    return Spread(float(median), float(p95))
