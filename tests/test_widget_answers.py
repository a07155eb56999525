"""How the widget lays out answers of every kind, and refusals."""

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
INLINE = "<byline-chat></byline-chat>"


def test_answers_of_every_kind_are_laid_out(visit: Visit, pages: Pages, service: Service) -> None:
    page = visit(pages.put("/kinds", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    timeline = ask(chat, "A timeline of the dam")
    expect(timeline.locator(".line time")).to_have_text(
        ["10 Oct 2024", "10 Oct 2024", "12 Oct 2024", "13 Oct 2024"]
    )
    speech = ask(chat, "What did Castellan say?")
    expect(speech.locator("figcaption").first).to_contain_text("Jonas Castellan")
    several = ask(chat, "Who won the regatta?")
    expect(several.locator(".part-asked")).to_have_count(2)
    expect(several.locator(".part .refusal")).to_contain_text("Not a subject of this archive")
    differing = ask(chat, "What was the toll?")
    expect(differing.locator(".difference").first).to_contain_text("Changed over time")
    expect(differing.locator(".course")).to_have_attribute(
        "aria-label", "people killed: 4 on 11 October 2024, then 9 on 12 October 2024, "
        "then 11 on 13 October 2024",
    )  # fmt: skip
    expect(differing.locator(".copy .meant")).to_have_text(" (10 October 2024)")
    expect(differing.locator(".copy .corrected")).to_have_text("corrected")
    vague = ask(chat, "And the dam?")
    expect(vague.locator(".refusal .lead").first).to_have_text("This could mean several things")
    vague.get_by_role("button", name="Why did the spillway of Hollin Dam fail?").click()
    expect(chat.locator(".asked").last).to_have_text("Why did the spillway of Hollin Dam fail?")


def test_dates_and_outlets_keep_their_order_among_words_of_the_other_direction(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = "<byline-chat language=ar></byline-chat>"
    page = visit(pages.put("/mixed", body(inside + service.tag())))
    turn = ask(page.locator("byline-chat"), "What was the toll?")
    expect(turn.locator(".accounts .small").first).to_have_text(
        "The Harbour Gazette، 11 أكتوبر 2024"
    )
    # in a line of English the Arabic date is read from its right end: day, month, year
    date = turn.locator(".copy .meant bdi").first
    expect(date).to_have_text("10 أكتوبر 2024")
    assert date.evaluate("(each) => getComputedStyle(each).unicodeBidi") == "isolate"
    assert turn.locator(".copy p").first.evaluate("(p) => getComputedStyle(p).direction") == "ltr"


def test_a_number_never_stands_alone_under_the_words_that_it_cites(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/alone", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    turn = ask(chat, "What was the toll?")
    apart = """(chat) => {
      const said = [...chat.shadowRoot.querySelectorAll(".sentence, .account")];
      return said.filter((each) => {
        const chip = each.querySelector(".chip");
        const before = document.createRange();
        before.setStart(each, 0);
        before.setEndBefore(chip);
        const lines = [...before.getClientRects()].filter((line) => line.width > 0);
        return chip.getBoundingClientRect().top > lines.at(-1).bottom;
      }).map((each) => each.textContent);
    }"""
    assert turn.locator(":is(.sentence, .account) .chip").count() == 9
    for width in range(320, 900, 20):
        page.set_viewport_size({"width": width, "height": 800})
        assert chat.evaluate(apart) == [], width


def test_a_refusal_says_why_and_offers_the_nearest_stories(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/refusal", body(INLINE + service.tag())))
    turn = ask(page.locator("byline-chat"), "Who is king?")
    expect(turn.locator(".refusal")).to_contain_text("Not in the archive")
    nearest = turn.get_by_role("link", name="Harbour council votes").first
    assert nearest.get_attribute("href") == "https://gazette.example/2025/05/night-ferry"


def test_what_a_model_wrote_is_marked_where_it_is_doubted(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/doubt", body(INLINE + service.tag())))
    turn = ask(page.locator("byline-chat"), "Do you doubt the ferry?")
    doubt = turn.get_by_role("button", name="the source differs")
    expect(doubt).to_have_attribute("aria-expanded", "false")
    doubt.click()
    why = turn.locator(".why:visible").first
    expect(why).to_contain_text("The answer says “nine”; the source says “11”.")
    expect(why.locator(".differs")).to_have_text(["nine", "11"])
    expect(why).to_contain_text("4% likely to be borne out")
    turn.get_by_text("2 sentences left out").click()
    expect(turn.locator("details.written")).to_contain_text(
        "The model says “3.1 million”; the archive says “2.1 million”."
    )
    expect(turn.locator("details.written")).to_contain_text("2 invented citations")
