"""The API's outermost layer: ids, bounded bodies, and nothing but problem documents."""

from __future__ import annotations

from contextlib import suppress

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.away import GoneAway
from ui.api.failures import as_problem
from ui.api.ids import request_id
from ui.api.problems import Problem
from ui.replay import replay

MAX_BODY = 1024 * 1024  # bytes: eight earlier answers in any script, escaped as ASCII
_CLOSED = 499  # nobody reads it; what proxies log for a reader who went away


class Edge:
    """Reads the body, if it is not too large, before anything else; names the request in its reply.

    How long a body may take is for the server in front to say (`ui.serving.body`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named, started = request_id(scope), False

        async def leave(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = named
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        try:
            body = await _body(Request(scope, receive))
            await self._app(scope, replay(body, receive), leave)
        except (GoneAway, ClientDisconnect):
            if not started:
                with suppress(OSError):
                    await Response(status_code=_CLOSED)(scope, receive, leave)
        except Exception as error:  # a stranger is told nothing of it
            if started:
                raise
            told = as_problem(error, request_id=named)
            await told.response(request_id=named, path=api_path(scope))(scope, receive, leave)


def api_path(scope: Scope) -> str:
    """The path as /v1/..., wherever the API is mounted."""
    return "/v1" + str(scope["path"]).removeprefix(scope.get("root_path", ""))


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise Problem("bad-request", 400, "The request does not say how long it is.")
    if len(length) > 12 or int(length) > MAX_BODY:
        raise _too_large()
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise _too_large()
    return bytes(body)


def _too_large() -> Problem:
    return Problem("too-large", 413, f"A request may have {MAX_BODY:,} bytes at most.")
