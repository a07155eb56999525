"""One contestant, measured: run by the interpreter of the environment that it is installed in.

    python measure.py DRIVER TASK.json

Standard library only, and nothing of Byline: what is measured is what that
environment holds. DRIVER names a class of a module beside this file, such as
"with_txtai:Contestant". Making one with (model, folder, depth) loads the model;
`index(articles)` returns how many passages it made; `search(question)` returns the
article of each of the `depth` best passages, best first. One that says `on_disk`
keeps its index in the folder: it answers in a process of its own, as it would on a
server, and not in the one that has just indexed. What is printed is one line, a JSON
object of the figures; whatever else would be goes to the errors.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Protocol

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

    on_disk: ClassVar[bool]

    def index(self, articles: list[dict[str, str]]) -> int: ...

    def search(self, question: str) -> list[str]: ...


Figures = dict[str, Any]


def measure(name: str, task: Figures) -> Figures:
    """Index the articles, then ask every question once, one after another.

    Times are of the clock and of the processors (all threads of a process).
    """
    module, _, kind = name.partition(":")
    if not getattr(importlib.import_module(module), kind).on_disk:
        contestant = made(name, task)
        return index(contestant, task) | ask(contestant, task)
    indexing = apart(name, task)
    answering = ask(made(name, task), task)
    return {**indexing, **answering, "peak_bytes": max(peak_bytes(), indexing["peak_bytes"])}


def made(name: str, task: Figures) -> Contestant:
    """A contestant with its model loaded."""
    module, _, kind = name.partition(":")
    make = getattr(importlib.import_module(module), kind)
    contestant: Contestant = make(task["model"], task["folder"], int(task["depth"]))
    return contestant


def index(contestant: Contestant, task: Figures) -> Figures:
    """The time that indexing takes."""
    articles = rows(task["articles"])
    began, busy = time.perf_counter(), time.process_time()
    passages = contestant.index(articles)
    return {
        "indexing_s": time.perf_counter() - began,
        "indexing_busy_s": time.process_time() - busy,
        "passages": passages,
        "peak_bytes": peak_bytes(),
    }


def ask(contestant: Contestant, task: Figures) -> Figures:
    """What each question found, and the time it took."""
    questions = rows(task["questions"])
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
        "latencies_ms": latencies,
        "busy_ms": busies,
        "ranked": ranked,
        "peak_bytes": peak_bytes(),
        "answering_bytes": resident_bytes(),
    }


def apart(name: str, task: Figures) -> Figures:
    """Index in a process that is gone afterwards."""
    command = [sys.executable, __file__, name, "--index", json.dumps(task)]
    done = subprocess.run(  # noqa: S603 - this script itself, by the same interpreter
        command, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode < 0:
        os.kill(os.getpid(), -done.returncode)  # a signal ended it: so it does this process
    if done.returncode:
        sys.exit(done.returncode)  # what it complained of has been said
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def peak_bytes() -> int:
    """The most that this process has held in memory."""
    # getrusage counts as well what started it, as it held when it did.
    with suppress(OSError, ValueError, StopIteration):
        told = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace")
        line = next(each for each in told.splitlines() if each.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
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


def main(name: str, *rest: str) -> None:
    """Measure the driver of that name; with --index and a task, only its indexing."""
    # A progress bar, say, must not stand on the line of figures.
    figures = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if rest[0] == "--index":
        task = json.loads(rest[1])
        told = index(made(name, task), task)
    else:
        told = measure(name, json.loads(Path(rest[0]).read_text(encoding="utf-8")))
    figures.write(json.dumps(told) + "\n")
    figures.flush()
    os._exit(0)  # some keep threads that would outlive the work


if __name__ == "__main__":
    main(*sys.argv[1:])
