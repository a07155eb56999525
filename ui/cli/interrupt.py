"""Ctrl-C and SIGTERM while an archive is being written.

The first one stops the work as soon as Python can, but not amid a step of the
database's: a transaction that is neither begun nor ended would keep its lock.
The archive then saves its indexes, and further ones do not disturb that unless
they are insisted on.
Even then nothing committed is lost: the indexes catch up at the next opening.
"""

from __future__ import annotations

import _thread
import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

INTERRUPTED = 130  # the exit code
_PATIENCE = 2  # signals while saving that are answered with words
_MOMENT = 0.01  # seconds until it is looked again whether the database's step is done
_STEPS = ("sqlalchemy.", "index.database", "contextlib")  # modules that begin and end transactions
_SAVING = b"\nSaving the archive, one moment. Press Ctrl-C again to stop at once.\n"


class Interruption:
    """Turns the two signals into one KeyboardInterrupt. Use it as a context manager."""

    def __init__(self) -> None:
        self.requested = False
        self._saving = False
        self._postponed = False
        self._again: threading.Timer | None = None
        self._ignored = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._received)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._again is not None:
            self._again.cancel()  # it would come to whoever minds the signals next
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raise what was postponed, or may have got lost: Python drops it in a finaliser."""
        if self.requested:
            if self._again is not None:
                self._again.cancel()  # once is enough
            self._postponed = False
            raise KeyboardInterrupt

    def saving(self) -> None:
        """From here on nothing is to be interrupted lightly."""
        self._saving = True

    def _received(self, number: int, frame: FrameType | None) -> None:
        first, self.requested = not self.requested, True
        if (first or self._postponed) and not self._saving:
            self._postponed = _amid_step(frame)
            if not self._postponed:
                raise KeyboardInterrupt
            self._again = threading.Timer(_MOMENT, _thread.interrupt_main, [number])
            self._again.daemon = True
            self._again.start()
            return
        if self._postponed:  # the work came to its end before
            self._postponed = False
            return
        self._ignored += 1
        if self._ignored >= _PATIENCE:
            raise KeyboardInterrupt
        # not through a stream: this may have come in the middle of a write to it
        os.write(2, _SAVING)


def _amid_step(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(_STEPS):
            return True
        frame = frame.f_back
    return False
