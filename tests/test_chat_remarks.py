"""Timelines, quotations, parts, readings and differing accounts, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import browsing
from tests.browsing import PHONE, Served, ask, until
from tests.fake_remarks import NOTE, READINGS, RemarkingDesk
from ui.server import create_app

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = browsing.reader

TOLL = "What is the latest toll?"
TIMELINE = "Give me a timeline of the flood"
SPEECH = "What did Castellan say about the flood?"
PARTS = "How many died, and who won the regatta?"
VAGUE = "What about the dam?"


@pytest.fixture
def desk() -> RemarkingDesk:
    return RemarkingDesk()


@pytest.fixture
def url(desk: RemarkingDesk) -> Iterator[str]:
    served = Served(create_app(desk))
    yield served.url
    served.stop()


@pytest.fixture
def page(reader: Callable[..., Page], url: str) -> Page:
    return reader(url)


def test_sentences_can_be_put_in_order_of_time_and_back_without_asking_again(
    page: Page, desk: RemarkingDesk
) -> None:
    turn = ask(page, TOLL)
    first = turn.locator(".copy .sentence").first
    expect(first).to_contain_text("At least 11 people")
    button = turn.get_by_role("button", name="In order of time")
    button.press("Enter")
    lines = turn.get_by_role("listitem").filter(has=page.locator(".when"))
    expect(lines).to_have_count(4)
    expect(lines.first).to_contain_text("published 11 Oct 2024")
    expect(first).to_contain_text("Four people died")
    expect(page.get_by_role("log", name="Answers")).to_contain_text("Now in order of time")

    ask(page, TIMELINE)
    page.reload()  # remembered, and with that answer alone
    turn = page.locator(".turn").first
    expect(turn.locator(".copy .line")).to_have_count(4)
    turn.locator(".line", has_text="Four people").locator(".chip").click()
    expect(page.locator("#source mark")).to_contain_text("Four people died")
    turn.get_by_role("button", name="In order of the answer").click()
    expect(turn.locator(".copy .sentence").first).to_contain_text("At least 11 people")
    expect(turn.locator(".copy .line")).to_have_count(0)
    assert len(desk.asked) == 2


def test_a_timeline_is_a_list_of_days_and_offers_no_other_order(page: Page) -> None:
    turn = ask(page, TIMELINE)
    lines = turn.get_by_role("list").first.get_by_role("listitem")
    expect(lines).to_have_count(4)
    expect(lines.nth(0)).to_contain_text("10 Oct 2024")
    expect(lines.nth(2)).to_contain_text("published 12 Oct 2024")
    expect(turn.get_by_role("button", name="In order of time")).to_be_hidden()
    columns = turn.locator(".what").evaluate_all(
        "all => all.map((one) => Math.round(one.getBoundingClientRect().left))"
    )
    assert len(set(columns)) == 1


def test_lines_appear_one_by_one_as_they_arrive(page: Page, desk: RemarkingDesk) -> None:
    desk.pace = 1.0
    page.fill("#question", TIMELINE)
    page.keyboard.press("Enter")
    expect(page.locator("ol.copy .line")).to_have_count(1)
    expect(page.locator("ol.copy .line")).to_have_count(2)
    expect(page.locator(".facts-line")).to_be_visible()
    expect(page.locator("ol.copy .line")).to_have_count(4)
    expect(page.get_by_role("log", name="Answers")).to_contain_text("12 Oct 2024")


def test_a_speaker_s_words_stand_as_quotations(page: Page) -> None:
    turn = ask(page, SPEECH)
    expect(turn.get_by_role("blockquote")).to_have_count(3)
    expect(turn.get_by_role("figure").nth(1)).to_contain_text(
        "— Jonas Castellan, interior minister, in Merrin · published 13 October 2024"
    )


def test_parts_stand_under_their_questions_each_with_its_refusal(page: Page) -> None:
    turn = ask(page, PARTS)
    expect(turn.get_by_role("heading", level=3)).to_contain_text(
        ["How many died at Hollin Dam?", "Who won the regatta?"]
    )
    expect(turn.locator(".part").nth(0).locator(".chip")).to_have_count(2)
    expect(turn.locator(".part").nth(1)).to_contain_text("Not a subject of this archive")
    expect(page.get_by_role("log", name="Answers")).to_contain_text("about the regatta")


def test_choosing_a_reading_asks_it(page: Page, desk: RemarkingDesk) -> None:
    turn = ask(page, VAGUE)
    expect(turn).to_contain_text("This could mean several things")
    turn.get_by_role("button", name=READINGS[2]).click()
    until(lambda: len(desk.asked) == 2)
    assert desk.asked[-1][0] == READINGS[2]
    expect(page.locator(".turn").last.locator(".asked")).to_have_text(READINGS[2])


def test_accounts_are_told_aloud_and_their_numbers_open_the_source(page: Page) -> None:
    turn = ask(page, TOLL)
    log = page.get_by_role("log", name="Answers")
    expect(log).to_contain_text("Changed over time people killed")
    expect(log).to_contain_text("Accounts differ when the siren sounded")
    expect(
        turn.get_by_role("img", name="people killed: 4 on 11 October 2024, then 9")
    ).to_be_visible()
    turn.locator(".difference .chip[data-cite='2']").click()
    panel = page.locator("#source")
    expect(panel).to_contain_text("Four dead as spillway fails at Hollin Dam")
    expect(panel.locator(".correction")).to_have_text(f"Corrected 14 October 2024{NOTE}")
    name = "(corrected 14 October 2024)"
    expect(turn.locator(".copy").get_by_role("button", name=name)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(turn.locator(".difference .chip[data-cite='2']")).to_be_focused()


def test_what_was_understood_is_undone_with_a_click(page: Page, desk: RemarkingDesk) -> None:
    turn = ask(page, TIMELINE)
    expect(turn.locator(".notes")).to_contain_text("a timeline")
    turn.get_by_role("button", name="Undo").click()
    until(lambda: len(desk.asked) == 2)
    assert desk.asked[-1][3] is False
    expect(turn.locator(".refusal")).to_be_visible()
    expect(turn.locator(".line")).to_have_count(0)


def test_how_old_the_newest_evidence_is_and_all_the_rest_is_exported(page: Page) -> None:
    turn = ask(page, TOLL)
    expect(turn.locator(".facts-line .age")).to_have_text(
        "newest evidence: 3 days old, 13 October 2024"
    )
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export the conversation").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    for told in ("Changed over time: people killed", "3 days old", "— Jonas Castellan"):
        assert told in text


@pytest.mark.parametrize("question", [TOLL, TIMELINE, SPEECH, PARTS, VAGUE])
def test_nothing_is_wider_than_a_phone(
    reader: Callable[..., Page], url: str, question: str
) -> None:
    page = reader(url, viewport=PHONE)
    turn = ask(page, question)
    for order in ("In order of time", "In order of the answer"):
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
        button = turn.get_by_role("button", name=order)
        if button.is_visible():
            button.click()
