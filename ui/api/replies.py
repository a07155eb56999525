"""What the API replies with. Fields are only ever added within /v1."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from rag.schema import (
    AnswerJson,
    CitationJson,
    CorrectionJson,
    MentionJson,
    QuestionJson,
    SentenceJson,
    StoryJson,
    VerdictJson,
)


class AskReplyJson(TypedDict):
    request_id: str
    answer: AnswerJson


class WaitingJson(TypedDict):
    ahead: int


class UnderstoodJson(TypedDict):
    question: QuestionJson


class SourcesJson(TypedDict):
    stories: list[StoryJson]


class ToldJson(TypedDict):
    """A sentence as it is told in a stream; `index` counts from 0."""

    index: int
    sentence: SentenceJson


class SearchHitJson(StoryJson):
    rank: int
    score: float
    passage_id: str
    version: int
    start: int
    end: int
    text: str


class SearchReplyJson(TypedDict):
    request_id: str
    query: str
    hits: list[SearchHitJson]


class ArticleJson(StoryJson):
    version: int
    modified: str | None


class RunJson(TypedDict):
    text: str
    quoted: bool


class ParagraphJson(TypedDict):
    heading: bool
    runs: list[RunJson]


class OpenedJson(TypedDict):
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


class ArticleReplyJson(OpenedJson):
    request_id: str


class GroundedJson(TypedDict):
    text: str
    start: int
    end: int
    verdict: VerdictJson
    evidence: list[CitationJson]


class VerifyReplyJson(TypedDict):
    request_id: str
    sentences: list[GroundedJson]


class CountedJson(TypedDict):
    name: str
    articles: int


class AboutJson(TypedDict):
    examples: list[str]
    articles: int
    first: str | None
    last: str | None
    updated: str | None
    sources: list[CountedJson]
    sections: list[CountedJson]


class AboutReplyJson(AboutJson):
    request_id: str
    title: str
    model: str | None


class FaultJson(TypedDict):
    """One thing that is wrong with a request: where, and why."""

    where: str
    field: str
    message: str


class ProblemJson(TypedDict):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    retry_after: NotRequired[int]
    errors: NotRequired[list[FaultJson]]
    available: NotRequired[dict[str, Any]]
    error: NotRequired[dict[str, str | None]]
