"""Server-sent events: an answer told as it is made.

FastAPI's own encoder writes the events; its generator endpoints cannot be used,
because /v1/ask replies with JSON or with events, as its caller wants, and is
answered 503 while a status can still be sent. sse-starlette would do it too,
and ends every stream at once when the server shuts down: here answers are
finished first.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi.sse import format_sse_event
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ui.api.away import GoneAway, unless_gone
from ui.api.encode import encoded

BEAT = 10.0  # seconds of silence before a comment; proxies cut connections after 30 to 60
COMMENT = b": .\n\n"


def event(name: str, data: Any) -> bytes:
    """One event, its data on one line of JSON."""
    return format_sse_event(event=name, data_str=encoded(data).decode())


class EventStream(Response):
    """The events of a generator, which is closed as soon as its reader is gone.

    The reply begins with the generator's first piece: what it raises before is
    answered with a status of its own.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        self._events = events
        self.status_code = 200
        self.background = None
        self.body = b""
        self.raw_headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store, no-transform"),  # nor compressed, which buffers
            (b"x-accel-buffering", b"no"),  # nginx and its like
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await unless_gone(receive, self._tell(send))
        except OSError:
            raise GoneAway from None

    async def _tell(self, send: Send) -> None:
        async with aclosing(self._events) as events:
            started = False
            async for piece in events:
                if not started:
                    started = True
                    await send(
                        {
                            "type": "http.response.start",
                            "status": self.status_code,
                            "headers": self.raw_headers,
                        }
                    )
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
