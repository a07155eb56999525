"""What the tools read of the archive: the same as the HTTP API's routes, by the same rules."""

from __future__ import annotations

from rag.types import Hit
from ui.api import articles, search
from ui.api.bodies import ArticleQuery
from ui.api.problems import Problem
from ui.api.replies import SearchHitJson
from ui.mcp.shapes import ReadJson
from ui.newsdesk import Newsdesk
from ui.sites.types import Caller


def hit(found: Hit) -> SearchHitJson:
    """A passage that was found, and its story."""
    return search._hit(found)


def article(
    desk: Newsdesk,
    caller: Caller,
    article_id: str,
    *,
    version: int | None,
    start: int | None,
    end: int | None,
) -> ReadJson:
    """An article, or what is around `body[start:end]`.

    Raises Problem where there is none that the caller may read.
    """
    span = articles._span(ArticleQuery(start=start, end=end))
    whole = span is None or span.end - span.start > articles._LONGEST
    if whole and caller.site is not None and not caller.site.full_text:
        raise Problem(
            "forbidden", 403, "This site may open what is quoted, and not whole articles."
        )
    reply = articles._opened(desk, article_id, version, span, caller.filters, "")
    return {
        "article": reply["article"],
        "quote": reply["quote"],
        "link": reply["link"],
        "outdated": reply["outdated"],
        "before": reply["before"],
        "after": reply["after"],
        "also_in": reply["also_in"],
        "correction": reply["correction"],
        "dates": reply["dates"],
        "paragraphs": reply["paragraphs"],
    }
