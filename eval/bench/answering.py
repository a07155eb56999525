"""From a question to its cited answer: time by step, its models loaded.

The archive is the one given, asked what its own sentences say (`eval.bench.archives`), or
the sample's, asked the sample's questions.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval import latency
from eval.asking import SAMPLE, Desk, Setup
from eval.bench.archives import folder_of, questions
from eval.bench.registry import Given
from eval.latency import LatencyScores
from index.archive import Archive
from index.embed import SentenceTransformerEmbedder
from index.ingest import Ingest
from index.sources import open_source
from index.writer import ArchiveWriter
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
    """

    latency: LatencyScores
    processor: float


def run(given: Given) -> AnsweringScores:
    """Ask one question after another. Raises SourceError for an archive on a server."""
    embedder = SentenceTransformerEmbedder()
    if given.archive is not None:
        with folder_of(given, 0) as folder:
            return _measured(folder, embedder, given)
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as made:
        with ArchiveWriter(Path(made), embedder.identity) as writer:
            Ingest(writer, embedder).run(open_source(SAMPLE / "articles").pages())
        return _measured(Path(made), embedder, given)


def lines(scores: AnsweringScores, plots: Path) -> Sequence[str]:
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


def _measured(folder: Path, embedder: SentenceTransformerEmbedder, given: Given) -> AnsweringScores:
    archive = Archive(folder)
    try:
        desk = Desk(archive, Setup(embedder, reader_for(None)))
        desk.on().warm()
        if given.archive is None:
            asked = latency.read_plain(SAMPLE / "questions.jsonl")
        else:
            asked = [f"{text}?" for text in questions(archive, folder, QUESTIONS)]
        used = time.process_time()
        scores = latency.timed(asked, desk, given.progress)
        return AnsweringScores(scores, 1000 * (time.process_time() - used) / len(asked))
    finally:
        archive.close()
