"""The demo's server: pages under a Content-Security-Policy that allows next to nothing.

/  /news/NAME            a friendly page, which allows the widget's server by name
/ar/  /ar/news/NAME      the same from right to left
/hostile/...             the same under rules that break what does not guard itself;
                         scripts are allowed by nonce
/bare/news/NAME          an article without the widget, to compare with
/frame                   the chat in an iframe
"""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from index.errors import SettingsError
from ui.demo import pages
from ui.demo.arabic import in_arabic
from ui.demo.pages import ARABIC, ENGLISH, Edition, Embedding
from ui.demo.stories import stories

_STATIC = Path(__file__).parent / "static"
_IN_ARABIC = "hollin-final-report"


def create_demo(server: str, site: str) -> Starlette:
    """The demo as an ASGI app; `server` is Byline's address, `site` the key it gave out.

    Raises SettingsError where `server` is no address of a server.
    """
    server = server.rstrip("/")
    origin = _origin(server)
    printed = stories()
    papers = {ENGLISH: printed, ARABIC: {_IN_ARABIC: in_arabic(printed[_IN_ARABIC])}}

    def embedding(request: Request) -> Embedding:
        hostile = request.url.path.startswith("/hostile/")
        nonce = secrets.token_urlsafe(16) if hostile else ""
        root = "/hostile" if hostile else ""
        bare = request.url.path.startswith("/bare/")
        return Embedding(server, site, root, hostile, nonce, bare)

    def front(request: Request, edition: Edition) -> Response:
        placed = embedding(request)
        return _reply(pages.front(papers[edition].values(), edition, placed), placed, origin)

    def article(request: Request, edition: Edition) -> Response:
        story = papers[edition].get(request.path_params["name"])
        if story is None:
            raise HTTPException(404)
        placed = embedding(request)
        return _reply(pages.article(story, edition, placed), placed, origin)

    def framed(request: Request) -> Response:
        placed = embedding(request)
        return _reply(pages.frame(placed), placed, origin)

    def edition(which: Edition) -> list[Route]:
        return [
            Route("/", lambda request: front(request, which)),
            Route("/news/{name}", lambda request: article(request, which)),
        ]

    both = [Mount("/ar", routes=edition(ARABIC)), *edition(ENGLISH)]
    return Starlette(
        routes=[
            Route("/frame", framed),
            Mount("/static", StaticFiles(directory=_STATIC)),
            Mount("/hostile", routes=list(both)),
            Mount("/bare", routes=list(both)),
            *both,
        ]
    )


def _origin(server: str) -> str:
    parts = urlsplit(server)
    host = parts.netloc
    if parts.scheme not in ("http", "https") or not host or set(host) & set(" ;,'\"@"):
        raise SettingsError(f"{server!r} is no server's address, such as http://127.0.0.1:7860")
    return f"{parts.scheme}://{host}"


def _reply(html: str, placed: Embedding, origin: str) -> Response:
    scripts = f"'nonce-{placed.nonce}'" if placed.nonce else f"'self' {origin}"
    policy = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": origin,
        "frame-src": origin,
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "byline",
    }
    return HTMLResponse(
        html,
        headers={
            "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in policy.items()),
            "Referrer-Policy": "no-referrer" if placed.hostile else "strict-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
