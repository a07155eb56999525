"""GET /v1/articles/{id}: a citation opened, or a whole article."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from ui.api.bodies import ArticleQuery
from ui.api.callers import caller_of, id_of
from ui.api.documented import failures
from ui.api.encode import Json
from ui.api.reading import open_article, span_of
from ui.api.replies import ArticleReplyJson
from ui.api.shapes import shape
from ui.api.texts import MAX_NAME
from ui.api.work import Work


def router(work: Work) -> APIRouter:
    routes = APIRouter()

    @routes.get(
        "/articles/{article_id}",
        summary="Open a citation, or read an article",
        description="With `start`, `end` and `version` of a citation: the paragraphs around "
        "its quote, which is marked (`quoted`). Without: the whole article, which a site may "
        "be refused (403). Texts are plain text, never HTML.",
        response_model=shape(ArticleReplyJson),
        responses=failures(404),
    )
    async def article(
        request: Request,
        article_id: Annotated[
            str,
            Path(min_length=1, max_length=MAX_NAME, description="`article_id` of a story."),
        ],
        query: Annotated[ArticleQuery, Query()],
    ) -> Response:
        span = span_of(query.start, query.end)

        def read() -> ArticleReplyJson:
            opened = open_article(
                work.desk, caller_of(request), article_id, version=query.version, span=span
            )
            return {"request_id": id_of(request), **opened}

        return Json(await work.read(read))

    return routes
