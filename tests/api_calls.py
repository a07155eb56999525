"""The API over a desk, called as programs and pages call it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from index.types import Filters
from ui.api.app import create_api
from ui.api.capacity import Capacity
from ui.newsdesk import Newsdesk
from ui.sites.types import Caller, Site


def site(filters: Filters = Filters(), *, full_text: bool = False) -> Site:
    return Site(
        "gazette",
        "byl_key",
        ("https://gazette.example",),
        datetime(2025, 1, 1, tzinfo=UTC),
        title="Ask the Gazette",
        filters=filters,
        full_text=full_text,
    )


class As:
    """Stands where the gate stands: says who calls."""

    def __init__(self, app: ASGIApp, caller: Caller) -> None:
        self._app = app
        self.caller = caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["caller"] = self.caller
        await self._app(scope, receive, send)


def calls(
    desk: Newsdesk, *, of: Site | None = None, at_once: int = 4, waiting: int = 50, **told: Any
) -> TestClient:
    """A client of the API; `of` a site, or of nobody in particular."""
    api: ASGIApp = create_api(desk, capacity=Capacity(at_once, waiting), **told)
    return TestClient(As(api, Caller("visitor", of)) if of else api)


def events(stream: str) -> list[tuple[str, Any]]:
    """A stream's events as a browser reads them: (name, data)."""
    found = []
    for block in stream.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        if lines:
            fields = dict(line.split(": ", 1) for line in lines)
            found.append((fields["event"], json.loads(fields["data"])))
    return found
