"""The address that readers know the server by: its prefix, its proxies, its scheme.

Headers that only a proxy may set are believed of `trusted` peers and taken away
from all others, so that nothing further in (Gradio reads some itself) takes a
visitor's word for where he is.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ui.serving.peers import within

_FORWARDING = {
    b"forwarded",
    b"via",
    b"x-real-ip",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-prefix",
    b"x-forwarded-proto",
    b"x-forwarded-server",
}


class Public:
    """Puts what a proxy changed back, for everything further in.

    The path may come with the prefix or without it. `scope["state"]` gets
    `path`, without it; and `direct`, the peer's address where no proxy had a hand
    in it, or None.
    """

    def __init__(
        self, app: ASGIApp, *, public_url: str | None = None, trusted: Sequence[str] = ()
    ) -> None:
        parts = urlsplit(public_url or "")
        self._app = app
        self._scheme = parts.scheme
        self._host = parts.netloc.lower().encode("ascii")
        self._prefix = parts.path.rstrip("/")
        self._trusted = [ip_network(each) for each in trusted]
        # uvicorn's types name each message; Starlette's are any mapping
        self._believed = ProxyHeadersMiddleware(self._inside, list(trusted))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        forwarded = any(name in _FORWARDING for name, _ in scope["headers"])
        scope.setdefault("state", {})["direct"] = client[0] if client and not forwarded else None
        if forwarded and client and within(client[0], self._trusted):
            if self._host:  # a proxy may ask under a name of its own
                others = [(name, value) for name, value in scope["headers"] if name != b"host"]
                scope["headers"] = [*others, (b"host", self._host)]
            await self._believed(scope, receive, send)  # type: ignore[arg-type]
        else:
            await self._inside(scope, receive, send)

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["headers"] = [
            (name, value) for name, value in scope["headers"] if name not in _FORWARDING
        ]
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if self._host and host.lower() == self._host:
            scope["scheme"] = self._scheme
        path: str = scope["path"]
        if self._prefix:
            if path == self._prefix:
                await RedirectResponse(f"{self._prefix}/", 308)(scope, receive, send)
                return
            if path.startswith(f"{self._prefix}/"):
                path = path.removeprefix(self._prefix)
            scope["root_path"] = self._prefix
            if path == scope["path"]:
                scope["path"] = self._prefix + path
                scope["raw_path"] = self._prefix.encode("ascii") + scope.get("raw_path", b"")
        scope["state"]["path"] = path
        await self._app(scope, receive, send)
