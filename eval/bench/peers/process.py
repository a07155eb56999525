"""A contestant's run in a process of its own: what it is given, and its figures checked.

What goes wrong in there, it dies, hangs or prints nonsense, is said in one
sentence and stops none of the others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.bench import process
from eval.bench.peers.types import PeerFailed, Run
from eval.bench.process import Ended, last_line
from eval.processes import WorkerLost

DRIVERS = Path(__file__).parent / "drivers"
PROJECT = Path(__file__).parents[3]
_TOLD = 300  # characters of what is no line of figures


def measured(
    python: Path | str,
    driver: str,
    task: Path,
    questions: int,
    *,
    timeout: float,
    with_byline: bool = False,
    drivers: Path = DRIVERS,
) -> Run:
    """Run a driver over a task. Raises PeerFailed.

    `timeout` is in seconds; `with_byline` lets it import Byline, which no peer may.
    """
    command = [str(python), str(drivers / "measure.py"), driver, str(task)]
    ended = finished(command, timeout, environment(with_byline))
    if ended.status:
        raise PeerFailed(f"it {ended.why}")
    return read(ended.said, questions)


def environment(with_byline: bool) -> dict[str, str]:
    """The variables of a driver's process: no model hub, no telemetry, no foreign packages."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if with_byline:
        kept["PYTHONPATH"] = str(PROJECT)
    return kept | {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "LOGFIRE_IGNORE_NO_CONFIG": "1",
        "PYTHONWARNINGS": "ignore",
        "CUDA_VISIBLE_DEVICES": "",
    }


def finished(command: Sequence[str], timeout: float, variables: Mapping[str, str]) -> Ended:
    """Run a process to its end. Raises PeerFailed where it cannot run or takes too long."""
    try:
        return process.finished(command, timeout, variables)
    except WorkerLost as error:
        raise PeerFailed(str(error)) from error


def read(said: str, questions: int) -> Run:
    """The figures on the last line of what a driver printed. Raises PeerFailed."""
    line = last_line(said)
    try:
        figures = json.loads(line)
        run = Run(
            indexing_s=_positive(figures["indexing_s"]),
            indexing_busy_s=_positive(figures["indexing_busy_s"]),
            passages=_whole(figures["passages"]),
            latencies_ms=tuple(_positive(each) for each in figures["latencies_ms"]),
            busy_ms=tuple(_positive(each) for each in figures["busy_ms"]),
            ranked=tuple(tuple(map(str, each)) for each in figures["ranked"]),
            peak_bytes=_whole(figures["peak_bytes"]),
            answering_bytes=(
                None if figures["answering_bytes"] is None else _whole(figures["answering_bytes"])
            ),
        )
    except (ValueError, KeyError, TypeError) as error:
        found = repr(line[:_TOLD]) if line else "nothing"
        raise PeerFailed(f"expected a line of figures, found {found} ({error!r})") from error
    counts = {len(run.latencies_ms), len(run.busy_ms), len(run.ranked)}
    if counts != {questions}:
        raise PeerFailed(
            f"expected figures of {questions} questions, found "
            f"{', '.join(map(str, sorted(counts)))}"
        )
    return run


def _positive(value: Any) -> float:
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError(f"{number} is no time")
    return number


def _whole(value: Any) -> int:
    number = float(value)
    if not (number.is_integer() and number >= 0):
        raise ValueError(f"{number} is no count")
    return int(number)
