"""The elements as a page sees them: driven, changed, moved, and several at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import browsing, widget_pages
from tests.browsing import until
from tests.fake_service import Pages, Service
from tests.widget_pages import ask, body, heard

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit

Visit = Callable[..., Page]
INLINE = "<byline-chat></byline-chat>"


def test_a_page_drives_the_chat_and_hears_of_it(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/drive", body(service.tag())))
    page.locator("byline-chat").wait_for(state="attached")
    page.evaluate("document.querySelector('byline-chat').ask('What of the ferry?')")
    chat = page.locator("byline-chat")
    expect(chat.locator(".turn")).to_have_attribute("aria-busy", "false")
    until(lambda: heard(page, "answer"))
    (answer,) = heard(page, "answer")
    assert (answer["question"], answer["answered"]) == ("What of the ferry?", True)
    assert answer["citations"][0]["source"] == "The Sample Gazette"
    assert heard(page, "ready")[0]["title"] == "The Sample Gazette"
    assert page.evaluate(
        "heard.every(([_, told]) => Object.isFrozen(told)) && "
        "Object.isFrozen(heard.find(each => each[0] === 'answer')[1].citations[0])"
    )
    page.evaluate("document.querySelector('byline-chat').close()")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("document.querySelector('byline-chat').clear()")
    expect(chat.locator(".turn")).to_have_count(0)


def test_attributes_change_the_chat_as_it_stands(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/live-attributes", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    ask(chat, "What of the ferry?")
    change = "([name, value]) => document.querySelector('byline-chat').setAttribute(name, value)"
    page.evaluate(change, ["title", "The Harbour Desk"])
    expect(chat.get_by_role("heading", name="The Harbour Desk")).to_be_visible()
    frame = "document.querySelector('byline-chat').shadowRoot.querySelector('.frame')"
    paper = f"getComputedStyle({frame}).backgroundColor"
    light = page.evaluate(paper)
    page.evaluate(change, ["theme", "dark"])
    assert page.evaluate(paper) != light
    page.evaluate(change, ["language", "ar"])
    expect(chat.locator(".byline")).to_have_attribute("dir", "rtl")
    expect(chat.locator(".asked")).to_have_text("What of the ferry?")  # the conversation stays
    chat.get_by_role("button", name="محادثة جديدة").click()
    page.evaluate(change, ["examples", "One?|Two?\nThree?"])
    expect(chat.locator(".example")).to_have_text(["One?", "Two?", "Three?"])
    page.evaluate(change, ["greeting", "Ask us."])
    page.evaluate(change, ["placeholder", "What else?"])
    expect(chat.locator(".greeting")).to_have_text("Ask us.")
    expect(chat.locator("textarea")).to_have_attribute("placeholder", "What else?")


def test_an_element_that_is_moved_or_put_back_goes_on(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/move", body(f"<main></main>{INLINE}{service.tag()}")))
    chat = page.locator("byline-chat")
    ask(chat, "What of the ferry?")
    page.evaluate("document.querySelector('main').append(document.querySelector('byline-chat'))")
    expect(chat.locator(".asked")).to_have_text("What of the ferry?")
    page.evaluate("window.kept = document.querySelector('byline-chat'); kept.remove()")
    page.evaluate("new Promise(done => setTimeout(done))")
    assert page.evaluate("kept.shadowRoot.childElementCount") == 0
    page.evaluate("document.body.append(kept)")
    chat.scroll_into_view_if_needed()
    expect(chat.locator(".asked")).to_have_text("What of the ferry?")
    ask(chat, "And the fare?")


def test_a_removed_element_stops_asking(visit: Visit, pages: Pages, service: Service) -> None:
    page = visit(pages.put("/leave", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").fill("An endless ferry")
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".turn")).to_contain_text("And so on.")
    before = service.desk.streams.given_up
    page.evaluate("document.querySelector('byline-chat').remove()")
    until(lambda: service.desk.streams.given_up > before)


def test_several_on_one_page_do_not_mix(visit: Visit, pages: Pages, service: Service) -> None:
    others = "<byline-chat id=two></byline-chat><byline-ask></byline-ask>"
    inside = f"{INLINE}{others}{service.tag()}{service.tag()}"
    page = visit(pages.put("/several", body(inside)))
    first, second = page.locator("byline-chat").nth(0), page.locator("byline-chat").nth(1)
    ask(first, "What of the ferry?")
    second.scroll_into_view_if_needed()
    ask(second, "What of the museum?")
    assert service.desk.asked[-1][1] == ()
    expect(first.locator(".asked")).to_have_text("What of the ferry?")
    assert page.locator("byline-chat").count() == 2, "a page with a chat needs no launcher"


@pytest.mark.parametrize(
    ("page_lang", "label"),
    [("tr", "Arşive sor"), ("ru", "Спросить архив"), ("xx", "Ask the archive")],
)
def test_the_launcher_speaks_the_pages_language(
    visit: Visit, pages: Pages, service: Service, page_lang: str, label: str
) -> None:
    page = visit(pages.put(f"/lang-{page_lang}", body(service.tag())))
    page.evaluate(
        """(lang) => {
          document.querySelector("byline-chat")?.remove();
          const chat = document.createElement("byline-chat");
          chat.setAttribute("launcher", "");
          document.documentElement.lang = lang;
          document.body.append(chat);
        }""",
        page_lang,
    )
    expect(page.locator("byline-chat .launcher")).to_have_text(label)


def test_what_is_typed_is_no_shortcut_of_the_page(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/shortcuts", body(INLINE + service.tag())))
    page.evaluate(
        "window.keys = []; document.addEventListener('keydown', (each) => keys.push(each.key))"
    )
    page.locator("byline-chat textarea").press_sequentially("/s")
    assert page.evaluate("keys") == []
    expect(page.locator("byline-chat textarea")).to_have_value("/s")


@pytest.mark.parametrize(
    ("page_says", "element", "reader", "dark"),
    [
        ("", "", "dark", False),
        ("color-scheme: dark", "", "light", True),
        ("color-scheme: light dark", "", "dark", True),
        ("color-scheme: light dark", "", "light", False),
        ("color-scheme: dark", "theme=light", "dark", False),
        ("", "theme=auto", "dark", True),
        ("", "theme=dark", "light", True),
    ],
)
def test_the_chat_is_as_dark_as_its_page_says_unless_told_otherwise(
    visit: Visit, pages: Pages, service: Service,
    page_says: str, element: str, reader: str, dark: bool,
) -> None:  # fmt: skip
    style = f"<style>html {{ {page_says} }}</style>"
    inside = f"{style}<byline-chat {element}></byline-chat>"
    path = f"/theme-{page_says}-{element}".replace(" ", "").replace(":", "")
    page = visit(pages.put(path, body(inside + service.tag())), color_scheme=reader)
    page.locator("byline-chat textarea").wait_for()
    ink = page.locator("byline-chat .greeting").evaluate("each => getComputedStyle(each).color")
    assert ink == ("rgb(236, 231, 221)" if dark else "rgb(28, 26, 23)")
