"""The widget for everybody: what axe-core finds, by keyboard, small, zoomed, mirrored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import browsing, widget_pages
from tests.browsing import DESK, PHONE
from tests.fake_service import Pages, Service
from tests.widget_pages import ask, body

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit

Visit = Callable[..., Page]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"attributes": "theme=light"},
    "dark": {"attributes": "theme=dark"},
    "auto": {"attributes": "theme=auto", "color_scheme": "dark"},
    "rtl": {"attributes": "language=ar"},
    "phone": {"attributes": "", "viewport": PHONE},
}
QUESTIONS = (
    "Do you doubt the ferry?",
    "What was the toll?",
    "A timeline of the dam",
    "What did Castellan say?",
    "Who won the regatta?",
    "What of the عبّارة?",
)


def sound(page: Page) -> None:
    """Nothing that axe-core finds, of any weight."""
    found = Axe().run(page, "main", {"resultTypes": ["violations"]}).response["violations"]
    told = [
        (each["id"], node["target"], node["failureSummary"])
        for each in found
        for node in each["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(visit: Visit, pages: Pages, service: Service, look: str) -> None:
    given = dict(LOOKS[look])
    attributes = given.pop("attributes")
    inside = f"<main><h1>News</h1><byline-chat launcher {attributes}></byline-chat></main>"
    page = visit(pages.put(f"/axe-{look}", body(inside + service.tag())), **given)
    chat = page.locator("byline-chat")
    chat.locator(".launcher").wait_for()
    sound(page)
    chat.locator(".launcher").click()
    chat.locator(".example").first.wait_for()
    sound(page)
    for question in QUESTIONS:
        turn = ask(chat, question)
        for doubt in turn.locator(".doubt").all():
            doubt.click()
    for each in chat.locator("details.written summary").all():
        each.click()
    chat.locator(".turn").first.get_by_role("button").nth(-1).click()
    sound(page)
    chat.locator(".turn").nth(1).locator(".copy .chip").nth(1).click()
    chat.locator(".source mark").first.wait_for()
    sound(page)


@pytest.mark.parametrize("look", ["light", "phone"])
def test_axe_finds_nothing_in_a_box_under_an_article(
    visit: Visit, pages: Pages, service: Service, look: str
) -> None:
    inside = "<main><h1>News</h1><byline-ask scope=topic title='Ask on'></byline-ask></main>"
    viewport = LOOKS[look].get("viewport", DESK)
    page = visit(pages.put(f"/axe-ask-{look}", body(inside + service.tag())), viewport=viewport)
    box = page.locator("byline-ask")
    box.locator("textarea").wait_for()
    sound(page)
    page.evaluate("document.querySelector('byline-ask').removeAttribute('scope')")
    turn = ask(box, "What of the ferry?")
    turn.locator(".copy .chip").click()
    box.locator(".source mark").wait_for()
    sound(page)


def test_axe_finds_nothing_on_the_page_for_a_frame(visit: Visit, service: Service) -> None:
    page = visit(f"{service.url}embed?site={service.key}")
    chat = page.locator("byline-chat")
    for question in (None, "What of the ferry?"):
        if question is None:
            chat.locator(".example").first.wait_for()
        else:
            ask(chat, question)
        found = Axe().run(page)  # the whole document, as somebody opens it by itself
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("direction", ["en", "ar"])
@pytest.mark.parametrize("form", ["byline-chat launcher", "byline-chat", "byline-ask"])
def test_at_four_times_the_size_nothing_is_cut_off_sideways(
    visit: Visit, pages: Pages, service: Service, form: str, direction: str
) -> None:
    """A page of 1280 by 1024 at 400 % is 320 by 256."""
    name = form.split()[0]
    inside = f"<{form} language={direction}></{name}>"
    page = visit(
        pages.put(f"/zoom-{form}-{direction}".replace(" ", "-"), body(inside + service.tag())),
        viewport={"width": 320, "height": 256},
    )
    chat = page.locator(name).first
    if "launcher" in form:
        chat.locator(".launcher").click()
    for question in ("What was the toll?", "A timeline of the dam", "W" * 120, QUESTIONS[0]):
        ask(chat, question)
    if form == "byline-chat":
        chat.locator(".copy .chip").first.click()
    wide = page.evaluate(
        """name => {
          const root = document.querySelector(name).shadowRoot;
          const edge = root.querySelector(".frame").getBoundingClientRect();
          return [...root.querySelectorAll(".frame *")].filter((each) => {
            const box = each.getBoundingClientRect();
            const seen = box.width > 1 && box.height > 1 && !each.closest("svg, .sr-only");
            return seen && (box.right > edge.right + 1 || box.left < edge.left - 1);
          }).map((each) => each.className || each.localName);
        }""",
        name,
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = chat.locator("textarea")
    box.scroll_into_view_if_needed()
    expect(box).to_be_in_viewport()


@pytest.mark.parametrize("form", ["byline-chat launcher", "byline-chat", "byline-ask"])
def test_at_four_times_the_size_a_reader_still_gets_to_the_quote_and_back(
    visit: Visit, pages: Pages, service: Service, form: str
) -> None:
    name = form.split()[0]
    inside = f"<style>byline-chat {{ height: 38rem }}</style><{form}></{name}>"
    page = visit(
        pages.put(f"/quote-{form}".replace(" ", "-"), body(inside + service.tag())),
        viewport={"width": 320, "height": 256},
    )
    chat = page.locator(name)
    if "launcher" in form:
        launcher = chat.get_by_role("button", name="Ask the archive")
        box = launcher.bounding_box()
        assert box is not None
        assert box["width"] <= 60  # it covers little of what is left of the page
        launcher.click()
    chat.locator("textarea").fill("What of the ferry?")
    chat.get_by_role("button", name="Ask", exact=True).click()
    turn = chat.locator(".turn")
    expect(turn).to_have_attribute("aria-busy", "false")
    turn.locator(".copy .chip").click()
    expect(chat.locator(".source mark")).to_be_in_viewport()
    chat.get_by_role("button", name="Close the source").click()
    expect(turn.locator(".copy .chip")).to_be_focused()
    expect(turn.locator(".copy .chip")).to_be_in_viewport()


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 480}], ids=["phone", "desk"])
def test_a_source_that_is_read_on_keeps_its_close_button_off_the_words(
    visit: Visit, pages: Pages, service: Service, size: dict[str, int]
) -> None:
    page = visit(pages.put("/bar", body(service.tag())), viewport=size)
    chat = page.locator("byline-chat")
    chat.locator(".launcher").click()
    turn = ask(chat, "What of the ferry?")
    turn.locator(".copy .chip").click()
    panel = chat.locator(".source")
    chat.locator(".source mark").wait_for()
    panel.evaluate("(panel) => panel.scrollBy(0, 90)")
    bar = chat.locator(".source-bar").bounding_box()
    edge = panel.bounding_box()
    assert bar is not None
    assert edge is not None
    assert bar["y"] - edge["y"] <= 3  # no more than the panel's rule is above it
    # what stands under the bar's whole width is the bar
    for x in (edge["x"] + 25, edge["x"] + edge["width"] / 2, edge["x"] + edge["width"] - 25):
        name = "([x, y]) => { const root = document.querySelector('byline-chat').shadowRoot;"
        name += " return root.elementFromPoint(x, y).closest('.source-bar') !== null; }"
        assert page.evaluate(name, [x, bar["y"] + bar["height"] / 2])


def test_whatever_is_pressed_is_large_enough(visit: Visit, pages: Pages, service: Service) -> None:
    page = visit(pages.put("/targets", body(service.tag())), viewport=PHONE)
    chat = page.locator("byline-chat")
    chat.locator(".launcher").click()
    chat.locator(".example").first.wait_for()
    small = """() => [...document.querySelector("byline-chat").shadowRoot
      .querySelectorAll("button, summary, textarea, input")]
      .filter((each) => each.getClientRects().length)
      .filter((each) => Math.min(each.offsetWidth, each.offsetHeight) < 24)
      .map((each) => each.outerHTML)"""
    assert page.evaluate(small) == []
    for question in QUESTIONS:
        ask(chat, question)
        assert page.evaluate(small) == []


def test_everything_can_be_reached_and_seen_with_the_keyboard(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/keys", body("<byline-chat></byline-chat>" + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").focus()
    page.keyboard.type("What of the ferry?")
    page.keyboard.press("Enter")
    expect(chat.locator(".turn")).to_have_attribute("aria-busy", "false")
    at = "document.activeElement.shadowRoot?.activeElement"
    names, unseen = [], []
    for _ in range(9):
        page.keyboard.press("Shift+Tab")
        names.append(page.evaluate(f"{at}?.className ?? ''"))
        if page.evaluate(f"{at} && getComputedStyle({at}).outlineStyle") == "none":
            unseen.append(names[-1])
    assert {"action", "action thumb", "story-title", "chip", "log", "round"} <= set(names)
    assert unseen == []


def test_who_wants_no_motion_sees_none(visit: Visit, pages: Pages, service: Service) -> None:
    still = pages.put("/still", body(service.tag()))
    page = visit(still, viewport=PHONE)  # `visit` asks for no motion
    chat = page.locator("byline-chat")
    chat.locator(".launcher").click()
    turn = ask(chat, "What of the ferry?")
    turn.locator(".copy .chip").click()
    assert (
        page.evaluate("document.querySelector('byline-chat').shadowRoot.getAnimations().length")
        == 0
    )
    moves = "(panel) => getComputedStyle(panel).animationName"
    assert chat.locator(".source").evaluate(moves) == "none"
    page.emulate_media(reduced_motion="no-preference")
    assert chat.locator(".source").evaluate(moves) == "rise"  # who wants it does


def test_with_forced_colours_the_open_source_is_still_marked(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = "<byline-chat></byline-chat>"
    page = visit(pages.put("/forced", body(inside + service.tag())), forced_colors="active")
    chat = page.locator("byline-chat")
    turn = ask(chat, "What of the ferry and the fare?")
    turn.locator(".copy .chip").nth(1).click()
    pressed, other = turn.locator(".copy .chip").nth(1), turn.locator(".copy .chip").nth(0)
    outline = "each => getComputedStyle(each).outlineStyle"
    page.locator("h1").click()
    assert pressed.evaluate(outline) == "solid"
    assert other.evaluate(outline) == "none"
