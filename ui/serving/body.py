"""A body is read whole, within bounds of size and time, before anything is done with it."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.ids import request_id
from ui.api.problems import problem

_SECONDS = 10.0  # from a request's head to the last byte of its body
_MOST = 4 * 1024 * 1024  # bytes: a long conversation, sent back by the chat to be exported


class Body:
    """Reads the body before the app is called: one that trickles in holds nothing but itself.

    Too slow is answered 408, too much 413.
    """

    def __init__(self, app: ASGIApp, *, seconds: float = _SECONDS) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > _MOST:
                        await _refused(scope, receive, send, 413)
                        return
        except TimeoutError:
            await _refused(scope, receive, send, 408)
            return
        told = False

        async def whole() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, whole, send)


async def _refused(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    kind, detail = {
        408: ("timeout", "The request did not arrive in time."),
        413: ("too-large", "That is too much to send at once."),
    }[status]
    reply = problem(
        kind, status, detail, request_id=request_id(scope), headers={"Connection": "close"}
    )
    await reply(scope, receive, send)
