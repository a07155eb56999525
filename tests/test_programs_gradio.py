"""Gradio's own client against the running server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from index.types import Filters
from tests import programs
from tests.fake_newsdesk import FakeNewsdesk
from tests.programs import PATIENCE, full

desk, sites, url = programs.desk, programs.sites, programs.url

FERRY = "What did the council decide about the night ferry?"

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Client]:
    client = Client(url, verbose=False, analytics_enabled=False, download_files=False)
    yield client
    client.close()


@pytest.fixture
def ask(client: Client) -> Ask:
    def predict(*told: Any, **named: Any) -> dict[str, Any]:
        found: dict[str, Any] = client.predict(*told, **named, api_name="/ask")
        return found

    return predict


def test_an_answer_is_the_documented_json(ask: Ask) -> None:
    answer = ask(FERRY)
    assert answer["schema"] == "byline.answer/1"
    assert answer["citations"][0]["quote"] == answer["sentences"][0]["text"]


def test_history_and_dates_are_read(ask: Ask, desk: FakeNewsdesk) -> None:
    before = [{"question": FERRY, "answer": "It was kept. [1]"}]
    ask("And the cost?", history=before, after="2025-05-01", before="2025-06-30")
    question, history, filters, _ = desk.asked[-1]
    assert question == "And the cost?"
    assert [(turn.question, turn.searched, turn.answer) for turn in history] == [
        (FERRY, FERRY, "It was kept. [1]")
    ]
    assert filters == Filters(date(2025, 5, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"question": "Please complain"}, "Please put that as a question."),
        ({"question": "Please explode"}, "Something went wrong here."),
        ({"question": "ferry " * 400}, "at most 2,000"),
        ({"question": ["ferry"]}, "not text"),
        ({"question": FERRY, "after": "soon"}, "is not a date"),
        ({"question": FERRY, "history": [{"answer": "It was."}]}, "The history is a list"),
        ({"question": FERRY, "history": "It was."}, "The history is a list"),
    ],
)
def test_what_goes_wrong_is_said_without_what_happened_inside(
    ask: Ask, told: dict[str, Any], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AppError) as failed:
        ask(**told)
    assert said in str(failed.value)
    assert "/srv" not in str(failed.value)
    assert "gradio" not in capfd.readouterr().err  # nor a traceback of Gradio's in the log


def test_one_endpoint_is_public_and_the_pages_own_are_not(url: str, client: Client) -> None:
    info = httpx.get(f"{url}gradio_api/info", timeout=PATIENCE).json()
    assert list(info["named_endpoints"]) == ["/ask"]
    assert info["unnamed_endpoints"] == {}
    assert [p["parameter_name"] for p in info["named_endpoints"]["/ask"]["parameters"]] == [
        *("question", "history", "after", "before"),
    ]
    for private in ("/answering", "/stop"):
        with pytest.raises(ValueError, match="api_name"):
            client.predict({}, api_name=private)


def test_a_full_server_says_so() -> None:
    with full() as url:
        client = Client(url, verbose=False, analytics_enabled=False, download_files=False)
        with pytest.raises(AppError, match="ask again in a moment"):
            client.predict(FERRY, api_name="/ask")
        client.close()
