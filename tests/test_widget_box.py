"""The question box under an article."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import browsing, widget_pages
from tests.fake_service import Pages, Service
from tests.widget_pages import ask, body

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit

Visit = Callable[..., Page]


def test_a_box_under_an_article_asks_about_that_article(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = (
        "<link rel=canonical href='https://gazette.example/2025/05/night-ferry'>"
        f"<byline-ask scope=article></byline-ask>{service.tag('data-launcher=off')}"
    )
    page = visit(pages.put("/box", body(inside)))
    box = page.locator("byline-ask")
    expect(box).to_contain_text("Answers come from this article alone.")
    turn = ask(box, "What of the ferry and the fare?")
    assert list(service.desk.asked[-1][2].articles) == ["a1"]
    expect(turn.locator(".copy .chip")).to_have_count(1)
    turn.locator(".copy .chip").click()
    expect(box.locator(".source mark")).to_be_visible()
    ask(box, "And the ferry?")
    expect(box.locator(".turn")).to_have_count(1)
    assert service.desk.asked[-1][1] == ()
    assert page.locator("byline-chat").count() == 0


def test_a_page_that_is_not_in_the_archive_says_so(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = f"<byline-ask scope=topic></byline-ask>{service.tag()}"
    page = visit(pages.put("/unknown", body(inside)))
    turn = ask(page.locator("byline-ask"), "What of the ferry?")
    expect(turn).to_contain_text("This page is not in the archive yet")


@pytest.mark.parametrize("attributes", ["", "scope=topic"])
def test_nothing_on_the_page_moves_when_the_box_under_an_article_wakes(
    visit: Visit, pages: Pages, service: Service, attributes: str
) -> None:
    tall = "<div style='height: 3000px'></div>"
    box = f"<byline-ask {attributes}></byline-ask>"
    below = "<p id=below>Below</p><div style='height: 600px'></div>"
    path = "/wakes-" + attributes.partition("=")[0]
    page = visit(pages.put(path, body(tall + box + below + service.tag())))
    page.locator("byline-ask .frame").wait_for(state="attached")
    where = "document.querySelector('#below').offsetTop"
    asleep = page.evaluate(where)
    assert page.locator("byline-ask textarea").count() == 0
    page.locator("byline-ask").scroll_into_view_if_needed()
    page.locator("byline-ask textarea").wait_for()
    assert page.evaluate(where) == asleep
