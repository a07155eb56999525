"""A reader's verdict on an answer: sent once, and not lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import browsing, widget_pages
from tests.browsing import until
from tests.fake_service import Pages, Service
from tests.widget_pages import ask, body

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit

Visit = Callable[..., Page]
INLINE = "<byline-chat></byline-chat>"


def test_a_verdict_reaches_the_archive_once_and_with_its_reason(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/verdict", body(INLINE + service.tag())))
    turn = ask(page.locator("byline-chat"), "What of the ferry?")
    before = len(service.desk.verdicts)
    turn.get_by_role("button", name="Not helpful").click()
    turn.get_by_label("What is wrong with it?").fill("It is old news.")
    turn.get_by_role("button", name="Send").click()
    expect(turn.get_by_text("Your verdict was kept")).to_be_visible()
    turn.get_by_role("button", name="Not helpful").click()  # once more changes nothing
    [kept] = service.desk.verdicts[before:]
    assert (kept.helpful, kept.question) == (False, "What of the ferry?")
    assert kept.reason == "It is old news."
    turn.get_by_role("button", name="Helpful", exact=True).click()
    until(lambda: len(service.desk.verdicts) == before + 2)  # who thinks better of it says so
    assert service.desk.verdicts[-1].helpful


@pytest.mark.parametrize("leaves", ["waits", "goes to another page", "begins anew"])
def test_a_verdict_without_a_reason_is_not_lost(
    visit: Visit, pages: Pages, service: Service, leaves: str
) -> None:
    page = visit("about:blank")
    page.clock.install()
    page.goto(pages.put("/verdict-alone", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    turn = ask(chat, "What of the ferry?")
    before = len(service.desk.verdicts)
    turn.get_by_role("button", name="Not helpful").click()
    turn.get_by_label("What is wrong with it?").fill("never sent")
    page.clock.run_for(25_000)
    assert service.desk.verdicts[before:] == []  # there is time to write
    if leaves == "waits":
        page.clock.run_for(25_000)
        expect(turn.get_by_text("Your verdict was kept")).to_be_visible()
        expect(turn.get_by_label("What is wrong with it?")).to_be_hidden()
    elif leaves == "begins anew":
        chat.get_by_role("button", name="New conversation").click()
    else:
        page.goto(pages.put("/elsewhere", body("")))
    until(lambda: len(service.desk.verdicts) > before)
    [kept] = service.desk.verdicts[before:]
    assert (kept.helpful, kept.reason) == (False, "")
