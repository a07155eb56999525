"""What a process that serves an archive holds in memory, step by step, each in a new process.

Resident memory, of which the pages of mapped files are a part that the system takes back
when it needs them; both are given.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.archives import folder_of
from eval.bench.registry import Given
from eval.processes import WorkerLost

PASSAGES = 100_000  # of an archive that is made for this
_QUESTIONS = 100
_SECONDS = 1800  # that the process may take

_SERVE = """
import json, sys, time
from pathlib import Path

def told(step, **more):
    fields = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    sizes = {name: int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "RssFile")}
    print(json.dumps({"step": step, "resident": sizes["VmRSS"], "files": sizes["RssFile"], **more}))

told("bare Python")
from index.archive import Archive
from index.embed import SentenceTransformerEmbedder
from rag.retrieve import query, retrieve
from eval.bench.archives import questions
told("modules loaded")
embedder = SentenceTransformerEmbedder()
embedder.embed_query("warm")
told("encoder loaded")
folder = Path(sys.argv[1])
start = time.perf_counter()
archive = Archive(folder)
told("archive open", seconds=time.perf_counter() - start, passages=archive.passages)
asked = questions(archive, folder, int(sys.argv[2]))
told("questions chosen")
for text in asked:
    retrieve(archive, query(text, embedder, archive), 10)
told("questions asked")
from rag.assistant import Assistant
from rag.reader import reader_for
assistant = Assistant(archive, embedder, reader=reader_for(None))
for text in asked[:10]:
    assistant.ask(text)
told("answers given")
"""


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
    """Serve questions in a process of its own. Raises WorkerLost where that failed."""
    with folder_of(given, PASSAGES) as folder:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _SERVE, str(folder), str(_QUESTIONS)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    if done.returncode:
        raise WorkerLost(f"the process that was measured ended with: {done.stderr[-2000:]}")
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    opened = next(step for step in told if step["step"] == "archive open")
    return MemoryScores(
        passages=opened["passages"],
        opening=opened["seconds"],
        peak=max(step["resident"] for step in told),
        steps=tuple(Step(step["step"], step["resident"], step["files"]) for step in told),
    )


def lines(scores: MemoryScores, plots: Path) -> Sequence[str]:
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
