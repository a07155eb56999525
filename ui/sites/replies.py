"""The headers that say which pages may read a reply, run a file and frame a page.

Nothing that a request holds is sent back: an origin that is named here was
stored, and was `origins.normalised` before that.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Send

from ui.sites.routes import Area
from ui.sites.types import Site

_PREFLIGHT_AGE = 600  # seconds: an origin that was taken away asks again after ten minutes
_METHODS = "GET, POST"
_REQUEST_HEADERS = "Content-Type, Authorization, Byline-Site, Accept"
_EXPOSED = "X-Request-Id, Retry-After"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
_ANCESTORS = "frame-ancestors"


def preflight() -> Response:
    """The reply to a browser that asks whether a page of a site may ask."""
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _REQUEST_HEADERS,
            "Access-Control-Max-Age": str(_PREFLIGHT_AGE),
        },
    )


def with_headers(send: Send, area: Area, *, origin: str | None, site: Site | None) -> Send:
    """`send`, with these headers on every reply.

    `origin` is a site's, as it was stored, or None: then no other page may read the
    reply. `site` is the one that an embedded page is for.
    """

    async def leave(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if area is Area.STATIC:
                _open_to_all(headers)
            elif area is Area.EMBED:
                _framed_by(headers, site)
            elif area is not Area.OTHER:
                _readable_by(headers, origin)
        await send(message)

    return leave


def _open_to_all(headers: MutableHeaders) -> None:
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _readable_by(headers: MutableHeaders, origin: str | None) -> None:
    for name in [each for each in headers if each.startswith("access-control-allow-origin")]:
        del headers[name]
    del headers["access-control-allow-credentials"]
    headers.add_vary_header("Origin")
    if origin is not None:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = _EXPOSED


def _framed_by(headers: MutableHeaders, site: Site | None) -> None:
    directives = [
        each.strip()
        for each in headers.get("content-security-policy", _POLICY).split(";")
        if each.strip() and not each.strip().lower().startswith(_ANCESTORS)
    ]
    ancestors = " ".join(site.origins) if site else ""
    directives.append(f"{_ANCESTORS} " + (ancestors or "'none'"))
    headers["Content-Security-Policy"] = "; ".join(directives)
    if ancestors:
        del headers["x-frame-options"]  # it knows no list, and would contradict
    else:
        headers["X-Frame-Options"] = "DENY"
    # Its requests for the archive say then that they are its own; elsewhere nothing is told.
    headers["Referrer-Policy"] = "same-origin"
    headers["Cache-Control"] = "no-store"  # the site's origins may be others tomorrow
