"""The page for an iframe: the same chat, for sites that may not run another's scripts.

Who may frame it is said by the gate, which knows the site's origins.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from ui.widget.files import EMBED_STYLE, LOADER, files

_POLICY = (
    "default-src 'none'; script-src '{loader}' '{core}'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types byline"
)
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
<script src="{loader}" integrity="{integrity}" crossorigin="anonymous" async></script>
</head>
<body>
<main><h1>{title}</h1><byline-chat {attributes}></byline-chat></main>
<noscript><p>{title} needs JavaScript.</p></noscript>
</body>
</html>
"""
# What a site may set in the frame's address, and what each may be.
_SETTINGS = {
    "site": re.compile(r"[\w-]{1,200}", re.ASCII),
    "language": re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}"),
    "theme": re.compile(r"light|dark|auto"),
    "typeface": re.compile(r"newsreader"),
    "title": re.compile(r"[^\x00-\x1f\x7f]{1,120}"),
    "placeholder": re.compile(r"[^\x00-\x1f\x7f]{1,120}"),
    "greeting": re.compile(r"[^\x00-\x1f\x7f]{1,400}"),
}


def page(title: str, settings: dict[str, str]) -> str:
    """The page of a chat called `title`, unless the settings give it another name."""
    made = files()
    attributes = {"theme": "auto", **settings}
    return _PAGE.format(
        language=html.escape(settings.get("language", "en")),
        title=html.escape(settings.get("title", title)),
        style=made[EMBED_STYLE].path,
        loader=LOADER,
        integrity=made[LOADER].integrity,
        attributes=" ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items()),
    )


def policy() -> str:
    """Its Content-Security-Policy, but for who may frame it."""
    made = files()
    return _POLICY.format(loader=made[LOADER].integrity, core=made["core"].integrity)


async def embed(request: Request, title: str) -> HTMLResponse:
    """The page, with those settings of its address that may be set; the others are left out."""
    settings = {
        name: value
        for name, allowed in _SETTINGS.items()
        if (value := request.query_params.get(name)) and allowed.fullmatch(value)
    }
    return HTMLResponse(page(title, settings), headers={"Content-Security-Policy": policy()})


def address(server: str, site: str) -> str:
    """Where the page for a site is, under the server's address."""
    return f"{server.rstrip('/')}/embed?{urlencode({'site': site})}"
