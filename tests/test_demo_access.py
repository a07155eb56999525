"""The forms for everybody: by keyboard, by screen reader, enlarged, in the dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests import browsing, demo
from tests.demo import COST, COSTS, FORMS, STORY, Form, ask, open_source, words

pytestmark = pytest.mark.browser
browser = browsing.browser
stage = demo.stage
visitor = demo.visitor

ENLARGED = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %: WCAG 2.2, 1.4.10
READERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "light": ("", "en", {}),
    "dark": ("", "en", {"color_scheme": "dark"}),
    "arabic": ("/ar", "ar", {}),
}
by_name = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


@by_name
@pytest.mark.parametrize("reader", READERS)
def test_axe_finds_nothing_wrong(visitor: Callable[..., Page], form: Form, reader: str) -> None:
    root, language, options = READERS[reader]
    page = visitor(root + form.path, **options)
    chat = form.find(page, language)
    turn = ask(chat, COST, language)
    open_source(chat, turn, language)
    expect(turn.locator(".chip").first).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def tab_to(page: Page, target: Locator, *, most: int = 40) -> None:
    """Press Tab until `target` has the focus."""
    for _ in range(most):
        if target.evaluate("(element) => element.matches(':focus')"):
            return
        page.keyboard.press("Tab")
    pytest.fail("Tab does not get there")


def test_the_keyboard_alone_does_it_all(visitor: Callable[..., Page]) -> None:
    page = visitor(STORY)
    said = words()
    launcher = page.get_by_role("button", name=said["launcher"])
    expect(launcher).to_be_visible()
    tab_to(page, launcher)
    page.keyboard.press("Enter")
    dialog = page.get_by_role(
        "dialog", name=said["dialog"].replace("{title}", "The Harbour Gazette")
    )
    box = dialog.get_by_role("textbox", name=said["question"])
    expect(box).to_be_focused()
    page.keyboard.type(COST)
    page.keyboard.press("Enter")
    turn = dialog.locator(".turn[aria-busy=false]")
    expect(turn).to_contain_text(COSTS)
    # what a screen reader is told without looking for it
    expect(dialog.locator("[aria-live]").filter(has_text=COSTS)).to_have_count(1)

    chip = turn.locator(".chip").first
    tab_to(page, chip)
    page.keyboard.press("Enter")
    link = dialog.get_by_role(
        "link", name=said["read_at"].replace("{site}", "harbourgazette.example")
    )
    expect(dialog.locator("mark")).to_contain_text(COSTS)
    tab_to(page, link)
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(chip).to_be_focused()
    for _ in range(30):  # the focus stays in the dialog
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "byline-chat"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(launcher).to_be_focused()


@by_name
def test_enlarged_to_four_hundred_percent_nothing_is_cut_off(
    visitor: Callable[..., Page], form: Form
) -> None:
    page = visitor(form.path, viewport=ENLARGED)
    chat = form.find(page, "en")
    whole(page, chat)
    turn = ask(chat, COST)
    whole(page, chat)
    panel = open_source(chat, turn)
    whole(page, chat)
    for each in (panel.locator("mark").first, panel.get_by_role("link").last):
        each.scroll_into_view_if_needed()
        expect(each).to_be_in_viewport()
    panel.get_by_role("button", name=words()["source_close"]).click()
    box = chat.get_by_role("textbox", name=words()["question"])
    box.scroll_into_view_if_needed()
    expect(box).to_be_in_viewport(ratio=1)
    # there is still room to read the answer in
    text = turn.locator(".copy").first
    text.scroll_into_view_if_needed()
    expect(text).to_be_in_viewport()


def whole(page: Page, chat: Locator) -> None:
    """Nothing sticks out of the screen at the side, nor is hidden past an edge of its own box."""
    assert page.evaluate("document.documentElement.scrollWidth") <= ENLARGED["width"]
    out = chat.evaluate(
        """(element, width) => {
          const root = element.shadowRoot ?? element.getRootNode();
          return [...root.querySelectorAll("*")].filter((each) => {
            const box = each.getBoundingClientRect();
            if (!box.width || !box.height || each.closest(".sr-only")) return false;
            const clipped = getComputedStyle(each).overflowX !== "visible"
              && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1;
            return box.left < -1 || box.right > width + 1 || clipped;
          }).map((each) => `${each.localName}.${each.className}`);
        }""",
        ENLARGED["width"],
    )
    assert out == []
