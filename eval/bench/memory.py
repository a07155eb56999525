"""What a process that serves an archive holds in memory, step by step, in a new process.

Resident memory, of which the pages of mapped files are a part that the system takes back
when it needs them; both are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.archives import folder_of
from eval.bench.process import called
from eval.bench.registry import Given

PASSAGES = 100_000  # of an archive that is made for this
_QUESTIONS = 100
_SECONDS = 1800  # that the process may take


@dataclass(frozen=True, slots=True)
class Step:
    """Bytes resident after a step; `files` of them are pages of files."""

    name: str
    resident: int
    files: int


@dataclass(frozen=True, slots=True)
class MemoryScores:
    """`opening` in seconds; `peak` in bytes, the most after any step."""

    passages: int
    opening: float
    peak: int
    steps: tuple[Step, ...]


def run(given: Given) -> MemoryScores:
    """Serve questions in a process of its own (`eval.bench.serving`).

    Raises SourceError for an archive on a server, WorkerLost where that process failed.
    """
    with folder_of(given, PASSAGES) as folder:
        told = called("eval.bench.serving", "served", str(folder), _QUESTIONS, timeout=_SECONDS)
    steps = tuple(Step(**each) for each in told["steps"])
    return MemoryScores(
        passages=told["passages"],
        opening=told["opening"],
        peak=max(step.resident for step in steps),
        steps=steps,
    )


def lines(scores: MemoryScores, plots: Path | None) -> Sequence[str]:
    """The scores as Markdown."""
    return (
        f"{scores.passages:,} passages, opened in {scores.opening:.2f} s; at most "
        f"{scores.peak / 1e6:,.0f} MB.",
        "",
        "| after | resident MB | of them pages of files |",
        "|---|---:|---:|",
        *(
            f"| {step.name} | {step.resident / 1e6:,.0f} | {step.files / 1e6:,.0f} |"
            for step in scores.steps
        ),
    )
