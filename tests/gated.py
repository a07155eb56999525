"""An app behind the gate that notes whatever reaches it, and requests made by hand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.sites.types import Caller

SERVER = "chat.example.net"
OWN = f"https://{SERVER}"


class Behind:
    """The app: what came in, who it was from, and what it sets of its own accord."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        self.callers: list[Caller] = []
        self.bodies: list[bytes] = []
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.callers.append(scope["state"]["caller"])
        self.bodies.append((await receive()).get("body", b""))
        await Response("done", headers=self._headers)(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Headers
    body: bytes
    read: int  # how often somebody asked for a piece of the body


def call(
    app: ASGIApp,
    path: str,
    *,
    method: str = "POST",
    origin: str | None = None,
    key: str | None = None,
    query: str = "",
    address: str = "192.0.2.7",
    headers: tuple[tuple[str, str], ...] = (),
    **scope: Any,
) -> Reply:
    """One request, with exactly these headers and a Host."""
    given = [("host", SERVER), *headers]
    given += [("origin", origin)] if origin is not None else []
    given += [("byline-site", key)] if key is not None else []
    whole = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in given],
        "client": (address, 1234),
        "server": ("192.0.2.1", 443),
        "state": {},
        **scope,
    }
    sent: list[Message] = []
    read = 0

    async def receive() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(whole, receive, send))
    start = sent[0]
    return Reply(
        start["status"],
        Headers(raw=list(start["headers"])),
        b"".join(each.get("body", b"") for each in sent[1:]),
        read,
    )
