"""A site's limits, tried from every side of the whole server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.types import Filters
from tests.fake_desk import FERRY
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.server import create_app
from ui.serving.service import Service
from ui.sites.store import Sites

OWN = "http://localhost"
NEWS = "https://news.example.org"
TEXT = "The harbour council voted to keep the night ferry"
OUTSIDE = {"a1", "a1c", "a2"}  # articles that are not of the site's section


class Server:
    def __init__(self, folder: Path) -> None:
        self.sites = Sites.open(folder, refresh=0.0)
        self.key = self.sites.add(
            "culture", origins=[NEWS], filters=Filters(sections=("Culture",)),
            visitor_per_minute=0, per_minute=0, full_text=True,
        ).key  # fmt: skip
        service = Service(Capacity(2, 8), sites=self.sites, visitor_per_minute=0)
        self.desk = FakeNewsdesk()
        self.client = TestClient(
            create_app(self.desk, service=service),
            base_url=OWN,
            headers={"Origin": NEWS, "Byline-Site": self.key},
        )

    def tool(self, name: str, **arguments: Any) -> str:
        params = {"name": name, "arguments": arguments}
        sent = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        accept = {"Accept": "application/json, text/event-stream"}
        reply = self.client.post("/mcp", json=sent, headers=accept)
        assert reply.status_code == 200, reply.text
        return reply.text


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("sites"))
    with server.client:
        yield server


def assert_nothing_of_it(told: str) -> None:
    assert "harbour council voted" not in told.replace(TEXT, "")
    for article in OUTSIDE:
        assert f'"article_id":"{article}"' not in told.replace("\\", "").replace(" ", "")


def test_no_route_shows_a_site_what_its_filters_keep_from_it(server: Server) -> None:
    client, turn = server.client, {"question": "ferry", "searched": "ferry", "answer": TEXT}
    for body in (
        {"question": "What about the night ferry?"},
        {"question": "What about the night ferry?", "infer": False},
        {"question": "And the ferry in Transport?", "history": [turn] * 8},
        {"question": "ferry", "filters": {"sections": ["culture"]}},
        {"question": "ferry", "filters": {"sources": ["The Sample Gazette"]}},
        {"question": "What about the night ferry?", "stream": True},
    ):
        assert_nothing_of_it(client.post("/v1/ask", json=body).text)
    refused = client.post(
        "/v1/ask", json={"question": "ferry", "filters": {"sections": ["Transport"]}}
    )
    assert refused.status_code == 422
    for within in ("article", "section", "topic"):
        scope = {"url": FERRY.url, "within": within}
        assert client.post("/v1/ask", json={"question": "x", "scope": scope}).status_code == 404
    assert_nothing_of_it(client.get("/v1/search?q=night ferry&section=culture").text)
    for article in OUTSIDE:
        for query in ("", "?version=1", "?version=1&start=0&end=40"):
            assert client.get(f"/v1/articles/{article}{query}").status_code == 404
    assert_nothing_of_it(client.post("/v1/verify", json={"text": f"{TEXT}."}).text)
    said = [{"role": "user", "content": "night ferry?"}]
    for stream in (False, True):
        sent = {"model": "byline", "messages": said, "stream": stream}
        assert_nothing_of_it(client.post("/v1/chat/completions", json=sent).text)
    about = client.get("/v1/site").json()
    assert about["articles"] == 1
    assert [each["name"] for each in about["sections"]] == ["Culture"]
    assert_nothing_of_it(json.dumps(about))


def test_no_tool_shows_a_site_what_its_filters_keep_from_it(server: Server) -> None:
    assert_nothing_of_it(server.tool("search_archive", query="night ferry"))
    assert_nothing_of_it(server.tool("ask_archive", question="What about the night ferry?"))
    assert "such article" in server.tool("read_article", article_id="a1")
    assert "such article" in server.tool("read_article", article_id="a1", start=0, end=20)
    assert "such article" in server.tool("read_article", url=FERRY.url)
    assert 'isError":true' in server.tool("search_archive", query="ferry", section="Transport")
    assert "Museum" in server.tool("search_archive", query="museum")  # what is its own it sees


def test_many_calls_in_one_post_are_not_taken(server: Server) -> None:
    """Each would be counted as one question."""
    params = {"name": "ask_archive", "arguments": {"question": "museum?"}}
    one = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    before = len(server.desk.asked)
    accept = {"Accept": "application/json, text/event-stream"}
    assert server.client.post("/mcp", json=[one, one], headers=accept).status_code == 400
    assert len(server.desk.asked) == before


def test_a_foreign_page_does_not_learn_whether_a_key_is_right(server: Server) -> None:
    """Nor can it use up the guesses of its readers, whom the right key would then fail."""
    wrong = "byl_" + "x" * 32
    for key in (server.key, wrong, *(f"byl_{n:032d}" for n in range(20))):
        head = {"Origin": "https://evil.example", "Byline-Site": key}
        reply = server.client.post("/v1/ask", json={"question": "museum?"}, headers=head)
        told = reply.json()
        told.pop("request_id")
        assert (reply.status_code, told["type"]) == (403, "urn:byline:problem:foreign-origin")
        assert told["detail"] == "Pages of this origin may not use this server."
    assert server.client.post("/v1/ask", json={"question": "museum?"}).status_code == 200
