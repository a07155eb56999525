"""The page that Gradio makes, dressed as ours, and the policy that it runs under.

Its inline scripts are allowed by their hashes, so the policy needs no
`'unsafe-inline'` for scripts; `'unsafe-eval'` it needs, because Gradio
compiles component templates in the browser.
"""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.chat.words import escape
from ui.sites.routes import route

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
_STYLES = ("base", "page", "turn", "told", "checked", "composer", "source")
_BRANDING = re.compile(
    r"<meta\s[^>]*?(?:property|name)=\"(?:og|twitter):[^>]*>|<link rel=\"manifest\"[^>]*>"
)
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)


class Page:
    """The page itself: Gradio's branding out, our styles in, its scripts hashed into the policy."""

    def __init__(self, app: ASGIApp, title: str) -> None:
        self._app = app
        self._title = escape(title)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or route(scope) != "/" or scope["method"] != "GET":
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
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            page = _dressed(body.decode(), self._title)
            content = page.encode()
            headers = MutableHeaders(raw=start["headers"])
            headers["Content-Length"] = str(len(content))
            headers["Cache-Control"] = "no-store"
            headers["Content-Security-Policy"] = policy(page)
            await send({**start, "headers": headers.raw})
            await send({"type": "http.response.body", "body": content})

        await self._app({**scope, "headers": kept}, receive, gather)


def _dressed(page: str, title: str) -> str:
    styles = "\n".join(f'<link rel="stylesheet" href="byline/{name}.css">' for name in _STYLES)
    page = _BRANDING.sub("", page)
    page = page.replace("</head>", _HEAD.format(styles=styles) + "</head>", 1)
    return page.replace("<gradio-app", _WAITING.format(title=title) + "<gradio-app", 1)


def policy(page: str = "") -> str:
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
