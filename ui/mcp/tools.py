"""The tools: what they take, what they return, and how they fail.

A tool's docstring is what a language model reads of it, so it says when to use
it and what comes back. What goes wrong is told as the tool's error, in the
words of the HTTP API's problem documents.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent
from pydantic import Field
from starlette.requests import Request

from index.types import Filters
from rag.schema import AnswerJson
from rag.types import Answer, Found, Sentence
from rag.wire import to_json
from ui.api.callers import caller_of, id_of
from ui.api.failures import as_problem
from ui.api.filters import confined, unknown_article
from ui.api.ids import new_id
from ui.api.problems import Problem
from ui.api.reading import hit_json, open_article, span_of
from ui.api.replies import OpenedJson
from ui.api.shapes import shape
from ui.api.texts import Day, Name, Said, Url
from ui.api.work import Work
from ui.chat.words import clean
from ui.mcp import text
from ui.mcp.shapes import SearchJson
from ui.sites.types import Caller

After = Annotated[
    Day | None, Field(description="Only articles published on this day or later, as 2025-06-30.")
]
Before = Annotated[
    Day | None, Field(description="Only articles published on this day or earlier, as 2025-06-30.")
]
Source = Annotated[
    Name | None, Field(description="Only articles of this outlet, named as results name it.")
]
Section = Annotated[Name | None, Field(description="Only articles of this section of the paper.")]
Id = Annotated[Name | None, Field(description="As `search_archive` names it.")]
Address = Annotated[
    Url | None, Field(description="Or its address. It is looked up, and never fetched.")
]
Start = Annotated[
    int | None, Field(ge=0, le=10**9, description="Where a quote begins: only what is around it.")
]
End = Annotated[int | None, Field(ge=1, le=10**9, description="Where that quote ends.")]
Version = Annotated[
    int | None, Field(ge=1, le=10**9, description="The version cited; left out, the current one.")
]

# What pydantic documents, on every Python that Byline runs on; a checker sees what is returned.
if TYPE_CHECKING:
    SearchResult: TypeAlias = CallToolResult
    AskResult: TypeAlias = CallToolResult
    ReadResult: TypeAlias = CallToolResult
else:
    SearchResult = Annotated[CallToolResult, shape(SearchJson)]
    AskResult = Annotated[CallToolResult, shape(AnswerJson)]
    ReadResult = Annotated[CallToolResult, shape(OpenedJson)]


class Tools:
    """The tools over one assistant. Site filters and places hold for them as for the HTTP API."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def search_archive(
        self,
        context: Context[Any, Any],
        query: Annotated[Said, Field(description="What to look for: words or a question.")],
        count: Annotated[int, Field(ge=1, le=20, description="How many passages at most.")] = 8,
        after: After = None,
        before: Before = None,
        source: Source = None,
        section: Section = None,
    ) -> SearchResult:
        """Find passages of the news archive on a subject, best first.

        Use it to see what the archive has, or to gather material. Each passage comes with its
        article's title, outlet, day, address and article_id, and with the place where it stands
        (start and end), which `read_article` takes. To have a question answered, with citations
        that were checked, use `ask_archive`.
        """
        async with _told(context):
            filters = _filters(context, after, before, source, section)
            search = self._work.desk.search
            hits = await self._work.once(lambda: search(query, count=count, filters=filters))
            result: SearchJson = {"query": query, "hits": [hit_json(each) for each in hits]}
            return _result(text.found(result), result)

    async def ask_archive(
        self,
        context: Context[Any, Any],
        question: Annotated[Said, Field(description="One question, in whole words.")],
        after: After = None,
        before: Before = None,
        source: Source = None,
        section: Section = None,
    ) -> AskResult:
        """Answer a question from the news archive, every sentence with a numbered citation.

        The sentences are quoted from articles, or were each checked against them. Where the
        archive does not answer, it says so and names the nearest stories; that is a result, not
        an error. Dates in the question ("in May 2025") are understood. Cite the sources by
        their addresses.
        """
        async with _told(context):
            filters = _filters(context, after, before, source, section)
            answer = await self._answer(context, question, filters)
            return _result(text.answered(answer), to_json(answer))

    async def read_article(
        self,
        context: Context[Any, Any],
        article_id: Id = None,
        url: Address = None,
        start: Start = None,
        end: End = None,
        version: Version = None,
    ) -> ReadResult:
        """Read an article of the news archive by its id or address.

        With `start` and `end`, as citations and passages name them, it is what stands around
        that quote, which is marked. Without them it is the whole article, where the archive's
        owner allows that.
        """
        async with _told(context):
            desk, caller = self._work.desk, _caller(context)

            def read() -> OpenedJson:
                known = article_id or (desk.article_at(url) if url else None)
                if known is None:
                    raise _unnamed() if url is None else unknown_article()
                span = span_of(start, end)
                return open_article(desk, caller, known, version=version, span=span)

            result = await self._work.read(read)
            return _result(text.article(result), result)

    async def _answer(self, context: Context[Any, Any], question: str, filters: Filters) -> Answer:
        """The answer; whoever asked for progress hears each step of it."""

        def begin() -> Any:
            return self._work.desk.stream(question, filters=filters)

        steps = 0
        async with self._work.telling(begin) as telling, aclosing(telling.events()) as events:
            async for ahead in telling.line():
                await context.report_progress(steps, message=f"Waiting: {ahead} before this one")
            async for piece in events:
                if isinstance(piece, Answer):
                    return piece
                steps += 1
                if isinstance(piece, Found):
                    said = f"{len(piece.stories)} stories are read"
                else:
                    said = "A sentence is written" if isinstance(piece, Sentence) else "Understood"
                await context.report_progress(steps, message=said)
        raise RuntimeError("the assistant ended without an answer")


@asynccontextmanager
async def _told(context: Context[Any, Any]) -> AsyncIterator[None]:
    """What is raised within, as a tool's error that says no more than it should."""
    try:
        yield
    except (ToolError, MCPError):
        raise
    except Exception as error:  # noqa: BLE001 (logged there, and told without its words)
        request = _request(context)
        named = id_of(request) if request else new_id()
        told = as_problem(error, request_id=named)
        later = f" Try again in {told.retry_after:.0f} seconds." if told.retry_after else ""
        raise ToolError(clean(f"{told.detail}{later}")) from None


def _filters(
    context: Context[Any, Any],
    after: date | None,
    before: date | None,
    source: str | None,
    section: str | None,
) -> Filters:
    sources = (source,) if source else ()
    sections = (section,) if section else ()
    return confined(_caller(context).filters, Filters(after, before, sources, sections))


def _caller(context: Context[Any, Any]) -> Caller:
    """Who calls, where the call came over HTTP; on standard input it is this machine's user."""
    request = _request(context)
    return caller_of(request) if request else Caller(visitor="")


def _request(context: Context[Any, Any]) -> Request | None:
    request = context.request_context.request
    return request if isinstance(request, Request) else None


def _unnamed() -> Problem:
    return Problem("invalid", 422, "Name the article: give its article_id or its url.")


def _result(said: str, result: object) -> CallToolResult:
    structured = cast("dict[str, Any]", result)
    return CallToolResult(content=[TextContent(text=said)], structured_content=structured)
