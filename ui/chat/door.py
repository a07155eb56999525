"""Who may come in, by which path, with how much, and the headers they leave with.

Gradio opens far more than the chat uses (uploads, file and proxy routes, an
editor, an API page) and answers any origin. Behind this door only the paths
that the page needs exist, and a foreign `Origin` is answered 403 before any
work is done. On a loopback address a foreign `Host` is too: a page elsewhere
whose name was pointed here (DNS rebinding) would otherwise count as our own.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.chat.dress import policy
from ui.chat.report import PATH

MAX_BODY = 4 * 1024 * 1024  # a long conversation, sent back to be exported

_API = "/gradio_api"
_EXACT = {
    "/",
    "/healthz",
    "/favicon.ico",
    PATH,
    "/config",
    "/theme.css",
    f"{_API}/queue/join",
    f"{_API}/queue/data",
    f"{_API}/component_server/",
    f"{_API}/cancel",
    f"{_API}/reset",
    f"{_API}/app_id",
    f"{_API}/startup-events",
}
_UNDER = ("/byline/", "/assets/", "/static/", f"{_API}/heartbeat/")

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Door:
    """Who may come in, by which path, with how much, and the headers they leave with."""

    def __init__(self, app: ASGIApp, allowed_origins: tuple[str, ...]) -> None:
        self._app = app
        self._allowed = {origin.rstrip("/").lower() for origin in allowed_origins}
        self._hosts = {urlsplit(origin).hostname for origin in self._allowed} | {
            "localhost",
            socket.gethostname().lower(),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        leave = _with_headers(send, path)
        refusal = self._refusal(scope, path, headers)
        if refusal is not None:
            await refusal(scope, receive, leave)
            return
        await self._app(scope, receive, leave)

    def _refusal(self, scope: Scope, path: str, headers: Headers) -> PlainTextResponse | None:
        origin = headers.get("origin")
        if origin is not None and not self._known(origin, headers.get("host", "")):
            return PlainTextResponse("This origin may not use this server.", 403)
        if _is_loopback((scope.get("server") or ("",))[0]) and not self._ours(headers):
            return PlainTextResponse(
                "This server does not go by that name. Allow its origin to use it.", 403
            )
        if scope["type"] != "http" or not (path in _EXACT or path.startswith(_UNDER)):
            return PlainTextResponse("Not found.", 404)
        if "transfer-encoding" in headers:
            return PlainTextResponse("Say how long the body is.", 411)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return PlainTextResponse("That is too much to send at once.", 413)
        return None

    def _ours(self, headers: Headers) -> bool:
        name = _split(f"//{headers.get('host', '')}").hostname or ""
        return name in self._hosts or _is_loopback(name)

    def _known(self, origin: str, host: str) -> bool:
        if origin.lower() in self._allowed:
            return True
        parts = _split(origin.lower())
        default = {"http": ":80", "https": ":443"}.get(parts.scheme)
        if default is None:
            return False
        return parts.netloc.removesuffix(default) == host.lower().removesuffix(default)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _with_headers(send: Send, path: str) -> Send:
    async def leave(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                if path != PATH or name not in headers:  # a report is its own page
                    headers[name] = value
            headers.setdefault("Content-Security-Policy", policy())
            if path.startswith("/byline/"):
                fonts = path.startswith("/byline/fonts/")
                headers["Cache-Control"] = "public, max-age=604800" if fonts else "no-cache"
        await send(message)

    return leave
