"""Limits that no HTTP client has of its own: on the whole of a request, and on what comes back.

A client's timeouts are for one read each, so an endpoint that sends a byte now
and then, or only pings, holds it for ever. A watchdog shuts the connection
when time is up; the response's stream is counted as it is read.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpx2

from rag.llm.types import LanguageModelFailed
from rag.written import Fallback

_MOST_BYTES = 8_000_000  # of a response: an event of 300 bytes for each of 2,000 tokens, ten times


class Watchdog:
    """Shuts a connection down once its request has taken too long.

    Use it as a context manager around the request and the reading of its
    response; the request itself is made within `watching`.
    """

    def __init__(self, within: float) -> None:
        self._end = self._due = time.monotonic() + within
        self._wake = threading.Condition()
        self._socket: socket.socket | None = None
        self._over = False
        self.expired = False  # whether it had to
        self.answered = False  # whether the head of a response came
        self._thread = threading.Thread(target=self._watch, name="llm-watchdog", daemon=True)

    def __enter__(self) -> Watchdog:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._wake:
            self._over = True
            self._wake.notify()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Whatever is requested in here is watched over."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    @property
    def left(self) -> float:
        """Seconds until the end."""
        return self._end - time.monotonic()

    def allow(self, seconds: float) -> None:
        """The next thing has to come within so many seconds."""
        with self._wake:
            self._due = min(self._end, time.monotonic() + seconds)
            self._wake.notify()

    def rest(self) -> None:
        """Nothing is waited for: only the end counts."""
        with self._wake:
            self._due = self._end

    def attach(self, connection: socket.socket) -> None:
        with self._wake:
            self._socket = connection

    def _watch(self) -> None:
        with self._wake:
            while not self._over:
                left = self._due - time.monotonic()
                if left > 0:
                    self._wake.wait(left)
                    continue
                self.expired = True
                if self._socket is not None:
                    try:
                        self._socket.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        return  # it is closed already
                    return
                self._wake.wait(_CONNECTING)  # still connecting: there is nothing to shut yet


_CONNECTING = 0.05  # seconds between two looks for a connection that can be shut
_CURRENT: ContextVar[Watchdog | None] = ContextVar("watchdog", default=None)


def watch_request(request: httpx2.Request) -> None:
    """An event hook: hand the connection to the watchdog as soon as there is one."""
    dog = _CURRENT.get()
    if dog is None:
        return

    def trace(name: str, info: dict[str, Any]) -> None:
        if name.endswith(".complete"):
            found = getattr(info.get("return_value"), "get_extra_info", None)
            connection = found("socket") if found is not None else None
            if connection is not None:
                dog.attach(connection)

    request.extensions["trace"] = trace


def watch_response(response: httpx2.Response) -> None:
    """An event hook: refuse what is no stream of events, and count what is."""
    dog = _CURRENT.get()
    if dog is not None:
        dog.answered = True
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise LanguageModelFailed(Fallback.GARBAGE)  # none was asked for; it may be a bomb
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.is_success and kind != "text/event-stream":
        raise LanguageModelFailed(Fallback.GARBAGE)
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Counted(response.stream)


class _Counted(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for chunk in self._inner:
            read += len(chunk)
            if read > _MOST_BYTES:
                raise LanguageModelFailed(Fallback.GARBAGE)
            yield chunk

    def close(self) -> None:
        self._inner.close()
