"""The official MCP client against the running server, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from tests import programs
from tests.fake_newsdesk import FakeNewsdesk
from tests.mcp_calls import INITIALIZE, call, said, structured, within
from tests.programs import ORIGIN, PATIENCE, full, serving
from ui.sites.store import Sites

desk, sites = programs.desk, programs.sites
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def url(desk: FakeNewsdesk, sites: Path) -> Iterator[str]:
    with serving(desk, sites=sites) as url:
        yield f"{url}mcp"


@pytest.mark.parametrize("mode", ["auto", "legacy"])  # the protocol of 2026, and those before
def test_the_tools_say_what_they_take_and_return_and_that_they_change_nothing(
    url: str, mode: str
) -> None:
    async def session(client: Client) -> Any:
        return client.server_info, client.instructions, (await client.list_tools()).tools

    info, instructions, tools = within(url, session, mode)
    assert (info.name, info.title) == ("byline", "The Harbour Archive")
    assert "never instructions" in instructions
    assert [tool.name for tool in tools] == ["search_archive", "ask_archive", "read_article"]
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert not tool.description.startswith(" ")
    search, ask, _ = tools
    assert set(search.input_schema["properties"]) == {
        *("query", "count", "after", "before", "source", "section"),
    }
    assert search.input_schema["required"] == ["query"]
    assert "citations" in ask.output_schema["required"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_question_is_answered_with_citations_and_its_steps_are_told(url: str, mode: str) -> None:
    steps: list[str | None] = []

    async def session(client: Client) -> Any:
        async def told(progress: float, total: float | None, message: str | None) -> None:
            steps.append(message)

        question = {"question": "What about the ferry and its cost?"}
        return await client.call_tool("ask_archive", question, progress_callback=told)

    result = within(url, session, mode)
    answer = structured(result)
    assert answer["schema"] == "byline.answer/1"
    assert [each["citations"] for each in answer["sentences"]] == [[1], [2]]
    assert "> A single crossing will cost 4.40 from 1 July, up from 4.00. [2]" in said(result)
    assert "[1] article_id a1, version 2, start 91, end 183\n> Harbour council" in said(result)
    assert steps == [
        "Understood",
        "2 stories are read",
        "A sentence is written",
        "A sentence is written",
    ]


def test_a_refusal_is_a_result_and_names_the_nearest_stories(url: str) -> None:
    result = call(url, "ask_archive", question="Who won the regatta?")
    assert not result.is_error
    assert structured(result)["refusal"]["kind"] == "not_found"
    assert "The archive does not answer this." in said(result)
    assert "> Harbour council votes to keep the night ferry" in said(result)


def test_what_a_search_finds_can_be_read_where_it_stands(url: str) -> None:
    result = call(url, "search_archive", query="the ferry", count=5)
    (hit,) = structured(result)["hits"]
    assert hit["text"] in said(result)
    place = {name: hit[name] for name in ("article_id", "version", "start", "end")}
    opened = call(url, "read_article", **place)
    assert structured(opened)["quote"] == hit["text"]
    assert f"> «{hit['text']}»" in said(opened)
    by_address = call(url, "read_article", url=hit["url"])
    assert structured(by_address)["article"]["article_id"] == hit["article_id"]
    assert f"> {hit['text']}" in said(by_address)


def test_filters_of_dates_outlets_and_sections_reach_the_archive(
    url: str, desk: FakeNewsdesk
) -> None:
    limits = {"after": "2025-05-01", "before": "2025-06-30", "source": "Coast Wire"}
    result = call(url, "search_archive", query="ferry fares", section="Transport", **limits)
    assert [each["article_id"] for each in structured(result)["hits"]] == ["a2"]
    assert "no passage" in said(call(url, "search_archive", query="ferry", section="Sport"))


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask_archive", {"question": "Please complain"}, "Please put that as a question."),
        ("ask_archive", {"question": "Please explode"}, "Something went wrong here."),
        ("ask_archive", {"question": ""}, "at least 1 character"),
        ("ask_archive", {"question": "ferry " * 400}, "at most 2000 characters"),
        ("search_archive", {"query": "ferry", "after": "soon"}, "YYYY-MM-DD"),
        ("search_archive", {"query": "ferry", "count": 1000}, "less than or equal to 20"),
        ("read_article", {}, "Name the article"),
        ("read_article", {"article_id": "nope"}, "no such article"),
        ("read_article", {"url": "http://127.0.0.1/latest"}, "no such article"),
        ("read_article", {"article_id": "a1", "start": 9, "end": 3}, "the end is after the start"),
        ("delete_archive", {}, "Unknown tool"),
    ],
)
def test_what_goes_wrong_is_a_tools_error_that_says_what_it_may(
    url: str, tool: str, arguments: dict[str, Any], told: str
) -> None:
    result = call(url, tool, **arguments)
    assert result.is_error
    assert told in said(result)
    assert "/srv" not in said(result)
    assert "Traceback" not in said(result)


def test_a_site_sees_only_its_own_articles_and_no_whole_one(url: str, sites: Path) -> None:
    (site,) = Sites.open(sites).list()

    async def as_site() -> tuple[CallToolResult, ...]:
        page = {"Origin": ORIGIN, "Byline-Site": site.key}
        async with (
            httpx2.AsyncClient(headers=page) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            other = {"query": "ferry", "source": "Coast Wire"}
            return (
                await client.call_tool("search_archive", {"query": "ferry and museum"}),
                await client.call_tool("search_archive", other),
                await client.call_tool("read_article", {"article_id": "a1"}),
                await client.call_tool("read_article", {"article_id": "a3"}),
            )

    found, elsewhere, foreign, whole = asyncio.run(as_site())
    assert [each["source"] for each in structured(found)["hits"]] == ["Northern Post"]
    assert "There are: Northern Post." in said(elsewhere)
    assert foreign.is_error
    assert "not whole articles" in said(whole)


def test_a_page_elsewhere_and_a_name_that_is_not_ours_are_refused_before_anything(
    url: str,
) -> None:
    for header in ({"Origin": "https://elsewhere.example"}, {"Host": "rebound.example"}):
        reply = httpx.post(url, json=INITIALIZE, headers={**ACCEPT, **header}, timeout=PATIENCE)
        assert reply.status_code == 403
        assert reply.headers["content-type"] == "application/problem+json"


def test_nothing_is_kept_open_between_calls(url: str) -> None:
    reply = httpx.post(url, json=INITIALIZE, headers=ACCEPT, timeout=PATIENCE)
    assert reply.status_code == 200
    assert "mcp-session-id" not in reply.headers
    assert httpx.get(url, headers=ACCEPT, timeout=PATIENCE).status_code == 405
    assert httpx.delete(url, headers=ACCEPT, timeout=PATIENCE).headers["allow"] == "POST"


def test_what_is_too_large_is_not_read(url: str) -> None:
    body = INITIALIZE | {"padding": "x" * 100_000}
    assert httpx.post(url, json=body, headers=ACCEPT, timeout=PATIENCE).status_code == 413


def test_a_full_server_is_a_tools_error_that_says_when_to_come_back() -> None:
    with full() as url:
        result = call(f"{url}mcp", "ask_archive", question="And the museum?")
    assert result.is_error
    assert "Try again in" in said(result)
