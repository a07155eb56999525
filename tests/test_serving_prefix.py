"""The chat in a real browser where a proxy's prefix lies before everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests import browsing
from tests.browsing import Served, ask
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.server import create_app
from ui.serving.service import Service

pytestmark = pytest.mark.browser

browser, reader = browsing.browser, browsing.reader


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    service = Service(Capacity(2, 4), public_url="https://news.example/desk/chat")
    server = Served(create_app(FakeNewsdesk(), service=service))
    yield server
    server.stop()


def test_a_reader_asks_and_opens_a_source_below_the_prefix(
    served: Served, reader: Callable[..., Page]
) -> None:
    page = reader(f"{served.url}desk/chat/")
    turn = ask(page, "What did the council decide about the night ferry?")
    assert "voted 11 to 4" in turn.inner_text()
    turn.locator(".chip").first.click()
    page.locator("#source mark").first.wait_for()
