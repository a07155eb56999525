"""Doing one thing beside another, where there is a second core.

Searching, reading from a database and the models' computing all let other threads of
Python run meanwhile.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from index.threads import workers

_T = TypeVar("_T")
_MOST = 16  # threads, whoever asks: each has work for some milliseconds
_TURN = 0.0005  # seconds


def begun(task: Callable[[], _T]) -> Callable[[], _T]:
    """Begin a task on another thread; what is returned waits for its result, or its error.

    Whoever asks for the result before a thread was free does the task instead of waiting,
    and with one core to compute with nothing is begun before it is asked for.
    """
    if workers() < 2:
        return task
    try:
        future = _threads().submit(task)
    except RuntimeError:  # the interpreter is about to end
        return task
    return lambda: task() if future.cancel() else future.result()


def short_turns() -> None:
    """Let threads wait less for one another, of which each question has two: for programs.

    Python takes the interpreter from a thread that computes after 5 ms, which is a third
    of what a question to a large archive may take. Set for the whole process.
    """
    sys.setswitchinterval(_TURN)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_MOST, thread_name_prefix="beside")
