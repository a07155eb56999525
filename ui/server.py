"""The chat behind a door: one FastAPI app with Gradio inside.

Gradio opens far more than this chat uses (uploads, file and proxy routes, an
editor, an API page) and answers any origin. So the parent app stands in
front of it: only the paths the page needs exist, a foreign `Origin` is
answered 403 before any work, bodies are limited, and every reply carries the
security headers. The page's inline scripts are allowed by their hashes, so
the policy needs no `'unsafe-inline'` for scripts; `'unsafe-eval'` it needs,
because Gradio compiles component templates in the browser.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import re
import secrets
import socket
from urllib.parse import urlsplit

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import SettingsError
from ui.chat.app import STATIC, build
from ui.chat.desk import Desk
from ui.chat.words import escape

MAX_BODY = 4 * 1024 * 1024  # a long conversation, sent back to be exported

_API = "/gradio_api"
_EXACT = {
    "/",
    "/healthz",
    "/favicon.ico",
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

_HEAD = """
<meta name="color-scheme" content="light dark">
<link rel="icon" href="byline/favicon.svg" type="image/svg+xml">
<link rel="preload" href="byline/fonts/newsreader-latin-opsz-normal.woff2" as="font" crossorigin>
<link rel="modulepreload" href="byline/main.js">
<script src="byline/theme.js"></script>
{styles}
"""
_WAITING = """
<div class="waiting">{title}</div>
<noscript><p>This page needs JavaScript to ask the archive.</p></noscript>
"""
_STYLES = ("base", "page", "turn", "composer", "source")
_BRANDING = re.compile(
    r"<meta\s[^>]*?(?:property|name)=\"(?:og|twitter):[^>]*>|<link rel=\"manifest\"[^>]*>"
)
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)


def create_app(
    assistant: Desk, *, title: str = "Byline", allowed_origins: tuple[str, ...] = ()
) -> FastAPI:
    """The chat over `assistant` as an ASGI app.

    Pages of `allowed_origins` ("https://news.example") may call it besides its own.
    """
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)
    started = secrets.token_hex(8)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "started": started}

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    app.mount("/byline", StaticFiles(directory=STATIC))
    gr.mount_gradio_app(
        app,
        build(assistant, title=title),
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        allowed_paths=[],
        blocked_paths=["/"],
        max_file_size=1,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
    )
    app.add_middleware(_Page, title=title)
    app.add_middleware(_Door, allowed_origins=allowed_origins)
    return app


def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve `app` until interrupted. An address that cannot be had is a `SettingsError`."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[_listen(host, port)])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} on {host} is already in use. Stop what uses it, or take "
                f"another port: byline chat --port {port + 1}"
            ) from error
        raise SettingsError(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Give an address of this machine: byline chat --host 127.0.0.1"
        ) from error


class _Door:
    """Who may come in, by which path, with how much, and the headers they leave with."""

    def __init__(self, app: ASGIApp, allowed_origins: tuple[str, ...]) -> None:
        self._app = app
        self._allowed = {origin.rstrip("/").lower() for origin in allowed_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        leave = _with_headers(send, path)
        refusal = self._refusal(scope["type"], path, headers)
        if refusal is not None:
            await refusal(scope, receive, leave)
            return
        await self._app(scope, receive, leave)

    def _refusal(self, kind: str, path: str, headers: Headers) -> PlainTextResponse | None:
        origin = headers.get("origin")
        if origin is not None and not self._known(origin, headers.get("host", "")):
            return PlainTextResponse("This origin may not use this server.", 403)
        if kind != "http" or not (path in _EXACT or path.startswith(_UNDER)):
            return PlainTextResponse("Not found.", 404)
        if "transfer-encoding" in headers:
            return PlainTextResponse("Say how long the body is.", 411)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return PlainTextResponse("That is too much to send at once.", 413)
        return None

    def _known(self, origin: str, host: str) -> bool:
        if origin.lower() in self._allowed:
            return True
        parts = urlsplit(origin.lower())
        default = {"http": ":80", "https": ":443"}.get(parts.scheme)
        if default is None:
            return False
        return parts.netloc.removesuffix(default) == host.lower().removesuffix(default)


class _Page:
    """The page itself: Gradio's branding out, our styles in, its scripts hashed into the policy."""

    def __init__(self, app: ASGIApp, title: str) -> None:
        self._app = app
        self._title = escape(title)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        # uncompressed, to be edited
        kept = [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            page = _dressed(body.decode(), self._title)
            content = page.encode()
            headers = MutableHeaders(raw=start["headers"])
            headers["Content-Length"] = str(len(content))
            headers["Cache-Control"] = "no-store"
            headers["Content-Security-Policy"] = _policy(page)
            await send({**start, "headers": headers.raw})
            await send({"type": "http.response.body", "body": content})

        await self._app({**scope, "headers": kept}, receive, gather)


def _dressed(page: str, title: str) -> str:
    styles = "\n".join(f'<link rel="stylesheet" href="byline/{name}.css">' for name in _STYLES)
    page = _BRANDING.sub("", page)
    page = page.replace("</head>", _HEAD.format(styles=styles) + "</head>", 1)
    return page.replace("<gradio-app", _WAITING.format(title=title) + "<gradio-app", 1)


def _policy(page: str = "") -> str:
    """The content security policy, with the hashes of the page's inline scripts."""
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(found['text'].encode()).digest()).decode()}'"
        for found in _SCRIPT.finditer(page)
        if "src=" not in found["attributes"]
    )
    return (
        f"default-src 'self'; script-src 'self' 'unsafe-eval'{hashes}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'none'; "
        "frame-src 'none'; worker-src 'none'; frame-ancestors 'self'"
    )


def _with_headers(send: Send, path: str) -> Send:
    async def leave(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Content-Security-Policy", _policy())
            if path.startswith("/byline/"):
                fonts = path.startswith("/byline/fonts/")
                headers["Cache-Control"] = "public, max-age=604800" if fonts else "no-cache"
        await send(message)

    return leave
