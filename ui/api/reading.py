"""What callers read of the archive, by the same rules over HTTP and MCP."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from index.types import Article, Headline, Span
from rag.types import Citation, Hit, Paragraph, SourceView, Story
from rag.wire import citation_json, story_json
from ui.api.filters import unknown_article
from ui.api.problems import Problem
from ui.api.replies import OpenedJson, ParagraphJson, SearchHitJson
from ui.newsdesk import Newsdesk
from ui.sites.types import Caller

_LONGEST = 3_000  # code points of a quote: a long passage, and no whole article
_PARAGRAPH = re.compile(r"[^\n]+")


def hit_json(hit: Hit) -> SearchHitJson:
    """A passage that was found, and its story."""
    passage = hit.passage
    return {
        **story_json(_story(hit.article)),
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "passage_id": passage.id,
        "version": passage.version,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }


def span_of(start: int | None, end: int | None) -> Span | None:
    """Where a quote stands; None where none was named. Raises Problem where it is half a one."""
    if start is None and end is None:
        return None
    if start is None or end is None or start >= end:
        raise Problem(
            "invalid", 422, "A quote has a start and an end, and the end is after the start."
        )
    return Span(start, end)


def open_article(
    desk: Newsdesk, caller: Caller, article_id: str, *, version: int | None, span: Span | None
) -> OpenedJson:
    """An article, or what is around `body[span]` of it.

    Raises Problem where there is none that the caller may read.
    """
    full = caller.site is None or caller.site.full_text
    if not full and (span is None or span.end - span.start > _LONGEST):
        raise Problem(
            "forbidden", 403, "This site may open what is quoted, and not whole articles."
        )
    filters = caller.filters
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
    return SourceView(
        Citation(0, "", _story(article), article.version, "", 0, 0, _page(article.url)),
        tuple(
            Paragraph(((found.group(), False),), heading=Span(*found.span()) in headings)
            for found in _PARAGRAPH.finditer(article.body)
        ),
        before=False,
        after=False,
        outdated=outdated,
    )


def _story(of: Article | Headline) -> Story:
    return Story(
        of.id, of.title, of.source, of.author, of.section, of.url, of.published, of.language
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
