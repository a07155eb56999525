"""A quiet end: answers in progress are finished, and what never ends is ended.

A page keeps connections open for as long as it is (Gradio's heartbeat), so
waiting for all requests to end would wait for ever, and cutting all of them off
would cut answers. Here requests are ended once no answer is in progress.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 30.0  # seconds that answers in progress have to end, once the server is told to stop
_LOOK = 0.1  # seconds between two looks
_QUIET = 5  # looks without an answer in progress, after which none is thought to follow


class Ending:
    """Whether the server is ready, and how it stops. `busy` says if answers are in progress."""

    def __init__(self, busy: Callable[[], bool] = bool, ready: Callable[[], bool] | None = None):
        self._busy = busy
        self._ready = ready
        self._tasks: set[asyncio.Task[Any]] = set()
        self.warm = True  # for whoever opens models beside a server that listens already
        self.stopping = False
        self.cutting = False

    @property
    def ready(self) -> bool:
        """Whether a question asked now would be answered."""
        return self.warm and not self.stopping and (self._ready is None or self._ready())

    async def finish(self, limit: float = LIMIT) -> None:
        """Wait for the answers in progress, at most `limit` seconds, and end what is left then."""
        self.stopping = True
        end, quiet = asyncio.get_running_loop().time() + limit, 0
        while quiet < _QUIET and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(_LOOK)
            quiet = 0 if self._busy() else quiet + 1
        self.cutting = True
        for task in tuple(self._tasks):
            task.cancel()

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """`app`, whose requests can be ended: a reply that has begun ends as if it were whole."""

        async def ended(scope: Scope, receive: Receive, send: Send) -> None:
            task = asyncio.current_task()
            if scope["type"] != "http" or task is None:
                await app(scope, receive, send)
                return
            begun = whole = False

            async def leave(message: Message) -> None:
                nonlocal begun, whole
                begun = True
                if message["type"] == "http.response.body":
                    whole = not message.get("more_body", False)
                await send(message)

            self._tasks.add(task)
            try:
                await app(scope, receive, leave)
            except asyncio.CancelledError:
                if not self.cutting:
                    raise
                task.uncancel()
                if begun and not whole:
                    await send({"type": "http.response.body", "body": b""})
            finally:
                self._tasks.discard(task)

        return ended
