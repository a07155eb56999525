"""One contestant, measured: run by the interpreter of the environment that it is installed in.

    python measure.py DRIVER TASK.json

Standard library only, and nothing of Byline: what is measured is what that
environment holds. DRIVER names a class of a module beside this file, such as
"with_txtai:Contestant". Making one with (model, folder, depth) loads the model;
`index(articles)` returns how many passages it made; `search(question)` returns the
article of each of the `depth` best passages, best first. What is printed is one
line, a JSON object of the figures; whatever else would be goes to the errors.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, Protocol

# Asked first and not counted: models load, files are cached, pools are filled.
WARM_UP = (
    "Who won the election?",
    "How much did the bridge cost, and who paid for it?",
    "What did the minister say about the strike in March?",
    "Why was the match called off?",
    "Where will the new station be built?",
)


class Contestant(Protocol):
    """What a driver's class can do."""

    def index(self, articles: list[dict[str, str]]) -> int: ...

    def search(self, question: str) -> list[str]: ...


def measure(contestant: Contestant, task: dict[str, Any]) -> dict[str, Any]:
    """Index the articles, then ask every question once, one after another.

    Times are of the clock and of the processors (all threads of this process).
    """
    articles = rows(task["articles"])
    questions = rows(task["questions"])
    began, busy = time.perf_counter(), time.process_time()
    passages = contestant.index(articles)
    indexing, indexing_busy = time.perf_counter() - began, time.process_time() - busy
    for question in WARM_UP:
        contestant.search(question)
    latencies, busies, ranked = [], [], []
    for row in questions:
        began, busy = time.perf_counter(), time.process_time()
        found = contestant.search(row["question"])
        latencies.append((time.perf_counter() - began) * 1000)
        busies.append((time.process_time() - busy) * 1000)
        ranked.append(list(dict.fromkeys(found))[: int(task["ranked"])])
    return {
        "indexing_s": indexing,
        "indexing_busy_s": indexing_busy,
        "passages": passages,
        "latencies_ms": latencies,
        "busy_ms": busies,
        "ranked": ranked,
        "peak_bytes": peak_bytes(),
        "answering_bytes": resident_bytes(),
    }


def peak_bytes() -> int:
    """The most that this process has held in memory."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def resident_bytes() -> int | None:
    """What it holds now; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGESIZE")


def rows(path: str) -> list[dict[str, str]]:
    """The objects of a file of JSON Lines."""
    with Path(path).open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def main(name: str, task_file: str) -> None:
    """Measure the driver of that name."""
    task = json.loads(Path(task_file).read_text(encoding="utf-8"))
    # A progress bar, say, must not stand on the line of figures.
    figures = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    module, _, kind = name.partition(":")
    make = getattr(importlib.import_module(module), kind)
    contestant = make(task["model"], task["folder"], int(task["depth"]))
    figures.write(json.dumps(measure(contestant, task)) + "\n")
    figures.flush()
    os._exit(0)  # some keep threads that would outlive the work


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
