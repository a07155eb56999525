"""What strangers could send to the chat's own addresses, and what they get of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.errors import ArchiveDamaged
from rag.types import Citation, SourceView
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.server import create_app
from ui.serving.service import Service
from ui.sites.store import Sites

OWN = "http://localhost"
JOIN = "/gradio_api/queue/join"
CALL = "/gradio_api/component_server/"
SECRET = "who is ill"


def client(desk: FakeNewsdesk | None = None, **options: Any) -> TestClient:
    options = {"visitor_per_minute": 0, **options}
    app = create_app(desk or FakeNewsdesk(), service=Service(Capacity(2, 4), **options))
    return TestClient(app, base_url=OWN, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def chat() -> Iterator[TestClient]:
    with client() as chat:
        yield chat


def named(chat: TestClient, name: str) -> int:
    found = chat.get("/config").json()["dependencies"]
    (number,) = (each["id"] for each in found if each["api_name"] == name)
    return int(number)


def component(chat: TestClient) -> int:
    found = chat.get("/config").json()["components"]
    (number,) = (each["id"] for each in found if each["type"] == "html")
    return int(number)


def call(chat: TestClient, function: str, data: Any) -> Any:
    sent = {"session_hash": "s", "component_id": component(chat), "fn_name": function}
    return chat.post(CALL, json={**sent, "data": data})


def file(address: str) -> dict[str, Any]:
    return {"path": address, "url": address, "meta": {"_type": "gradio.FileData"}}


@pytest.mark.parametrize("address", ["https://evil.example/x", "/etc/passwd", "file:///etc/passwd"])
def test_no_address_is_fetched_and_no_file_opened(chat: TestClient, address: str) -> None:
    """Gradio would, for whatever calls itself a file of its own."""
    ask, answering = named(chat, "ask"), named(chat, "answering")
    for hidden in (file(address), [file(address)], {"a": {"b": [file(address)]}}):
        for place in range(4):
            data: list[Any] = ["ferry?", [], "", ""]
            data[place] = hidden
            sent: dict[str, Any] = {"fn_index": ask, "data": data, "session_hash": "s"}
            assert chat.post(JOIN, json=sent).status_code == 422
        event = {"turn": "t", "question": hidden}
        sent = {"fn_index": answering, "data": [], "event_data": event, "session_hash": "s"}
        assert chat.post(JOIN, json=sent).status_code == 422
        assert call(chat, "source", hidden).status_code == 422
    escaped = json.dumps(["ferry?", [file(address)], "", ""]).replace("_type", "\\u005ftype")
    body = f'{{"fn_index": {ask}, "session_hash": "s", "data": {escaped}}}'
    head = {"Content-Type": "application/json"}
    assert chat.post(JOIN, content=body, headers=head).status_code == 422


def test_what_fits_nothing_fails_nowhere_and_is_not_in_the_log(
    chat: TestClient, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    ask = named(chat, "ask")
    whole = {"fn_index": ask, "data": [SECRET, [], "", ""], "session_hash": "s"}
    head = {"Content-Type": "application/json"}
    capfd.readouterr()
    with caplog.at_level(logging.INFO):
        for change in (
            {"fn_index": 99_999}, {"fn_index": -1}, {"fn_index": True}, {"fn_index": "ask"},
            {"data": [SECRET]}, {"data": [[SECRET, SECRET]]}, {"data": SECRET}, {"data": None},
            {"session_hash": SECRET}, {"session_hash": None}, {"session_hash": "s" * 99},
        ):  # fmt: skip
            assert chat.post(JOIN, json={**whole, **change}).status_code == 422
        for body in (b"", b"[", b"[]", b"null", b"[" * 200_000, b'{"a":' * 9_000, b"\xff\xfe"):
            for path in (JOIN, CALL):
                assert chat.post(path, content=body, headers=head).status_code == 422
        for change in ({"component_id": 99}, {"fn_name": "__class__"}, {"fn_name": "ask"}):
            sent = {"session_hash": "s", "component_id": component(chat), "fn_name": "source"}
            reply = chat.post(CALL, json={**sent, "data": SECRET, **change})
            assert reply.status_code == 422
        assert chat.post(CALL, files={"file": b"x"}).status_code == 422
        told = chat.get("/gradio_api/queue/data?session_hash=nobody")
        assert "session_not_found" in told.text
    captured = capfd.readouterr()
    logged = [record.getMessage() for record in caplog.records]
    assert SECRET not in captured.err + captured.out + "".join(logged)
    places = [each for each in logged if 'File "' in each]
    assert all(len(each.splitlines()) < 50 for each in places)  # no log is filled by it
    assert len(places) <= 1
    assert "Traceback" not in captured.err


def test_a_form_of_another_page_cannot_ask(chat: TestClient) -> None:
    sent = json.dumps({"fn_index": named(chat, "ask"), "data": ["ferry?", [], "", ""]})
    for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        reply = chat.post(JOIN, content=sent, headers={"Content-Type": media})
        assert reply.status_code == 422
        foreign = {"Content-Type": media, "Origin": "https://evil.example"}
        assert chat.post(JOIN, content=sent, headers=foreign).status_code == 403


def test_opening_sources_without_end_uses_up_a_quota() -> None:
    with client(visitor_per_minute=1) as chat:
        number = component(chat)
        sent = {"session_hash": "s", "component_id": number, "fn_name": "arrive", "data": None}
        got = [chat.post(CALL, json=sent).status_code for _ in range(11)]
        assert got == [200] * 10 + [429]
        assert chat.get("/gradio_api/queue/data?session_hash=x").status_code == 429


def test_where_only_sites_may_ask_no_program_asks_through_the_chat(tmp_path: Path) -> None:
    with client(api="sites", sites=Sites.open(tmp_path)) as chat:
        ask = {"fn_index": named(chat, "ask"), "data": ["ferry?", [], "", ""], "session_hash": "s"}
        for refused in (
            chat.get("/gradio_api/info"), chat.post(JOIN, json=ask), chat.post(CALL, json={}),
        ):  # fmt: skip
            assert refused.status_code == 401
        assert chat.get("/").status_code == 200  # its readers may
        assert chat.post(JOIN, json=ask, headers={"Origin": OWN}).status_code == 200


def test_an_archive_that_fails_names_no_path_and_no_question_to_readers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(FakeNewsdesk):
        def source(self, citation: Citation) -> SourceView:
            raise ArchiveDamaged("/srv/archive.db is damaged")

        def stats(self) -> Any:
            raise RuntimeError(f"/srv/archive.db: {SECRET}")

    with client(Broken()) as chat:
        story = {"article_id": "a1", "title": "t", "source": None, "author": None}
        story |= {"section": None, "url": None, "published": None}
        cited = {"number": 1, "passage_id": "p", "story": story, "version": 1, "quote": "q"}
        cited |= {"start": 0, "end": 1, "link": None}
        opened = call(chat, "source", {"citation": cited})
        arrived = call(chat, "arrive", None)
        assert opened.json() == {"error": "The archive cannot be used at the moment."}
        assert "written down" in arrived.json()["error"]
        assert "/srv" not in opened.text + arrived.text
        assert SECRET not in caplog.text


def test_nothing_of_an_address_or_a_host_stands_in_the_page(chat: TestClient) -> None:
    """Its policy allows the scripts that stand in it, by their hashes."""
    evil = "</script><script>alert(1)</script>"
    for query in (f"?{evil}", f"?__theme={evil}", f"?view={evil}", f"?deep_link={evil}"):
        reply = chat.get(
            f"/{query}", headers={"Referer": f"http://x/{evil}", "X-Gradio-User": evil}
        )
        assert reply.status_code == 200
        assert "alert(1)" not in reply.text
    host = chat.get("/", headers={"Host": f"{evil}.example"})
    assert "alert(1)" not in host.text
