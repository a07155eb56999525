"""The chat on a phone: its screen, its keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import browsing, widget_pages
from tests.browsing import PHONE
from tests.fake_service import Pages, Service
from tests.widget_pages import ask, body

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit

Visit = Callable[..., Page]
INLINE = "<byline-chat></byline-chat>"


def test_on_a_phone_the_dialog_fills_the_screen_and_the_source_lies_over_it(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/phone", body(service.tag())), viewport=PHONE, has_touch=True)
    chat = page.locator("byline-chat")
    chat.get_by_role("button", name="Ask the archive").tap()
    box = page.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": PHONE["width"], "height": PHONE["height"]}
    turn = ask(chat, "What of the ferry?")
    turn.locator(".copy .chip").tap()
    over = chat.locator(".source").bounding_box()
    assert over is not None
    assert over["width"] == PHONE["width"]
    chat.get_by_role("button", name="Close the source").tap()
    expect(chat.locator(".source")).to_be_hidden()


KEYBOARD = """
const seen = window.visualViewport;
window.keyboard = (pixels) => {
  Object.defineProperty(seen, "height", { configurable: true, get: () => innerHeight - pixels });
  seen.dispatchEvent(new Event("resize"));
};
"""


@pytest.mark.parametrize("size", [PHONE, {"width": 820, "height": 700}], ids=["phone", "tablet"])
def test_the_question_box_stays_above_a_phones_keyboard(
    visit: Visit, pages: Pages, service: Service, size: dict[str, int]
) -> None:
    page = visit("about:blank", viewport=size)
    page.add_init_script(KEYBOARD)
    page.goto(pages.put("/keyboard", body(service.tag())))
    chat = page.locator("byline-chat")
    chat.locator(".launcher").click()
    ask(chat, "What of the ferry?")
    page.evaluate("keyboard(300)")
    dialog, box = chat.locator("dialog").bounding_box(), chat.locator(".composer").bounding_box()
    assert dialog is not None
    assert box is not None
    assert box["y"] + box["height"] <= size["height"] - 300
    assert dialog["y"] >= 0
    page.evaluate("keyboard(0)")
    expect(chat.locator(".composer")).to_be_in_viewport(ratio=1)
    closed = chat.locator(".composer").bounding_box()
    assert closed is not None
    assert closed["y"] > box["y"] + 100


def test_no_field_is_so_small_that_a_phone_zooms_in_on_it(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/zooming", body(INLINE + service.tag())), viewport=PHONE)
    turn = ask(page.locator("byline-chat"), "What of the ferry?")
    turn.get_by_role("button", name="Not helpful").click()
    sizes = page.evaluate(
        """() => [...document.querySelector("byline-chat").shadowRoot
          .querySelectorAll("textarea, input")]
          .map((each) => parseFloat(getComputedStyle(each).fontSize))"""
    )
    assert len(sizes) == 2
    assert min(sizes) >= 16
