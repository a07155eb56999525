"""What is measured apart, in a process of its own: started, waited for, and read.

So is a step whose memory is of interest, as nothing else is in that process, and a peer,
which needs another interpreter. It is stopped with all that it started where it takes too
long, as well as at Ctrl-C.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from eval.processes import WorkerLost

_TOLD = 300  # characters of what a process said last

_CALL = """
import importlib, json, sys
module, function, arguments = sys.argv[1:]
found = getattr(importlib.import_module(module), function)(*json.loads(arguments))
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that is over: its status, what it printed, and its errors."""

    status: int  # below 0: the signal that ended it
    said: str
    complained: str

    @property
    def complaint(self) -> str:
        """The last line of its errors, shortened."""
        return last_line(self.complained)[:_TOLD]

    @property
    def why(self) -> str:
        """How it ended, for an error: `ended with status 1: MemoryError: no room`."""
        if self.status >= 0:
            return f"ended with status {self.status}: {self.complaint}"
        try:
            name = signal.Signals(-self.status).name
        except ValueError:
            name = str(-self.status)
        hint = ", perhaps for want of memory" if name == "SIGKILL" else ""
        return f"was ended by the signal {name}{hint}: {self.complaint}"


def finished(
    command: Sequence[str], timeout: float, variables: Mapping[str, str] | None = None
) -> Ended:
    """Run a process to its end, with this one's variables unless others are given.

    `timeout` is in seconds. Raises WorkerLost where it cannot be started or takes longer.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the benchmarks' own commands, without a shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=None if variables is None else dict(variables),
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise WorkerLost(f"{command[0]} cannot be run: {error.strerror or error}") from error
    try:
        said, complained = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise WorkerLost(f"it had not finished after {timeout:g} seconds") from error
    finally:
        if process.poll() is None:
            _stop(process)
    return Ended(process.returncode, said, complained)


def called(module: str, function: str, *arguments: str | int, timeout: float) -> Any:
    """What a function of a module returns, called by this Python in a process of its own.

    It returns what JSON can hold. `timeout` is in seconds. Raises WorkerLost where it
    fails or takes longer.
    """
    command = [sys.executable, "-c", _CALL, module, function, json.dumps(arguments)]
    try:
        ended = finished(command, timeout)
    except WorkerLost as error:
        raise WorkerLost(f"{module}.{function}, measured in a process apart: {error}") from error
    if ended.status:
        raise WorkerLost(f"the process that measured {module}.{function} {ended.why}")
    return json.loads(last_line(ended.said))


def last_line(text: str) -> str:
    """The last line that is not blank."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _stop(process: subprocess.Popen[str]) -> None:
    """Kill it and what it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
