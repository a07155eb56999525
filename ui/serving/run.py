"""The server that runs an app, hardened against slow visitors, and how it stops."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from ui.serving.ending import LIMIT, Ending

_HEAD_SECONDS = 10.0  # for a request's head, from the first byte or the connection on
_READ_SECONDS = 30.0  # for a reply that fills all buffers to be read on
_HEAD_MOST = 32 * 1024  # bytes: all headers of a request
_KEEP = 20  # seconds that a connection is kept without a request: longer than most proxies ask
_MOST = 2_000  # connections: a page has about three
_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Hurried(H11Protocol):
    """HTTP for visitors who may mean harm: it waits for no head and no reading without end."""

    _late: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._in_time()  # the head is whole
        else:
            self._expect()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._expect()  # the next head has begun already

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(_READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._read_on()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        self._read_on()
        super().connection_lost(exc)

    def _expect(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(_HEAD_SECONDS, self._cut)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _cut(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self.transport.write(_LATE)
            self.transport.close()


class Server(uvicorn.Server):
    """Serves `app`; told to stop, it ends when `ending` says so, within `limit` seconds.

    `warming` is called in a thread once it listens, and it is not ready before that
    has been done; what it raises ends the server and is kept in `failure`.
    Forwarding headers are `ui.serving.public`'s to believe, so uvicorn reads none.
    """

    def __init__(
        self,
        app: ASGIApp,
        ending: Ending,
        *,
        limit: float = LIMIT,
        warming: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Hurried,
                ws="none",  # nothing here speaks it
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP,
                h11_max_incomplete_event_size=_HEAD_MOST,
                limit_concurrency=_MOST,
                timeout_graceful_shutdown=round(limit) + 2,
            )
        )
        self._ending = ending
        self._limit = limit
        self._warming = warming
        self.failure: BaseException | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.warm = self._warming is None
        await super().startup(sockets)
        if self._ending.stopping:  # told so before uvicorn minded signals
            self.should_exit = True
            return
        threading.Thread(target=self._warm, name="byline-warming", daemon=True).start()

    def _warm(self) -> None:
        try:
            if self._warming is not None:
                self._warming()
        except BaseException as error:  # noqa: BLE001 (raised where the server has ended)
            if not self.should_exit:
                self.failure = error
                self.should_exit = True
        else:
            self._ending.warm = True

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._ending.stopping = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        finishing = asyncio.ensure_future(self._ending.finish(self._limit))
        await super().shutdown(sockets)
        finishing.cancel()
        with suppress(asyncio.CancelledError):
            await finishing


def run(
    app: ASGIApp,
    listening: socket.socket,
    ending: Ending,
    *,
    warming: Callable[[], None] | None = None,
) -> None:
    """Serve `app` until SIGTERM or SIGINT, and until the answers in progress are given.

    Not at all where `ending.stopping` is set already. Raises what `warming` raises.
    """
    server = Server(app, ending, warming=warming)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    if server.failure is not None:
        raise server.failure
