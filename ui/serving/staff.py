"""The processes that answer: started, replaced where one dies, and ended."""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from typing import Any

from ui.serving.colleague import Colleague
from ui.serving.errors import NobodyThere, WorkerLost

log = logging.getLogger(__name__)

_SLOWEST = 30.0  # seconds between two tries to replace a process, at most
_PATIENCE = 1.0  # seconds that a call waits for somebody: a process takes longer to be warm


class Staff:
    """As many processes as `workers`, `questions` at once for each. Safe to share between threads.

    `open_desk` opens an assistant in the process that will answer with it.
    """

    def __init__(self, open_desk: Callable[[], Any], workers: int, questions: int) -> None:
        self._open_desk = open_desk
        self._workers = workers
        self._questions = questions
        self._threads = max(1, _cores() // workers)
        self._context = multiprocessing.get_context("spawn")
        self._change = threading.Condition()
        self._staff: list[Colleague] = []
        self._starting: list[Colleague] = []
        self._closing = threading.Event()

    def start(self) -> None:
        """Start all processes and wait until they are warm."""
        atexit.register(self.close)
        try:
            started = [self._hire() for _ in range(self._workers)]
            for each in started:
                each.wait()
            with self._change:
                for each in started:
                    self._seat(each)
                gone = [each for each in started if each.gone]
        except BaseException:
            self.close()
            raise
        for each in gone:  # while another was warming, when nobody looked after it yet
            threading.Thread(
                target=self._replace, args=(each,), name="byline-hiring", daemon=True
            ).start()

    def close(self) -> None:
        """End all processes."""
        atexit.unregister(self.close)
        self._closing.set()
        with self._change:
            staff, self._staff = [*self._staff, *self._starting], []
            self._starting = []
            self._change.notify_all()
        for each in staff:
            each.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that answer now."""
        with self._change:
            return tuple(each.process.pid or 0 for each in self._staff)

    @property
    def ready(self) -> bool:
        """Whether anybody is there to answer."""
        return bool(self._there())

    def freest(self) -> Colleague:
        """Whoever has least to do. Raises NobodyThere where nobody is there in time."""
        with self._change:
            self._change.wait_for(lambda: self._there() or self._closing.is_set(), _PATIENCE)
            there = self._there()
            if not there:
                raise NobodyThere
            return min(there, key=lambda each: each.busy)

    def _there(self) -> list[Colleague]:
        return [each for each in self._staff if not each.gone]

    def _hire(self) -> Colleague:
        """A process that is not warm yet. Raises WorkerLost once all are being ended."""
        if not self._closing.is_set():
            new = Colleague(
                self._context, self._open_desk, self._questions, self._threads, self._replace
            )
            with self._change:
                if not self._closing.is_set():
                    self._starting.append(new)
                    return new
            new.close()
        raise WorkerLost("The server is stopping.")

    def _seat(self, new: Colleague) -> None:
        """One that is warm answers from now on; to be called with `_change` held."""
        if self._closing.is_set():
            raise WorkerLost("The server is stopping.")
        self._starting.remove(new)
        self._staff.append(new)
        self._change.notify_all()

    def _replace(self, lost: Colleague) -> None:
        """Put another process in the place of one that has ended."""
        with self._change:
            if lost not in self._staff:
                return  # it never was warm: whoever started it waits for it, and is told
            self._staff.remove(lost)
        pause = 1.0
        while not self._closing.is_set():
            log.warning("process %s that answered has ended; another is started", lost.process.pid)
            lost.process.join()
            try:
                self._hire_and_seat()
            except Exception:
                if not self._closing.is_set():
                    log.exception("no process that answers can be started")
                self._closing.wait(pause)
                pause = min(2 * pause, _SLOWEST)
            else:
                return

    def _hire_and_seat(self) -> None:
        new = self._hire()
        try:
            new.wait()
            with self._change:
                if new.gone:  # from here on `_replace` is told of it
                    raise WorkerLost("It ended as soon as it was warm.")
                self._seat(new)
        except BaseException:
            new.close()
            with self._change:
                if new in self._starting:
                    self._starting.remove(new)
            raise


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
