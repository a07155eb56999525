"""A body is read whole, within bounds of size and time, before anything is done with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.ids import request_id
from ui.api.problems import problem
from ui.replay import replay
from ui.sites.routes import CALL, route

_SECONDS = 10.0  # from a request's head to the last byte of its body
_MOST = 1024 * 1024  # bytes: far more than any question with its history
_EXPORT = 4 * 1024 * 1024  # bytes: a long conversation, sent back by the chat to be exported
_TOGETHER = 64 * 1024 * 1024  # bytes of all bodies that are held at the same time


_BACK = 2  # seconds until other bodies have been read, or given up on


@dataclass(slots=True)
class _Held:
    """What one request's body takes."""

    bytes: int = 0


class Body:
    """Reads the body before the app is called: one that trickles in holds nothing but itself.

    Too slow is answered 408, too much 413, and 503 what would make all bodies
    together more than `together` bytes. They are held until their requests end.
    """

    def __init__(
        self, app: ASGIApp, *, seconds: float = _SECONDS, together: int = _TOGETHER
    ) -> None:
        self._app = app
        self._seconds = seconds
        self._together = together
        self._held = 0  # bytes; all of it happens in one event loop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        held = _Held()
        try:
            await self._whole(scope, receive, send, held)
        finally:
            self._held -= held.bytes

    async def _whole(self, scope: Scope, receive: Receive, send: Send, held: _Held) -> None:
        most = _EXPORT if route(scope) == CALL else _MOST
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    piece = message.get("body", b"")
                    if len(body) + len(piece) > most:
                        await _refused(scope, receive, send, 413)
                        return
                    if self._held + len(piece) > self._together:
                        await _refused(scope, receive, send, 503)
                        return
                    self._held += len(piece)
                    held.bytes += len(piece)
                    body += piece
                    more = message.get("more_body", False)
        except TimeoutError:
            await _refused(scope, receive, send, 408)
            return
        await self._app(scope, replay(bytes(body), receive), send)


async def _refused(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    kind, detail = {
        408: ("timeout", "The request did not arrive in time."),
        413: ("too-large", "That is too much to send at once."),
        503: ("busy", "Too much is being sent at once. Please try again in a moment."),
    }[status]
    reply = problem(
        kind,
        status,
        detail,
        request_id=request_id(scope),
        retry_after=_BACK if status == 503 else None,
        headers={"Connection": "close"},
    )
    await reply(scope, receive, send)
