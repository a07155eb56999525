"""Ctrl-C and SIGTERM while an archive is being written.

The first one stops the work as soon as Python can; the archive then saves its
indexes, and further ones do not disturb that unless they are insisted on.
Even then nothing committed is lost: the indexes catch up at the next opening.
"""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

INTERRUPTED = 130  # the exit code
_PATIENCE = 2  # signals while saving that are answered with words
_SAVING = b"\nSaving the archive, one moment. Press Ctrl-C again to stop at once.\n"


class Interruption:
    """Turns the two signals into one KeyboardInterrupt. Use it as a context manager."""

    def __init__(self) -> None:
        self.requested = False
        self._saving = False
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
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raise again what may have got lost: in a finaliser, Python drops exceptions."""
        if self.requested:
            raise KeyboardInterrupt

    def saving(self) -> None:
        """From here on nothing is to be interrupted lightly."""
        self._saving = True

    def _received(self, number: int, frame: FrameType | None) -> None:
        first, self.requested = not self.requested, True
        if first and not self._saving:
            raise KeyboardInterrupt
        self._ignored += 1
        if self._ignored >= _PATIENCE:
            raise KeyboardInterrupt
        # not through a stream: this may have come in the middle of a write to it
        os.write(2, _SAVING)
