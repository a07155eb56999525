"""From a question to its cited answer: time by step, its models loaded.

The archive is the one given, asked what its own sentences say (`eval.bench.archives`), or
the sample's, asked the sample's questions.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval import latency
from eval.asking import SAMPLE, Desk, Progress, Setup, fill_with, opened, temporary
from eval.bench.archives import folder_of, questions
from eval.bench.registry import Given
from eval.latency import LatencyScores
from index.embed import SentenceTransformerEmbedder
from rag.reader import reader_for

QUESTIONS = 200  # of an archive that is given
_STEPS = {
    "total": "question to cited answer",
    "understand": "of that, understanding it",
    "retrieve": "of that, finding and choosing sentences",
    "read": "of that, the reader model",
    "write": "of that, writing the answer",
}


@dataclass(frozen=True, slots=True)
class AnsweringScores:
    """`latency` is by the clock; `processor` the mean of an answer's processor milliseconds.

    The latter is of all cores together, and is what the machine's other work leaves alone.
    Both are of the same questions: those that warm up are not counted.
    """

    latency: LatencyScores
    processor: float


def run(given: Given) -> AnsweringScores:
    """Ask one question after another.

    Raises SourceError for an archive on a server, ArchiveError for one with too few passages.
    """
    embedder = SentenceTransformerEmbedder()
    setup = Setup(embedder, reader_for(None))
    if given.archive is not None:
        with folder_of(given, 0) as folder, opened(folder, setup) as desk:
            asked = questions(desk.archive, folder, QUESTIONS, more_than=latency.WARM_UP)
            return _measured([f"{text}?" for text in asked], desk, given.progress)
    with temporary(setup, fill_with(SAMPLE / "articles", embedder)) as desk:
        return _measured(latency.read_plain(SAMPLE / "questions.jsonl"), desk, given.progress)


def lines(scores: AnsweringScores, plots: Path | None) -> Sequence[str]:
    """The scores as Markdown."""
    found = scores.latency
    return (
        f"{found.passages:,} passages of {found.articles:,} articles; {found.questions} questions, "
        f"{found.answered} of them answered and the others refused.",
        "",
        "| | median ms | 95th percentile |",
        "|---|---:|---:|",
        *(
            f"| {title} | {found.steps[step].median:.1f} | {found.steps[step].p95:.1f} |"
            for step, title in _STEPS.items()
        ),
        "",
        f"An answer takes {scores.processor:.1f} ms of processor time, all cores together.",
    )


def _measured(asked: Sequence[str], desk: Desk, progress: Progress | None) -> AnsweringScores:
    desk.on().warm()
    used: list[float] = []  # processor seconds, up to each answer

    def noted(what: str, done: int, total: int) -> None:
        used.append(time.process_time())
        if progress is not None:
            progress(what, done, total)

    scores = latency.timed(asked, desk, noted)
    spent = used[-1] - used[latency.WARM_UP - 1]
    return AnsweringScores(scores, 1000 * spent / scores.questions)
