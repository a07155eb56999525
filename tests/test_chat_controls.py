"""The chat's controls under hand, thumb and keyboard, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import browsing
from tests.browsing import PHONE, Served, ask, until
from tests.fake_desk import QUOTES, FakeDesk
from ui.server import create_app

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = browsing.reader

FERRY = "What did the council decide about the night ferry?"
BOTH = "What of the ferry, and what will it cost?"


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def url(desk: FakeDesk) -> Iterator[str]:
    served = Served(create_app(desk))
    yield served.url
    served.stop()


@pytest.fixture
def page(reader: Callable[..., Page], url: str) -> Page:
    return reader(url)


def test_an_answer_is_copied_with_its_sources(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, FERRY)
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{QUOTES[0]} [1]\n\n[1] Harbour council votes")


def test_thumbs_and_their_reason_are_kept(page: Page, desk: FakeDesk) -> None:
    turn = ask(page, FERRY)
    turn.get_by_role("button", name="Not helpful").click()
    expect(turn.locator(".verdict")).to_contain_text("Thank you")
    until(lambda: desk.kept)
    turn.get_by_placeholder("Why? (optional)").fill("It leaves out the fare.")
    turn.get_by_role("button", name="Send").click()
    expect(turn.locator(".verdict")).to_contain_text("Your reason is kept")
    until(lambda: len(desk.kept) == 2)
    assert [kept[1:] for kept in desk.kept] == [(False, ""), (False, "It leaves out the fare.")]

    desk.read_only = True
    turn = ask(page, BOTH)
    turn.get_by_role("button", name="Helpful", exact=True).click()
    expect(turn.locator(".verdict")).to_contain_text("may only be read")


def test_the_question_box_sends_on_enter_and_knows_its_length(page: Page, desk: FakeDesk) -> None:
    box = page.locator("#question")
    box.press("Enter")
    box.fill("   ")
    box.press("Enter")
    expect(page.locator(".send").first).to_be_disabled()
    box.fill("two")
    box.press("Shift+Enter")
    box.press_sequentially("lines")
    assert box.input_value() == "two\nlines"
    assert desk.asked == []
    box.fill("x" * 1900)
    expect(page.locator(".counter")).to_have_text("1,900 of 2,000")
    assert box.get_attribute("maxlength") == "2000"


def test_colours_follow_the_system_and_the_reader(reader: Callable[..., Page], url: str) -> None:
    page = reader(url, color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(23, 21, 19)"
    page.get_by_role("button", name="Use light colours").click()
    assert page.evaluate(paper) == "rgb(251, 250, 246)"
    page.reload()
    expect(page.get_by_role("button", name="Use dark colours")).to_be_visible()
    assert page.evaluate(paper) == "rgb(251, 250, 246)"


def test_on_a_phone_the_source_slides_over_and_back(reader: Callable[..., Page], url: str) -> None:
    page = reader(url, viewport=PHONE, has_touch=True, is_mobile=True)
    turn = ask(page, FERRY)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    chip = turn.locator(".chip")
    chip.tap()
    panel = page.get_by_role("dialog", name="Source")
    expect(panel.locator("mark")).to_be_in_viewport()
    expect(panel.locator(".source-title")).to_be_focused()
    page.get_by_role("button", name="Close the source").click()
    expect(page.locator("#source")).not_to_be_visible()
    expect(chip).to_be_focused()
    chip.tap()
    expect(panel.locator("mark")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(chip).to_be_focused()


def tab_back_to(page: Page, target: Locator) -> None:
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if target.evaluate("node => node === document.activeElement"):
            return
    pytest.fail("Shift+Tab never reached it")


def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    expect(page.locator("#question")).to_be_focused()
    skip = page.get_by_role("link", name="Skip to the question box")
    tab_back_to(page, skip)
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.type(FERRY)
    page.keyboard.press("Enter")
    chip = page.locator(".turn .chip")
    expect(chip).to_be_enabled()
    tab_back_to(page, chip)
    page.keyboard.press("Enter")
    expect(page.locator(".source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chip).to_be_focused()
