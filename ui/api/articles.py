"""GET /v1/articles/{id}: a citation opened, or a whole article."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Query, Request, Response

from index.types import Article, Filters, Span
from rag.types import Citation, Paragraph, SourceView, Story
from rag.wire import citation_json, story_json
from ui.api.bodies import ArticleQuery
from ui.api.callers import caller_of, id_of
from ui.api.documented import failures
from ui.api.encode import Json
from ui.api.filters import unknown_article
from ui.api.problems import Problem
from ui.api.replies import ArticleReplyJson, ParagraphJson
from ui.api.shapes import shape
from ui.api.texts import MAX_NAME
from ui.api.work import Work
from ui.newsdesk import Newsdesk

_LONGEST = 3_000  # code points of a quote: a long passage, and no whole article
_PARAGRAPH = re.compile(r"[^\n]+")


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
        caller = caller_of(request)
        span = _span(query)
        full = caller.site is None or caller.site.full_text
        if not full and (span is None or span.end - span.start > _LONGEST):
            raise Problem(
                "forbidden", 403, "This site may open what is quoted, and not whole articles."
            )

        def read() -> ArticleReplyJson:
            return _opened(
                work.desk, article_id, query.version, span, caller.filters, id_of(request)
            )

        return Json(await work.read(read))

    return routes


def _span(query: ArticleQuery) -> Span | None:
    if query.start is None and query.end is None:
        return None
    if query.start is None or query.end is None or query.start >= query.end:
        raise Problem(
            "invalid", 422, "A quote has a start and an end, and the end is after the start."
        )
    return Span(query.start, query.end)


def _opened(
    desk: Newsdesk,
    article_id: str,
    version: int | None,
    span: Span | None,
    filters: Filters,
    request_id: str,
) -> ArticleReplyJson:
    current = desk.article(article_id, filters=filters)
    if current is None:
        raise unknown_article()
    if version is None or version == current.version:
        article: Article | None = current
    else:
        article = desk.article(article_id, version=version, filters=filters)
    if article is None:
        raise Problem("unknown-article", 404, "The archive has no such version of this article.")
    if span is None:
        view = _whole(article, outdated=article.version != current.version)
        quote = None
    else:
        found = desk.excerpt(article_id, article.version, span.start, span.end, filters=filters)
        if found is None:
            raise Problem("not-found", 404, "This article does not go on that far.")
        view, quote = found, found.citation.quote
    cited = citation_json(view.citation)
    modified = article.modified.isoformat() if article.modified else None
    return {
        "request_id": request_id,
        "article": {
            **story_json(view.citation.story),
            "version": article.version,
            "modified": modified,
        },
        "quote": quote,
        "link": cited["link"],
        "outdated": view.outdated,
        "before": view.before,
        "after": view.after,
        "also_in": cited["also_in"],
        "correction": cited["correction"],
        "dates": cited["dates"],
        "paragraphs": [_paragraph(each) for each in view.paragraphs],
    }


def _whole(article: Article, *, outdated: bool) -> SourceView:
    """All of an article, as if it were the surroundings of no quote."""
    headings = set(article.headings)
    story = Story(
        article.id,
        article.title,
        article.source,
        article.author,
        article.section,
        article.url,
        article.published,
        article.language,
    )
    return SourceView(
        Citation(0, "", story, article.version, "", 0, 0, _page(article.url)),
        tuple(
            Paragraph(((found.group(), False),), heading=Span(*found.span()) in headings)
            for found in _PARAGRAPH.finditer(article.body)
        ),
        before=False,
        after=False,
        outdated=outdated,
    )


def _page(url: str | None) -> str | None:
    """The publisher's page, where it is a page: an archive's address may be anything."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _paragraph(paragraph: Paragraph) -> ParagraphJson:
    return {
        "heading": paragraph.heading,
        "runs": [{"text": text, "quoted": quoted} for text, quoted in paragraph.runs],
    }
