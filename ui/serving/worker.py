"""A process that answers: it opens a desk of its own and does what it is called for.

It ends when the pipe to the server closes, which also happens where the server
is killed, so none is left behind. Signals are the server's to mind: one sent to
the whole group must not cut off the answers that the server waits for.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from typing import Any

from index.beside import short_turns
from index.errors import BylineError
from ui.serving.errors import WorkerFailed
from ui.serving.messages import Call, Done, Failed, Piece, Ready, Stop
from ui.traces import told

log = logging.getLogger(__name__)

# Sources are opened and feedback is kept beside the questions that are being answered.
_BESIDE = 2

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


def work(pipe: Connection, open_desk: Callable[[], Any], questions: int, threads: int) -> None:
    """Answer calls until the pipe closes: `questions` at once, each computing with `threads`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for variable in _THREADS:  # before the libraries that read them are loaded
        os.environ[variable] = str(threads)
    short_turns()
    worker = _Worker(pipe)
    try:
        desk = open_desk()
        if hasattr(desk, "warm"):
            desk.warm()
    except Exception as error:  # noqa: BLE001 (told to the server)
        worker.send(Failed(-1, _portable(error)))
        return
    worker.send(Ready())
    executor = ThreadPoolExecutor(questions + _BESIDE, thread_name_prefix="answering")
    while True:
        try:
            message = pipe.recv()
        except (EOFError, OSError):
            executor.shutdown(wait=False, cancel_futures=True)
            if worker.busy:  # an answer that nobody will read, and that may take long
                os._exit(0)
            return
        if isinstance(message, Call):
            worker.expect(message.number)
            executor.submit(worker.do, desk, message)
        elif isinstance(message, Stop):
            worker.stop(message.number)


class _Worker:
    """The pipe, shared by the threads that answer."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._sending = threading.Lock()
        self._calls: dict[int, bool] = {}  # those that have not ended: whether told to stop
        self._changing = threading.Lock()

    def send(self, message: object) -> None:
        # A server that has gone is noticed where calls are received.
        with self._sending, suppress(OSError):
            self._pipe.send(message)

    @property
    def busy(self) -> int:
        """Calls that have not ended."""
        return len(self._calls)

    def expect(self, number: int) -> None:
        self._calls[number] = False

    def stop(self, number: int) -> None:
        """End that call, unless it has ended by itself meanwhile."""
        with self._changing:
            if number in self._calls:
                self._calls[number] = True

    def do(self, desk: Any, call: Call) -> None:
        try:
            if self._calls[call.number]:
                self.send(Done(call.number))
                return
            result = getattr(desk, call.method)(*call.arguments, **call.named)
            if not call.streams:
                self.send(Done(call.number, result))
                return
            with closing(result) as pieces:  # closing ends a language model's request
                for piece in pieces:
                    if self._calls[call.number]:
                        break
                    self.send(Piece(call.number, piece))
            self.send(Done(call.number))
        except Exception as error:  # noqa: BLE001 (told to the server)
            self.send(Failed(call.number, _portable(error)))
        finally:
            with self._changing:
                del self._calls[call.number]


def _portable(error: Exception) -> Exception:
    """An error that the server can raise: Byline's own as they are, others without details."""
    if not isinstance(error, BylineError):
        log.error("a call failed: %s", told(error))  # not its words: they may be a reader's
        return WorkerFailed("An answering process failed; its log says why.")
    try:
        same: object = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own, made here)
    except Exception:  # noqa: BLE001 (whatever a strange constructor raises)
        same = None
    return error if type(same) is type(error) else BylineError(str(error))
