"""A quiet end: answers in progress are finished, and what never ends is ended.

A page keeps connections open for as long as it is (Gradio's heartbeat), so
waiting for all requests to end would wait for ever, and cutting all of them off
would cut answers. Here requests are ended once no answer is in progress.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.ids import request_id
from ui.api.problems import Problem
from ui.api.stream import event
from ui.sites.routes import API

LIMIT = 30.0  # seconds that answers in progress have to end, once the server is told to stop
_LOOK = 0.1  # seconds between two looks
_BACK = 10  # seconds until a server that is started again may answer
_QUIET = 5  # looks without an answer in progress, after which none is thought to follow

_CUT = Problem(
    "unavailable",
    503,
    "The server is being restarted and had no time to finish. Please ask again in a moment.",
    retry_after=_BACK,
)


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
        return self.attended and not self.stopping

    @property
    def attended(self) -> bool:
        """Whether anybody is there to answer; while it stops, whoever waits is answered."""
        return self.warm and (self._ready is None or self._ready())

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
        """`app`, whose requests can be ended.

        What has not begun is answered 503; a stream of the API ends with an `error`,
        and any other reply that has begun as if it were whole.
        """

        async def ended(scope: Scope, receive: Receive, send: Send) -> None:
            task = asyncio.current_task()
            if scope["type"] != "http" or task is None:
                await app(scope, receive, send)
                return
            begun = whole = events = False

            async def leave(message: Message) -> None:
                nonlocal begun, whole, events
                begun = True
                if message["type"] == "http.response.start":
                    events = (
                        Headers(raw=message.get("headers", []))
                        .get("content-type", "")
                        .startswith("text/event-stream")
                    )
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
                path = scope.get("state", {}).get("path", scope["path"])
                name = request_id(scope)
                if not begun:
                    await _CUT.response(request_id=name, path=path)(scope, receive, send)
                elif not whole:
                    told = b""
                    if events and path.startswith(API):
                        told = b"\n\n" + event("error", _CUT.document(request_id=name, path=path))
                    await send({"type": "http.response.body", "body": told})
            finally:
                self._tasks.discard(task)

        return ended
