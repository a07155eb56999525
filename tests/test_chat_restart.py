"""The page outlives the server, the connection and a reload."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import browsing
from tests.browsing import Served, ask
from tests.fake_desk import QUOTES, FakeDesk
from ui.server import create_app

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = browsing.reader

FERRY = "What did the council decide about the night ferry?"


def test_a_reload_keeps_the_conversation_the_draft_and_the_filters(
    reader: Callable[..., Page],
) -> None:
    desk = FakeDesk()
    served = Served(create_app(desk))
    page = reader(served.url)
    page.locator("summary", has_text="Sources").click()
    page.get_by_role("checkbox", name="The Sample Gazette").check()
    ask(page, FERRY)
    page.fill("#question", "And then")
    page.reload()
    expect(page.locator(".copy")).to_contain_text(QUOTES[0])
    expect(page.locator("#question")).to_have_value("And then")
    expect(page.locator(".limit bdi")).to_have_text("The Sample Gazette")
    page.locator(".chip").click()
    expect(page.locator("#source mark")).to_have_text(QUOTES[0])
    ask(page, "And in May 2025?")
    assert [turn.question for turn in desk.asked[-1][1]] == [FERRY]
    served.stop()


def test_a_restarted_server_takes_the_conversation_up_again(reader: Callable[..., Page]) -> None:
    served = Served(create_app(FakeDesk()))
    page = reader(served.url)
    ask(page, FERRY)
    served.stop()

    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.locator(".lost")).to_contain_text("The connection to the archive is lost.")
    expect(page.locator(".copy")).to_contain_text(QUOTES[0])
    page.fill("#question", "And in May 2025?")

    desk = FakeDesk()
    served.start(create_app(desk))
    expect(page.locator(".lost")).to_have_text("", timeout=15_000)
    expect(page.locator(".copy")).to_contain_text(QUOTES[0])
    expect(page.locator("#question")).to_have_value("And in May 2025?")
    page.locator(".chip").click()
    expect(page.locator("#source mark")).to_have_text(QUOTES[0])
    ask(page, "And in May 2025?")
    assert [turn.question for turn in desk.asked[-1][1]] == [FERRY]
    served.stop()


def test_an_answer_cut_off_by_a_restart_can_be_asked_again(reader: Callable[..., Page]) -> None:
    served = Served(create_app(FakeDesk(pace=5)))
    page = reader(served.url)
    page.fill("#question", FERRY)
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_have_text("Searching the archive")
    page.wait_for_timeout(500)
    served.stop()
    expect(page.locator(".status")).to_have_text(
        "The connection was lost before the answer was complete.", timeout=15_000
    )
    served.start(create_app(FakeDesk()))
    expect(page.locator(".lost")).to_have_text("", timeout=15_000)
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".copy")).to_contain_text(QUOTES[0])
    served.stop()


def test_a_run_whose_stream_closes_under_it_is_asked_again(reader: Callable[..., Page]) -> None:
    served = Served(create_app(FakeDesk()))
    page = reader(served.url)
    page.route(
        "**/queue/data?*",
        lambda route: route.fulfill(
            content_type="text/event-stream",
            body='data: {"msg": "close_stream", "event_id": null}\n\n',
        ),
        times=1,
    )
    turn = ask(page, FERRY)
    expect(turn.locator(".copy")).to_contain_text(QUOTES[0])
    served.stop()


def test_a_source_or_a_question_that_cannot_reach_the_server_says_so(
    reader: Callable[..., Page],
) -> None:
    served = Served(create_app(FakeDesk()))
    page = reader(served.url)
    ask(page, "What of the ferry and its cost?")
    served.stop()
    page.locator(".chip").last.click()
    expect(page.locator("#source [role=alert]")).to_contain_text("connection is lost")
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.locator(".lost")).to_contain_text("The connection to the archive is lost.")
    page.fill("#question", FERRY)
    page.keyboard.press("Enter")
    expect(page.locator(".status").last).to_contain_text("The connection was lost")
