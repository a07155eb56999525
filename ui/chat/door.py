"""Who may come in, by which path, with how much, and the headers they leave with.

Gradio opens far more than the chat uses (uploads, file and proxy routes, an
editor, an API page) and answers any origin. Behind this door only the paths
that the page needs exist, and a foreign `Origin` is answered 403 before any
work is done. On a loopback address a foreign `Host` is too: a page elsewhere
whose name was pointed here (DNS rebinding) would otherwise count as our own.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.ids import request_id
from ui.api.problems import problem
from ui.chat.dress import policy
from ui.chat.report import PATH
from ui.sites.origins import is_own, split
from ui.sites.routes import EMBED, INFO, is_service, route

MAX_BODY = 4 * 1024 * 1024  # bytes: a long conversation, sent back to be exported
MAX_SERVICE_BODY = 1024 * 1024  # bytes: a question with its history, many times over
_LENGTH = re.compile("[0-9]{1,12}")  # digits of a body's length
_FRAMED = "frame-ancestors http"  # somebody by name

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
    """Who may come in, by which path, with how much, and the headers they leave with.

    Pages of `allowed_origins` may come in besides our own, and the server goes by
    their names. The addresses of sites and programs (`ui.sites.routes`) exist only
    under `service`; which origins may use those is for the Gate behind to say.
    """

    def __init__(
        self, app: ASGIApp, allowed_origins: tuple[str, ...], *, service: bool = False
    ) -> None:
        self._app = app
        self._allowed = {origin.rstrip("/").lower() for origin in allowed_origins}
        self._hosts = {urlsplit(origin).hostname for origin in self._allowed} | {
            "localhost",
            socket.gethostname().lower(),
        }
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path = route(scope)
        leave = _with_headers(send, path)
        refusal = self._refusal(scope, path, Headers(scope=scope))
        if refusal is not None:
            await _reply(refusal, scope, path)(scope, receive, leave)
            return
        await self._app(scope, receive, leave)

    def _refusal(self, scope: Scope, path: str, headers: Headers) -> _Refusal | None:
        service = self._service and is_service(path)
        origin = headers.get("origin")
        if not service and origin is not None and not self._known(origin, headers.get("host", "")):
            return _Refusal("foreign-origin", 403, "This origin may not use this server.")
        if _is_loopback((scope.get("server") or ("",))[0]) and not self._ours(headers):
            return _Refusal(
                "forbidden",
                403,
                "This server does not go by that name. Allow its origin to use it.",
            )
        if scope["type"] != "http" or not (service or self._there(path)):
            return _Refusal("not-found", 404, "Not found.")
        if "transfer-encoding" in headers:
            return _Refusal("bad-request", 411, "Say how long the body is.")
        length = headers.get("content-length", "0")
        most = MAX_SERVICE_BODY if service else MAX_BODY
        if not _LENGTH.fullmatch(length) or int(length) > most:
            return _Refusal("too-large", 413, "That is too much to send at once.")
        return None

    def _there(self, path: str) -> bool:
        if path == INFO:
            return self._service
        return path in _EXACT or path.startswith(_UNDER)

    def _ours(self, headers: Headers) -> bool:
        name = split(f"//{headers.get('host', '')}").hostname or ""
        return name in self._hosts or _is_loopback(name)

    def _known(self, origin: str, host: str) -> bool:
        return origin.lower() in self._allowed or is_own(origin, host)


class _Refusal(NamedTuple):
    kind: str
    status: int
    detail: str


def _reply(refusal: _Refusal, scope: Scope, path: str) -> Response:
    """A line for a person; for a program that calls the service, a problem document."""
    # where its end is not known, or far, what follows it is not read as another request
    last = {"Connection": "close"} if refusal.status in (411, 413) else {}
    if not is_service(path):
        return PlainTextResponse(refusal.detail, refusal.status, last)
    return problem(*refusal, request_id=request_id(scope), path=path, headers=last)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _with_headers(send: Send, path: str) -> Send:
    async def leave(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            # A report is its own page; so is one for an iframe, and where it names the sites
            # that may frame it, a header that knows no names would contradict.
            own = path in (PATH, EMBED)
            framed = path == EMBED and _FRAMED in headers.get("content-security-policy", "")
            for name, value in _HEADERS.items():
                if not (own and name in headers) and not (framed and name == "X-Frame-Options"):
                    headers[name] = value
            headers.setdefault("Content-Security-Policy", policy())
            if path.startswith("/byline/"):
                fonts = path.startswith("/byline/fonts/")
                headers["Cache-Control"] = "public, max-age=604800" if fonts else "no-cache"
        await send(message)

    return leave
