"""What the OpenAPI document promises is what happens, whatever is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.testclient import TestClient

from tests.fake_newsdesk import FakeNewsdesk
from ui.api.app import create_api
from ui.api.capacity import Capacity
from ui.server import create_app
from ui.serving.service import Service

API = create_api(FakeNewsdesk(), capacity=Capacity(4, 100))
DOCUMENT: dict[str, Any] = json.loads(json.dumps(API.openapi()))
schema = schemathesis.openapi.from_asgi("/openapi.json", API)
# the API with all that stands before it: who may come in, how large, how often
SERVER = create_app(FakeNewsdesk(), service=Service(Capacity(4, 100), visitor_per_minute=0))
behind_all = schemathesis.openapi.from_asgi("/v1/openapi.json", SERVER)


@schema.parametrize()
@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_nothing_that_is_sent_finds_a_reply_that_is_not_documented(
    case: schemathesis.Case,
) -> None:
    # a name of one space is a string, and refused: JSON Schema cannot say why
    excluded = [positive_data_acceptance]
    if case.path.startswith("/chat"):
        excluded.append(negative_data_rejection)  # OpenAI's clients send what they like
    case.call_and_validate(excluded_checks=excluded)


def operations() -> list[tuple[str, str]]:
    return [(method, path) for path, each in DOCUMENT["paths"].items() for method in each]


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_route_is_described_and_its_examples_work(method: str, path: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    assert operation["summary"]
    assert {"401", "403", "422", "429", "500", "503"} <= operation["responses"].keys()
    client = TestClient(API)
    sent = 0
    query = {}
    for parameter in operation.get("parameters", []):
        assert parameter.get("description") or path.startswith("/models"), parameter["name"]
        if "examples" in parameter["schema"]:
            query[parameter["name"]] = parameter["schema"]["examples"][0]
    if "requestBody" in operation:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        body = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
        for example in body.get("examples", [body.get("example")]):
            reply = client.request(method, path, json=example)
            assert reply.status_code in (200, 204), reply.text
            sent += 1
    else:
        address = path.replace("{article_id}", "a1").replace("{model}", "byline")
        assert client.request(method, address, params=query).status_code == 200
        sent += 1
    assert sent


def test_a_mounted_api_names_where_it_is() -> None:
    parent = FastAPI()
    parent.mount("/v1", API)
    client = TestClient(parent)
    assert client.get("/v1/openapi.json").json()["servers"] == [{"url": "/v1"}]
    assert client.get("/v1/docs").status_code == 200
    assert client.post("/v1/ask", json={"question": "Ferry?"}).status_code == 200


def test_every_reference_in_the_document_leads_somewhere() -> None:
    def references(of: Any) -> set[str]:
        if isinstance(of, dict):
            own = {of["$ref"]} if isinstance(of.get("$ref"), str) else set()
            return own.union(*map(references, of.values()))
        return set().union(*map(references, of)) if isinstance(of, list) else set()

    found = references(DOCUMENT)
    assert "#/components/schemas/Problem" in found
    for reference in found:
        part: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


@behind_all.parametrize()
@settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_stands_before_the_api_replies_as_documented_too(case: schemathesis.Case) -> None:
    excluded = [positive_data_acceptance]
    if case.path.startswith("/chat"):
        excluded.append(negative_data_rejection)
    case.call_and_validate(excluded_checks=excluded)


def test_a_body_of_unknown_length_is_refused_as_documented() -> None:
    client = TestClient(SERVER, "http://127.0.0.1")
    for method, path in operations():
        if "requestBody" not in DOCUMENT["paths"][path][method]:
            continue
        reply = client.request(method, f"/v1{path}", content=iter([b"{}"]))
        assert reply.status_code == 411
        assert str(reply.status_code) in DOCUMENT["paths"][path][method]["responses"]
        assert reply.headers["content-type"] == "application/problem+json"
        assert {"408", "503"} <= DOCUMENT["paths"][path][method]["responses"].keys()
