"""While nobody is there to answer, questions are told so at once, and read no body."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.failures import as_problem
from ui.api.ids import request_id
from ui.serving.errors import NobodyThere
from ui.sites.routes import API, cost, route
from ui.sites.types import Cost


class Attended:
    """Answers the API's questions with 503 for as long as `attended` says no."""

    def __init__(self, app: ASGIApp, attended: Callable[[], bool]) -> None:
        self._app = app
        self._attended = attended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._attended():
            path = route(scope)
            # the chat and MCP have replies of their own, and are told by the desk
            if path.startswith(API) and cost(scope["method"], path) is Cost.QUESTION:
                name = request_id(scope)
                problem = as_problem(NobodyThere(), request_id=name)
                await problem.response(request_id=name, path=path)(scope, receive, send)
                return
        await self._app(scope, receive, send)
