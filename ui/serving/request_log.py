"""One line and one count for each request, and the id that names it to whoever asks later.

A line holds what helps to run the server: no question, no query and no address,
unless questions are logged on purpose. Whatever a request holds, it is one line
of plain ASCII: nothing that a visitor sends can look like a line of its own.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any, Protocol
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.failures import write_down
from ui.api.ids import new_id
from ui.api.problems import problem
from ui.serving.peers import within

ACCESS = "ui.serving.access"  # the logger that the lines go to, as INFO

access = logging.getLogger(ACCESS)

_GIVEN = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_PATH_SHOWN = 200  # characters of an address that are logged
_HEADER = b"x-request-id"


class Observer(Protocol):
    """Is told of every reply once it is complete."""

    def __call__(self, scope: Scope, path: str, status: int, seconds: float) -> None: ...


class RequestLog:
    """Names, times, counts and logs each request. `private` lines tell the query and the address.

    A request keeps the id that one of the `trusted` proxies gave it: from anybody
    else it could be another reader's, or the same for a thousand requests.

    What nobody caught further in becomes a problem document here, and where it
    went wrong goes to the log with the request's id.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        observe: Observer | None = None,
        private: bool = False,
        trusted: Sequence[str] = (),
    ) -> None:
        self._app = app
        self._observe = observe
        self._private = private
        self._trusted = [ip_network(each) for each in trusted]

    def _id(self, scope: Scope) -> str:
        """The id that a trusted proxy gave, if it is a plain word, or a new one."""
        given = [value for key, value in scope["headers"] if key == _HEADER]
        peer = (scope.get("client") or ("",))[0]
        if len(given) == 1 and _GIVEN.fullmatch(given[0]) and within(peer, self._trusted):
            return bytes(given[0]).decode("ascii")
        return new_id()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        name = state["request_id"] = self._id(scope)
        path, query = scope["path"], scope.get("query_string", b"")
        status, size, began = 0, 0, time.perf_counter()

        async def leave(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = name
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, leave)
        except Exception as error:  # noqa: BLE001 (written down, without what was asked)
            write_down(error, name)
            if status:
                return  # half a reply, which the server then cuts, or a whole one
            asked = state.get("path", path)
            failure = problem("internal", 500, "Please try again.", request_id=name, path=asked)
            await failure(scope, receive, leave)
        finally:
            seconds = time.perf_counter() - began
            if self._observe is not None:
                self._observe(scope, state.get("path", path), status, seconds)
            if access.isEnabledFor(logging.INFO):
                access.info(
                    "%s",
                    line(
                        request=name,
                        method=scope["method"],
                        path=path,
                        status=status or "gone",
                        ms=round(seconds * 1000),
                        bytes=size,
                        site=_site(state),
                        **(_private(scope, query) if self._private else {}),
                    ),
                )


def line(**fields: Any) -> str:
    """`name=value` pairs of which no value holds a space, a quote or a control character."""
    shown = (
        (key, quote(str(value), safe="/:.,@+~")[:_PATH_SHOWN]) for key, value in fields.items()
    )
    return " ".join(f"{key}={value}" for key, value in shown if value)


def _private(scope: Scope, query: bytes) -> dict[str, str]:
    """What was asked for, and by whom: a trusted proxy's word has been put in place by now."""
    return {
        "query": query.decode("latin-1"),
        "from": (scope.get("client") or ("",))[0],
    }


def _site(state: dict[str, Any]) -> str:
    site = getattr(state.get("caller"), "site", None)
    return site.name if site is not None else ""
