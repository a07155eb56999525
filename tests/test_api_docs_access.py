"""axe-core looks at the page that documents the API: no violation of any weight."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests import browsing
from tests.browsing import DESK, PHONE, Served
from tests.fake_newsdesk import FakeNewsdesk
from tests.test_chat_access import violations
from ui.api.app import create_api
from ui.api.capacity import Capacity

pytestmark = pytest.mark.browser
browser = browsing.browser


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(browser: Browser, viewport: dict[str, int], colours: str) -> None:
    served = Served(create_api(FakeNewsdesk(), capacity=Capacity(1, 1)))
    try:
        page = browser.new_page(viewport=viewport, color_scheme=colours)
        page.goto(f"{served.url}docs")
        expect(page.get_by_role("heading", name="/v1/ask")).to_be_visible()
        assert violations(page) == []
        page.close()
    finally:
        served.stop()
