"""A body is read whole, within bounds of size and time, before anything is done with it."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.ids import request_id
from ui.api.problems import Problem
from ui.replay import replay
from ui.sites.routes import CALL, route

_SECONDS = 10.0  # from a request's head to the last byte of its body
_MOST = 1024 * 1024  # bytes: far more than any question with its history
_EXPORT = 4 * 1024 * 1024  # bytes: a long conversation, sent back by the chat to be exported
_TOGETHER = 64 * 1024 * 1024  # bytes of all bodies that are held at the same time
_BACK = 2  # seconds until other bodies have been read, or given up on


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
        path = route(scope)
        body = bytearray()  # it counts as held until the request ends
        try:
            try:
                whole = await self._read(receive, body, _EXPORT if path == CALL else _MOST)
            except Problem as refused:
                reply = refused.response(request_id=request_id(scope), path=path)
                await reply(scope, receive, send)
                return
            if whole:
                await self._app(scope, replay(bytes(body), receive), send)
        finally:
            self._held -= len(body)

    async def _read(self, receive: Receive, body: bytearray, most: int) -> bool:
        """Read what comes into `body`: whether all did. Raises Problem where it may not."""
        try:
            async with asyncio.timeout(self._seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return False
                    piece = message.get("body", b"")
                    if len(body) + len(piece) > most:
                        raise _refused("too-large", 413, "That is too much to send at once.")
                    if self._held + len(piece) > self._together:
                        raise _refused(
                            "busy",
                            503,
                            "Too much is being sent at once. Please try again in a moment.",
                            retry_after=_BACK,
                        )
                    self._held += len(piece)
                    body += piece
                    more = message.get("more_body", False)
        except TimeoutError as error:
            raise _refused("timeout", 408, "The request did not arrive in time.") from error
        return True


def _refused(kind: str, status: int, detail: str, *, retry_after: int | None = None) -> Problem:
    """What is refused is not read to its end, so its connection can take no other request."""
    return Problem(kind, status, detail, retry_after=retry_after, headers={"Connection": "close"})
