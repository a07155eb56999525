"""GET /v1/search: the passages that a question finds, without an answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from rag.types import Hit, Story
from rag.wire import story_json
from ui.api.away import unless_gone
from ui.api.bodies import SearchQuery
from ui.api.callers import caller_of, id_of
from ui.api.documented import failures
from ui.api.encode import Json
from ui.api.filters import confined
from ui.api.replies import SearchHitJson, SearchReplyJson
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

        hits = await unless_gone(request.receive, work.once(find))
        reply: dict[str, Any] = {"request_id": id_of(request), "query": query.q}
        return Json({**reply, "hits": [_hit(each) for each in hits]})

    return routes


def _hit(hit: Hit) -> SearchHitJson:
    headline, passage = hit.article, hit.passage
    story = Story(
        headline.id,
        headline.title,
        headline.source,
        headline.author,
        headline.section,
        headline.url,
        headline.published,
        headline.language,
    )
    return {
        **story_json(story),
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "passage_id": passage.id,
        "version": passage.version,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }
