"""The structured results of the tools: those of the HTTP API, without the request's id."""

from __future__ import annotations

from typing import TypedDict

from rag.schema import CorrectionJson, MentionJson, StoryJson
from ui.api.replies import ArticleJson, ParagraphJson, SearchHitJson


class SearchJson(TypedDict):
    query: str
    hits: list[SearchHitJson]


class ReadJson(TypedDict):
    """An article, or the part of it around a quote: `before` and `after` say that it goes on."""

    article: ArticleJson
    quote: str | None
    link: str | None
    outdated: bool
    before: bool
    after: bool
    also_in: list[StoryJson]
    correction: CorrectionJson | None
    dates: list[MentionJson]
    paragraphs: list[ParagraphJson]
