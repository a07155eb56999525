"""GET /v1/search: the passages that a question finds, without an answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from rag.types import Hit
from ui.api.away import unless_gone
from ui.api.bodies import SearchQuery
from ui.api.callers import caller_of, id_of
from ui.api.documented import failures
from ui.api.encode import Json
from ui.api.filters import confined
from ui.api.reading import hit_json
from ui.api.replies import SearchReplyJson
from ui.api.shapes import shape
from ui.api.work import Work


def router(work: Work) -> APIRouter:
    routes = APIRouter()

    @routes.get(
        "/search",
        summary="Search the archive",
        description="The passages that come nearest to the words of `q`, best first. `start` "
        "and `end` are where a passage stands in its article: with its `version` they open it "
        "under `/articles/{id}`. Texts are plain text, never HTML.",
        response_model=shape(SearchReplyJson),
        responses=failures(),
    )
    async def search(request: Request, query: Annotated[SearchQuery, Query()]) -> Response:
        filters = confined(caller_of(request).filters, query.filters())

        def find() -> tuple[Hit, ...]:
            return work.desk.search(query.q, count=query.count, filters=filters)

        # a search in progress runs to its end, some 0.1 s, whether or not its reader leaves
        hits = await unless_gone(request.receive, work.once(find))
        reply: dict[str, Any] = {"request_id": id_of(request), "query": query.q}
        return Json({**reply, "hits": [hit_json(each) for each in hits]})

    return routes
