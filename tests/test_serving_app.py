"""The whole server over a made-up desk: its parts, its readiness and its line."""

from __future__ import annotations

from typing import Any

import pytest

from tests import serving_app
from tests.fake_newsdesk import FakeNewsdesk
from tests.serving_app import ASK, QUESTION, Open, figure
from ui.api.capacity import Capacity

opened = serving_app.opened


def test_every_part_of_the_service_answers(opened: Open) -> None:
    client = opened()
    assert client.post(ASK, json=QUESTION).json()["answer"]["answered"]
    for path in ("/", "/v1/docs", "/v1/openapi.json", "/byline.js", "/embed", "/healthz"):
        assert client.get(path).status_code == 200, path
    listed = client.post(
        "/mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        headers={"Accept": "application/json, text/event-stream"},
    )
    assert "search_archive" in listed.text


def test_it_is_ready_until_it_stops(opened: Open) -> None:
    client = opened()
    assert client.get("/readyz").json() == {"status": "ready"}
    client.app.state.ending.stopping = True  # type: ignore[attr-defined]
    stopping = client.get("/readyz")
    assert stopping.status_code == 503
    assert stopping.json() == {"status": "stopping"}
    assert client.get("/healthz").status_code == 200


def test_it_is_not_ready_while_nobody_is_there_to_answer(opened: Open) -> None:
    class Cold(FakeNewsdesk):
        ready = False

    cold = Cold()
    client = opened(cold)
    assert client.get("/readyz").json() == {"status": "starting"}
    for body in (QUESTION, QUESTION | {"stream": True}):
        refused = client.post(ASK, json=body)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
    assert figure(client, 'byline_questions_total{outcome="error"}') == 0
    cold.ready = True
    assert client.post(ASK, json=QUESTION).status_code == 200
    assert client.get("/readyz").status_code == 200


def test_beyond_the_line_readers_of_the_api_and_of_the_chat_are_told_at_once(
    opened: Open,
) -> None:
    from ui.serving.metrics import Metrics
    from ui.serving.watched import Busy, Placed, Watched

    capacity = Capacity(1, 0)
    client = opened(capacity=capacity)
    desk = Placed(Watched(FakeNewsdesk(), Metrics()), capacity)
    with capacity.place():
        busy = client.post(ASK, json=QUESTION)
        assert busy.status_code == 503
        assert int(busy.headers["retry-after"]) >= 1
        with pytest.raises(Busy, match="ask again in a moment"):
            list(desk.stream("ferry"))
    assert list(desk.stream("ferry"))
    assert client.post(ASK, json=QUESTION).status_code == 200
    assert figure(client, "byline_busy_refusals_total") == 2


@pytest.mark.parametrize(("waiting", "held"), [(4, 7), (100, 78)])
def test_the_line_of_the_chat_is_as_long_as_was_set(opened: Open, waiting: int, held: int) -> None:
    app: Any = opened(capacity=Capacity(2, waiting)).app
    (blocks,) = [
        each.app.get_blocks()
        for each in app.routes
        if hasattr(each, "app") and hasattr(each.app, "get_blocks")
    ]
    threads = blocks.fns[0].concurrency_limit
    assert blocks._queue.max_size == held
    assert threads + held <= max(2 * threads, 2 + waiting)
