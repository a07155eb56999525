"""The whole server over a made-up desk, opened as a test asks, and what it tells its operator."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.server import create_app
from ui.serving.request_log import ACCESS
from ui.serving.service import Service

HERE = "http://127.0.0.1:7860"
ASK = "/v1/ask"
QUESTION = {"question": "What did the council decide about the night ferry?"}
Open = Callable[..., TestClient]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens the app with a service that is set up as asked, and closes it at the end."""
    with ExitStack() as stack:

        def open_app(desk: Any = None, *, peer: str = "127.0.0.1", **service: Any) -> TestClient:
            capacity = service.pop("capacity", None) or Capacity(2, 4)
            app = create_app(
                desk or FakeNewsdesk(), service=Service(capacity, visitor_per_minute=0, **service)
            )
            client = TestClient(
                app, base_url=HERE, client=(peer, 5000), raise_server_exceptions=False
            )
            return stack.enter_context(client)

        yield open_app


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """The access log's lines so far."""
    logger = logging.getLogger(ACCESS)
    was = logger.propagate
    logger.propagate = True
    with caplog.at_level(logging.INFO, ACCESS):
        yield lambda: [each.getMessage() for each in caplog.records if each.name == ACCESS]
    logger.propagate = was


def figure(client: TestClient, name: str) -> float:
    """A figure by its name and labels, as Prometheus reads it."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0
