"""What a reader asks the chat on a publisher's page, and how it is answered."""

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


def test_a_page_loads_one_script_until_a_reader_opens_the_chat(
    visit: Visit, pages: Pages, service: Service
) -> None:
    asked: list[str] = []
    url = pages.put("/one", body(service.tag()))
    page = visit("about:blank")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    launcher = page.locator("byline-chat").get_by_role("button", name="Ask the archive")
    launcher.wait_for()
    page.wait_for_load_state("networkidle")
    to_us = [each for each in asked if each.startswith(service.url)]
    assert to_us == [f"{service.url}byline.js"]
    launcher.click()
    page.get_by_role("dialog", name="Ask The Sample Gazette").wait_for()
    assert len([each for each in asked if each.startswith(service.url)]) == 4  # code, words, site
    assert page.context.cookies() == []


def test_a_chat_far_down_the_page_loads_nothing_until_it_is_near(
    visit: Visit, pages: Pages, service: Service
) -> None:
    url = pages.put("/far", body(f"<div style='height:4000px'></div>{INLINE}{service.tag()}"))
    page = visit(url)
    page.wait_for_function("() => customElements.get('byline-chat') !== undefined")
    page.wait_for_load_state("networkidle")
    assert page.locator("byline-chat textarea").count() == 0
    page.locator("byline-chat").scroll_into_view_if_needed()
    page.locator("byline-chat textarea").wait_for()


def test_an_answer_is_cited_and_its_source_opens_at_the_quote(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/cite", body(service.tag())))
    chat = page.locator("byline-chat")
    chat.get_by_role("button", name="Ask the archive").click()
    turn = ask(chat, "What of the ferry and the fare?")
    expect(turn.locator(".copy")).to_contain_text("The harbour council voted 11 to 4")
    expect(turn.locator(".facts")).to_contain_text("34 articles searched")
    expect(turn.locator(".facts")).to_contain_text("newest evidence 2 June 2025")
    chip = turn.locator(".copy").get_by_role(
        "button",
        name="Source 1: The Sample Gazette, Harbour council votes to keep the night ferry",
    )
    chip.click()
    source = chat.get_by_role("region", name="Source 1")
    expect(source.locator("mark")).to_have_text(
        "The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three more "
        "years."
    )
    expect(source.get_by_role("heading", name="Harbour council")).to_be_focused()
    link = source.get_by_role("link", name="Read it at gazette.example")
    assert "#:~:text=" in (link.get_attribute("href") or "")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == (
        "_blank",
        "noopener noreferrer",
    )
    expect(source.get_by_text("Also in 1 copy")).to_be_visible()
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    expect(chip).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert heard(page, "cite")[0]["title"] == "Harbour council votes to keep the night ferry"


def test_the_dialog_keeps_the_focus_and_gives_it_back(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/focus", body("<a href='#x'>A link</a>" + service.tag())))
    chat = page.locator("byline-chat")
    launcher = chat.get_by_role("button", name="Ask the archive")
    launcher.focus()
    page.keyboard.press("Enter")
    expect(chat.locator("textarea")).to_be_focused()
    chat.locator(".example").first.wait_for()
    inside = "document.activeElement.shadowRoot?.activeElement?.closest('dialog') != null"
    for key in ["Tab"] * 9 + ["Shift+Tab"] * 9:
        page.keyboard.press(key)
        assert page.evaluate(inside), f"{key} left the dialog"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(launcher).to_be_focused()
    assert [len(heard(page, name)) for name in ("open", "close")] == [1, 1]


def test_a_follow_up_is_sent_with_what_was_said_before_and_can_be_undone(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/follow", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    ask(chat, "What did the council decide on the ferry?")
    turn = ask(chat, "What was the toll at Hollin?")
    question, history, _, infer = service.desk.asked[-1]
    assert (question, infer) == ("What was the toll at Hollin?", True)
    assert history[0].question == "What did the council decide on the ferry?"
    assert history[0].answer.endswith("three more years. [1]")
    expect(turn.locator(".notes")).to_contain_text("Understood")
    turn.get_by_role("button", name="Undo").click()
    expect(chat.locator(".turn")).to_have_count(2)
    until(lambda: service.desk.asked[-1][3] is False)
    expect(chat.locator(".turn").last).to_have_attribute("aria-busy", "false")
    expect(chat.locator(".turn").last.locator(".notes")).to_be_hidden()


def test_an_answer_is_announced_once(visit: Visit, pages: Pages, service: Service) -> None:
    page = visit(pages.put("/live", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").wait_for()
    page.evaluate(
        """() => {
          window.said = [];
          const { shadowRoot } = document.querySelector("byline-chat");
          const live = shadowRoot.querySelector("[aria-live]");
          new MutationObserver(() => live.textContent && said.push(live.textContent))
            .observe(live, { childList: true, characterData: true, subtree: true });
        }"""
    )
    ask(chat, "What of the ferry?")
    until(lambda: page.evaluate("said.length"))
    assert page.evaluate("said") == [
        "Answer: The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three "
        "more years. 1 source."
    ]


def test_an_answer_can_be_copied_with_its_sources(
    visit: Visit, pages: Pages, service: Service
) -> None:
    url = pages.put("/copy", body(INLINE + service.tag()))
    page = visit(url, permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page.locator("byline-chat"), "What of the ferry?")
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "keep the night ferry for three more years. [1]" in copied
    assert "[1] Harbour council votes to keep the night ferry, The Sample Gazette" in copied


def test_an_answer_can_be_stopped_and_asked_again(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/stop", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").fill("An endless ferry")
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".copy")).to_contain_text("And so on.")
    chat.get_by_role("button", name="Stop").click()
    expect(chat.locator(".turn")).to_contain_text("Stopped before the answer was complete.")
    expect(chat.get_by_role("button", name="Try again")).to_be_visible()
    expect(chat.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_the_conversation_stands_on_the_next_page_until_it_is_cleared(
    visit: Visit, pages: Pages, service: Service
) -> None:
    first, second = (pages.put(path, body(service.tag())) for path in ("/a", "/b"))
    page = visit(first)
    chat = page.locator("byline-chat")
    chat.get_by_role("button", name="Ask the archive").click()
    ask(chat, "What of the ferry?")
    page.goto(second)
    chat.get_by_role("button", name="Ask the archive").click()
    expect(chat.locator(".asked")).to_have_text("What of the ferry?")
    ask(chat, "And the fare?")
    assert service.desk.asked[-1][1][0].question == "What of the ferry?"
    chat.get_by_role("button", name="New conversation").click()
    expect(chat.locator(".turn")).to_have_count(0)
    page.goto(first)
    chat.get_by_role("button", name="Ask the archive").click()
    chat.locator(".example").first.wait_for()
    expect(chat.locator(".turn")).to_have_count(0)
