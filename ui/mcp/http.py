"""The MCP server at an address: streamable HTTP, to be put into the parent app.

    mount(app, asgi(desk, capacity, title="Our archive"))

Every request stands alone: no session is opened that somebody would have to
close, a reply is one JSON document or one short stream, and where a client asks
for progress it comes in that stream. Which hosts and origins may call has been
decided before a request gets here, by the door and the gate, so that there is
one place where it is; MCP's own check would know less of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ui.api.capacity import Capacity
from ui.api.problems import problem
from ui.api.work import Work
from ui.mcp.server import build
from ui.newsdesk import Newsdesk

MAX_BODY = 64 * 1024  # bytes: the longest question and the envelope around it, many times over


class Mcp:
    """An ASGI app. `lifespan` has to be running for it to answer; it may run again and again."""

    def __init__(self, work: Work, *, title: str = "Byline") -> None:
        self._server = build(work, title=title)
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """What runs while the parent app does."""
        # a session manager runs once, and an app may be started again
        self._server.streamable_http_app(
            stateless_http=True,
            max_request_body_size=MAX_BODY,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        manager = self._server.session_manager
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await self._reply(scope)(scope, receive, send)

    def _reply(self, scope: Scope) -> Any:
        if scope["method"] != "POST":
            # no stream to listen to, no session to end: the protocol lets a server say so
            refused: Response = problem(
                "method", 405, "The MCP server takes POST alone.", headers={"Allow": "POST"}
            )
            return refused
        if self._manager is None:
            return problem("unavailable", 503, "The server is starting.", retry_after=1)
        return self._manager.handle_request


def asgi(desk: Newsdesk, capacity: Capacity, *, title: str = "Byline") -> Mcp:
    """The MCP server over `desk`, its questions in `capacity`'s places, as an app to mount."""
    return Mcp(Work(desk, capacity), title=title)


def mount(app: Starlette, mcp: Mcp, path: str = "/mcp") -> None:
    """Let `app` answer at `path`, and run what `mcp` needs for as long as `app` runs.

    Two routes and no mount: that would send those who leave out the last slash
    elsewhere, and not every client repeats a POST.
    """
    app.router.routes[:0] = [Route(path, mcp), Route(f"{path}/", mcp)]
    own = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        async with own(app) as state, mcp.lifespan():
            yield state

    app.router.lifespan_context = lifespan
