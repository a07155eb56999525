"""GET /v1/site: what can be asked here, for whoever draws a chat."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameters

from ui.api.bodies import Query
from ui.api.callers import caller_of, id_of
from ui.api.described import Described
from ui.api.documented import failures
from ui.api.encode import Json
from ui.api.replies import AboutReplyJson
from ui.api.shapes import shape
from ui.api.work import Work


def router(work: Work, *, title: str, model: str | None) -> APIRouter:
    routes = APIRouter()
    described = Described(work)

    @routes.get(
        "/site",
        summary="What can be asked here",
        description="Examples, and figures of the articles that this site's filters let through. "
        "`model` is the language model that writes answers; null where they are the archive's "
        "own sentences.",
        response_model=shape(AboutReplyJson),
        responses=failures(),
    )
    async def about(request: Request, query: Annotated[Query, Parameters()]) -> Response:
        caller = caller_of(request)
        known = await described.within(caller.filters)
        named = caller.site.title if caller.site and caller.site.title else title
        reply: AboutReplyJson = {
            "request_id": id_of(request),
            "title": named,
            "model": model,
            **known,
        }
        return Json(reply)

    return routes
