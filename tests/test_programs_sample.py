"""Programs of four kinds, and a page elsewhere, ask one running server about the sample archive."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gradio_client
import httpx
import mcp.client.client
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from mcp_types import TextContent
from openai import OpenAI
from playwright.sync_api import Browser

from rag import Assistant
from tests import browsing
from tests.browsing import Served, until
from tests.programs import serving
from tests.test_readme import block
from ui.client import Client, Done, Said, turn
from ui.sites.store import Sites

browser = browsing.browser

RAIN = "How much rain fell at Hollin before the disaster?"
RAINED = "148 millimetres of rain at Hollin in 36 hours"
LINK = "https://www.harbourgazette.example/halvora/2024/10/11/hollin-dam-spillway-fails-four-dead/"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    Sites.open(folder)
    return folder


@pytest.fixture(scope="module")
def url(assistant: Assistant, sites: Path) -> Iterator[str]:
    with serving(assistant, sites=sites) as url:
        yield url


def test_openais_client_asks_and_follows_up(url: str) -> None:
    with closing(OpenAI(base_url=f"{url}v1", api_key="x", max_retries=0)) as client:
        talk: list[Any] = [{"role": "user", "content": RAIN}]
        chunks = client.chat.completions.create(model="byline", messages=talk, stream=True)
        said = "".join(each.choices[0].delta.content or "" for each in chunks)
        assert RAINED in said
        assert f"]({LINK}" in said
        talk += [
            {"role": "assistant", "content": said},
            {"role": "user", "content": "And how many people died there?"},
        ]
        reply = client.chat.completions.create(model="byline", messages=talk)
        answer = (reply.model_extra or {})["byline"]
        assert "Hollin" in answer["question"]["searched"]
        assert "four people died" in (reply.choices[0].message.content or "")


def test_the_mcp_client_asks_and_opens_what_is_cited(url: str) -> None:
    async def session() -> Any:
        async with mcp.client.client.Client(f"{url}mcp") as client:
            answer = await client.call_tool("ask_archive", {"question": RAIN})
            assert answer.structured_content is not None
            cited = answer.structured_content["citations"][0]
            place = {name: cited[name] for name in ("article_id", "version", "start", "end")}
            return answer, await client.call_tool("read_article", place), cited

    answer, article, cited = asyncio.run(session())
    assert isinstance(answer.content[0], TextContent)
    assert RAINED in answer.content[0].text
    assert article.structured_content["quote"] == cited["quote"]


def test_gradios_client_asks_within_dates(url: str) -> None:
    client = gradio_client.Client(url, verbose=False, analytics_enabled=False, download_files=False)
    assert RAINED in client.predict(RAIN, api_name="/ask")["sentences"][0]["text"]
    refused = client.predict(RAIN, after="2030-01-01", api_name="/ask")
    assert refused["refusal"]["kind"] == "outside_filters"
    client.close()


def test_bylines_client_streams_follows_up_and_verifies(url: str) -> None:
    with Client(url) as client:
        *told, done = client.stream(RAIN)
        assert isinstance(done, Done)
        assert any(RAINED in each.sentence["text"] for each in told if isinstance(each, Said))
        following = client.ask("And how many people died there?", history=[turn(done.answer)])
        assert "Hollin" in following["question"]["searched"]
        (checked,) = client.verify("The service measured 184 millimetres of rain at Hollin.")[
            "sentences"
        ]
        assert checked["verdict"]["state"] == "contradicted"


@pytest.mark.browser
def test_the_readmes_fetch_example_works_on_a_sites_own_page(
    url: str, sites: Path, browser: Browser
) -> None:
    page = FastAPI()

    @page.get("/")
    def story() -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>A story</title>")

    served = Served(page)
    site = Sites.open(sites).add("page", origins=[served.url.rstrip("/")], allow_http=True)
    script = block("fetch").replace("https://chat.example.org/", url).replace("KEY", site.key)
    opened = browser.new_page()
    printed: list[str] = []
    opened.on("console", lambda said: printed.append(said.text) if said.type == "log" else None)
    opened.goto(served.url)
    asked = {"Origin": site.origins[0], "Access-Control-Request-Method": "POST"}
    until(lambda: httpx.options(f"{url}v1/ask", headers=asked).is_success)  # it knows the site
    opened.evaluate(f"async () => {{ {script} }}")
    opened.close()
    served.stop()
    assert RAINED in "\n".join(printed)
    assert LINK in "\n".join(printed)
