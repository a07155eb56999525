"""One answering process, as the server sees it."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.context import SpawnContext
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from typing import Any

from ui.serving.errors import WorkerLost
from ui.serving.messages import Call, Done, Failed, Piece, Ready, Stop
from ui.serving.worker import work

_PATIENCE = 5.0  # seconds that a process has to end by itself once its pipe is closed
_STUCK = 1.0  # seconds that a call may take to be sent, once the process is to end

Message = Piece | Done | Failed
_numbers = itertools.count()


class Colleague:
    """Starts a process, and holds its pipe.

    `lost` is called, in a thread, when the process has ended without being
    told to. `busy` counts the calls that it works on.
    """

    def __init__(
        self,
        context: SpawnContext,
        open_desk: Callable[[], Any],
        questions: int,
        threads: int,
        lost: Callable[[Colleague], None],
    ) -> None:
        self._pipe, theirs = context.Pipe()
        self._lost = lost
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._inboxes: dict[int, SimpleQueue[Message]] = {}
        self._closed = False
        self._ready: SimpleQueue[Failed | Ready] = SimpleQueue()
        self.process = context.Process(
            target=work, args=(theirs, open_desk, questions, threads), name="byline-answers"
        )
        self.process.start()
        theirs.close()  # so that its end is noticed
        threading.Thread(target=self._listen, name="byline-pipe", daemon=True).start()

    @property
    def busy(self) -> int:
        return len(self._inboxes)

    @property
    def gone(self) -> bool:
        """Whether it takes no calls any more."""
        return self._closed

    def wait(self) -> None:
        """Until it is open and warm. Raises what kept it from that."""
        first = self._ready.get()
        if isinstance(first, Failed):
            raise first.error

    def begin(
        self, method: str, arguments: tuple[Any, ...], named: Mapping[str, Any], *, streams: bool
    ) -> tuple[int, SimpleQueue[Message]]:
        """Send a call: its number, and where what comes back will lie.

        Raises WorkerLost, and whatever is raised where an argument cannot be sent.
        """
        number = next(_numbers)
        call = ForkingPickler.dumps(Call(number, method, arguments, named, streams))
        inbox: SimpleQueue[Message] = SimpleQueue()
        with self._lock:
            if self._closed:
                raise _lost()
            self._inboxes[number] = inbox
        self._send(call)
        return number, inbox

    def stop(self, number: int) -> None:
        """Nobody waits for that call; it counts as busy until the process says it has ended."""
        self._send(ForkingPickler.dumps(Stop(number)))

    def close(self) -> None:
        """End the process, whatever it is doing."""
        with self._lock:
            self._closed = True
        if self._hang_up():
            self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()

    def _hang_up(self) -> bool:
        """Shut the pipe down: closing alone would not wake the thread that listens.

        Not where a call is stuck in it, because the process reads none: whether it was done.
        """
        if not self._sending.acquire(timeout=_STUCK):
            return False
        try:
            with suppress(OSError):  # or the other end has gone already
                shared = socket.socket(fileno=self._pipe.fileno())
                try:
                    shared.shutdown(socket.SHUT_RDWR)
                finally:
                    shared.detach()  # the pipe's own to close
        finally:
            self._sending.release()
        return True

    def _send(self, pickled: memoryview) -> None:
        # Where it has ended, whoever waits is told by the thread that listens.
        with self._sending, suppress(OSError):
            self._pipe.send_bytes(pickled)

    def _listen(self) -> None:
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                break
            if isinstance(message, Ready) or (isinstance(message, Failed) and message.number < 0):
                self._ready.put(message)
                continue
            with self._lock:
                if isinstance(message, Piece):
                    inbox = self._inboxes.get(message.number)
                else:
                    inbox = self._inboxes.pop(message.number, None)
            if inbox is not None:
                inbox.put(message)
        with self._lock:
            told, self._closed = self._closed, True
            left = list(self._inboxes.items())
            self._inboxes.clear()
        self._ready.put(Failed(-1, _lost()))
        for number, inbox in left:
            inbox.put(Failed(number, _lost()))
        with self._sending:
            self._pipe.close()
        if not told:
            self._lost(self)


def _lost() -> WorkerLost:
    return WorkerLost("The process that was answering ended before it was done. Please ask again.")
