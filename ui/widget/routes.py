"""The addresses of the widget: the loader, what it loads, and the page for an iframe."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ui.widget.embed import embed
from ui.widget.files import LOADER, File, by_path

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"  # the loader names the rest by content: an old one finds nothing


def routes(title: str = "Byline") -> list[BaseRoute]:
    """To be mounted at the server's root. `title` names the page for an iframe."""
    return [
        Route(f"/{LOADER}", _serve),
        Route("/widget/{name}", _serve),
        Route("/embed", partial(embed, title=title)),
    ]


async def _serve(request: Request) -> Response:
    name = request.path_params.get("name")
    file = by_path().get(LOADER if name is None else f"widget/{name}")
    return PlainTextResponse("Not found.", 404) if file is None else reply(file, request)


def reply(file: File, request: Request) -> Response:
    """A file, compressed for who takes that, or 304 for who has it already."""
    zipped = file.zipped is not None and _takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{file.digest[:32]}{"-gz" if zipped else ""}"'
    headers = {
        "Cache-Control": _ASK_AGAIN if file.path == LOADER else _FOR_EVER,
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    known = {each.strip().removeprefix("W/") for each in _known(request)}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if zipped and file.zipped is not None:
        headers["Content-Encoding"] = "gzip"
        return Response(file.zipped, media_type=file.media_type, headers=headers)
    return Response(file.body, media_type=file.media_type, headers=headers)


def _known(request: Request) -> list[str]:
    return request.headers.get("if-none-match", "").split(",")


def _takes_gzip(accepted: str) -> bool:
    weights = {}
    for each in accepted.split(","):
        coding, _, weight = each.partition(";")
        weights[coding.strip().lower()] = weight.replace(" ", "").lower()
    weight = weights.get("gzip", weights.get("*", "q=0"))
    return weight not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
