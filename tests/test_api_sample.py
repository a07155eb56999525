"""The API over the real assistant and the sample archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from index.types import Filters
from rag import Assistant
from tests.api_calls import calls, events, site


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with calls(assistant) as client:
        yield client


def test_an_example_of_the_site_is_answered_and_its_source_opens(
    assistant: Assistant, client: TestClient
) -> None:
    about = client.get("/site").json()
    assert about["articles"] == assistant.stats().articles
    question = about["examples"][0]
    told = events(client.post("/ask", json={"question": question, "stream": True}).text)
    names = [name for name, _ in told]
    assert names[:2] == ["understood", "sources"]
    assert names[-1] == "done"
    answer = told[-1][1]["answer"]
    assert [each["sentence"] for name, each in told if name == "sentence"] == answer["sentences"]
    read = {story["article_id"] for story in told[1][1]["stories"]}
    assert {each["article_id"] for each in answer["citations"]} <= read
    for cited in answer["citations"]:
        where = {key: cited[key] for key in ("version", "start", "end")}
        opened = client.get(f"/articles/{cited['article_id']}", params=where).json()
        assert opened["quote"] == cited["quote"]
        runs = [run["text"] for p in opened["paragraphs"] for run in p["runs"] if run["quoted"]]
        assert "".join(runs) == cited["quote"]


def test_what_an_archive_says_is_supported_and_its_opposite_is_not(client: TestClient) -> None:
    hit = client.get("/search", params={"q": client.get("/site").json()["examples"][0]}).json()
    sentence = hit["hits"][0]["text"].split(". ")[0].rstrip(".") + "."
    reply = client.post("/verify", json={"text": f"{sentence} The moon is made of green cheese."})
    states = [each["verdict"]["state"] for each in reply.json()["sentences"]]
    assert states[0] == "supported"
    assert states[-1] != "supported"


def test_a_site_of_one_source_shows_and_finds_no_other(assistant: Assistant) -> None:
    source, number = assistant.facets().sources[-1]
    with calls(assistant, of=site(Filters(sources=(source,)))) as client:
        about = client.get("/site").json()
        assert about["articles"] == number
        assert [each["name"] for each in about["sources"]] == [source]
        hits = client.get("/search?q=council&count=50").json()["hits"]
        assert {hit["source"] for hit in hits} <= {source}
        for example in about["examples"]:
            answer = client.post("/ask", json={"question": example}).json()["answer"]
            assert {each["source"] for each in answer["citations"]} == {source}


def test_a_question_stays_within_an_article(client: TestClient) -> None:
    hit = next(h for h in client.get("/search?q=council&count=50").json()["hits"] if h["url"])
    body = {"question": "What happened?", "scope": {"url": hit["url"]}}
    answer = client.post("/ask", json=body).json()["answer"]
    assert answer["searched"] == 1
    assert {each["article_id"] for each in answer["citations"]} <= {hit["article_id"]}
    elsewhere = {"question": "What happened?", "scope": {"url": "https://elsewhere.example/"}}
    assert client.post("/ask", json=elsewhere).status_code == 404


@pytest.mark.parametrize("address", ["a%00b", "%ff", "';--", "x?version=1&start=0&end=1"])
def test_ids_that_nobody_gave_are_not_there(client: TestClient, address: str) -> None:
    assert client.get(f"/articles/{address}").status_code == 404
