"""A contestant's run in a process of its own: started, waited for, and its figures checked.

What goes wrong in there, it dies, hangs or prints nonsense, is said in one
sentence and stops none of the others.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from eval.bench.peers.types import PeerFailed, Run

DRIVERS = Path(__file__).parent / "drivers"
PROJECT = Path(__file__).parents[3]
_TOLD = 300  # characters of what a process said last


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
    code, said, complained = finished(command, environment(with_byline), timeout)
    if code:
        raise PeerFailed(f"it ended with status {code}: {last_line(complained)[:_TOLD]}")
    return read(said, questions)


def environment(with_byline: bool) -> dict[str, str]:
    """The variables of a driver's process: no network, no telemetry, no foreign packages."""
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


def finished(
    command: Sequence[str], variables: Mapping[str, str], timeout: float
) -> tuple[int, str, str]:
    """The status, output and complaints of a process. Raises PeerFailed where it takes too long.

    It is stopped with all that it started, then as well as at Ctrl-C.
    """
    process = subprocess.Popen(  # noqa: S603 - the benchmark's own commands
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(variables),
        start_new_session=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        said, complained = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise PeerFailed(f"it had not finished after {timeout:g} seconds") from error
    finally:
        if process.poll() is None:
            _stop(process)
    return process.returncode, said, complained


def read(said: str, questions: int) -> Run:
    """The figures on the last line of what a driver printed. Raises PeerFailed."""
    line = last_line(said)
    try:
        figures = json.loads(line)
        run = Run(
            indexing_s=_positive(figures["indexing_s"]),
            indexing_busy_s=_positive(figures["indexing_busy_s"]),
            passages=int(figures["passages"]),
            latencies_ms=tuple(_positive(each) for each in figures["latencies_ms"]),
            busy_ms=tuple(float(each) for each in figures["busy_ms"]),
            ranked=tuple(tuple(map(str, each)) for each in figures["ranked"]),
            peak_bytes=int(figures["peak_bytes"]),
            answering_bytes=_whole(figures["answering_bytes"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        found = repr(line[:_TOLD]) if line else "nothing"
        raise PeerFailed(f"expected a line of figures, found {found} ({error!r})") from error
    counts = {len(run.latencies_ms), len(run.busy_ms), len(run.ranked)}
    if counts != {questions}:
        raise PeerFailed(
            f"expected figures of {questions} questions, found {', '.join(map(str, counts))}"
        )
    return run


def last_line(text: str) -> str:
    """The last line that is not blank."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _positive(value: Any) -> float:
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError(f"{number} is no time")
    return number


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _stop(process: subprocess.Popen[str]) -> None:
    """Kill it and what it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
