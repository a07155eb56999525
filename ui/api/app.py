"""The API as an ASGI app of its own, to be mounted at /v1."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from ui.api import about, articles, ask, completions, docs, feedback, search, verify
from ui.api.callers import id_of
from ui.api.capacity import Capacity
from ui.api.edge import Edge, api_path
from ui.api.failures import as_problem
from ui.api.openapi import document
from ui.api.work import Work
from ui.newsdesk import Newsdesk

_ABOUT = """\
Answers from a news archive. Every sentence cites the passage that says so, and what the archive
does not answer is refused.

Errors are problem documents (RFC 9457, `application/problem+json`); every reply names its request
in `X-Request-Id`. Fields that are not documented are refused in requests; in replies, fields may
be added, so ignore those you do not know. Offsets count Unicode code points."""


def create_api(
    desk: Newsdesk, *, capacity: Capacity, title: str = "Byline", model: str | None = None
) -> FastAPI:
    """The API over `desk`, each question in one place of `capacity`.

    `request.state.caller` says who asks and what they may see; where nothing
    before it sets that, anybody may see everything. `model` is the language model
    that writes the answers, if one does.
    """
    work = Work(desk, capacity)
    api = FastAPI(
        title=title,
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        exception_handlers={HTTPException: _told, RequestValidationError: _told},
    )
    for routes in (
        ask.router(work),
        search.router(work),
        articles.router(work),
        feedback.router(work),
        verify.router(work),
        about.router(work, title=title, model=model),
        completions.router(work),
    ):
        api.include_router(routes)

    @api.get("/docs", include_in_schema=False)
    def documentation() -> HTMLResponse:
        return docs.page(api.openapi())

    api.openapi = partial(document, api)  # type: ignore[method-assign]  # as FastAPI documents
    api.add_middleware(Edge)
    return api


async def _told(request: Request, error: Exception) -> Response:
    named = id_of(request)
    told = as_problem(error, request_id=named)
    return told.response(request_id=named, path=api_path(request.scope))
