"""What a reader can do with the chat, done in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index.types import Filters
from tests import browsing
from tests.browsing import Served, ask, until
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


def test_a_newcomer_sees_what_the_archive_holds_and_can_be_asked(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Byline")
    expect(page.locator(".edition")).to_have_text(
        "34 articles · Jan 2024 to Jun 2025 · updated today"
    )
    page.get_by_role("button", name="What will a single ferry crossing cost?").click()
    expect(page.locator(".turn .copy")).to_contain_text(QUOTES[1])
    assert page.title() == "Byline"
    assert page.locator("footer, .toast-wrap:visible").count() == 0


def test_an_answer_arrives_sentence_by_sentence(page: Page, desk: FakeDesk) -> None:
    desk.pace = 1.0
    page.fill("#question", BOTH)
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_have_text("Searching the archive")
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.locator(".chip").first).to_be_disabled()
    expect(page.locator(".sentence")).to_have_count(2)
    expect(page.locator(".facts-line")).to_be_visible()
    expect(page.locator(".chip").first).to_be_enabled()
    expect(page.get_by_role("log", name="Answers")).to_contain_text(QUOTES[0])


def test_a_citation_opens_at_the_passage(page: Page) -> None:
    turn = ask(page, BOTH)
    chip = turn.get_by_role("button", name="Source 2: Coast Wire, Night ferry fares")
    chip.click()
    panel = page.locator("#source")
    expect(panel.locator("mark")).to_have_text(QUOTES[1])
    expect(panel.get_by_role("heading", level=2)).to_have_text(
        "Night ferry fares to rise by a tenth from July"
    )
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(turn.locator(".chip").first).to_have_attribute("aria-pressed", "false")

    turn.locator(".chip").first.click()
    expect(panel).to_contain_text("The Sample Gazette · 14 May 2025 · Transport")
    expect(panel).to_contain_text("By Mara Lindqvist")
    link = panel.get_by_role("link", name="Read it at gazette.example")
    assert "#:~:text=" in (link.get_attribute("href") or "")
    assert link.get_attribute("target") == "_blank"
    assert link.get_attribute("rel") == "noopener noreferrer"
    panel.get_by_text("Also in: 1 copy").click()
    expect(panel.locator(".copies")).to_contain_text("Coast Wire")


def test_the_first_source_stands_beside_the_answer_without_being_asked(page: Page) -> None:
    ask(page, FERRY)
    expect(page.locator("#source mark")).to_have_text(QUOTES[0])
    expect(page.locator("#question")).to_be_focused()
    ask(page, "Who won the regatta?")
    expect(page.locator("#source mark")).to_have_count(0)


def test_the_line_under_an_answer_says_what_was_searched(page: Page) -> None:
    turn = ask(page, FERRY)
    expect(turn.locator(".facts-line li")).to_have_text(
        ["34 articles searched", "3 January 2024 to 12 June 2025", "newest evidence 14 May 2025"]
    )


def test_a_follow_up_keeps_its_context_and_what_was_understood_can_be_undone(
    page: Page, desk: FakeDesk
) -> None:
    ask(page, FERRY)
    turn = ask(page, "And in May 2025?")
    _, history, _, infer = desk.asked[-1]
    assert infer
    assert [(one.question, one.searched) for one in history] == [(FERRY, FERRY)]
    assert history[0].answer == f"{QUOTES[0]} [1]"
    expect(turn.locator(".notes")).to_contain_text("dates: 1 to 31 May 2025")
    turn.get_by_role("button", name="Undo").click()
    until(lambda: len(desk.asked) == 3)
    expect(turn.locator(".refusal")).to_be_visible()
    expect(turn.locator(".notes")).to_have_count(0)
    assert desk.asked[-1][3] is False
    assert page.locator(".turn").count() == 2


def test_filters_limit_the_search_and_can_be_cleared(page: Page, desk: FakeDesk) -> None:
    page.locator("summary", has_text="Sources").click()
    page.get_by_role("checkbox", name="Coast Wire").check()
    page.locator("summary", has_text="Sections").click()
    page.get_by_role("checkbox", name="Transport").check()
    page.locator("summary", has_text="Dates").click()
    page.get_by_label("From").fill("2025-01-01")
    expect(page.locator(".limit bdi")).to_have_text(
        ["Coast Wire", "Transport", "since 1 January 2025"]
    )
    turn = ask(page, "What will the ferry cost?")
    assert desk.asked[-1][2] == Filters(
        after=date(2025, 1, 1), sources=("Coast Wire",), sections=("Transport",)
    )
    expect(turn.locator(".limits")).to_have_text(
        "Only Coast Wire · Transport · since 1 January 2025"
    )
    page.get_by_role("button", name="Remove the filter Coast Wire").click()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(".in-force")).to_be_hidden()
    ask(page, FERRY)
    assert desk.asked[-1][2] == Filters()


def test_a_refusal_says_why_and_offers_the_nearest_stories(page: Page, desk: FakeDesk) -> None:
    turn = ask(page, "Who won the regatta?")
    expect(turn).to_contain_text("Not in the archive")
    expect(turn).to_contain_text("No article here says who won the regatta.")
    expect(turn).to_contain_text("34 articles searched")
    near = turn.get_by_role("link", name="Harbour council votes to keep the night ferry")
    expect(near).to_have_attribute("href", "https://gazette.example/2025/05/night-ferry")

    page.locator("summary", has_text="Sources").click()
    page.get_by_role("checkbox", name="Northern Post").check()
    turn = ask(page, FERRY)
    expect(turn).to_contain_text("Nothing within these limits")
    turn.get_by_role("button", name="Ask without the filters").click()
    expect(turn.locator(".copy")).to_contain_text(QUOTES[0])
    assert desk.asked[-1][2] == Filters()


def test_the_conversation_is_exported_as_markdown(page: Page) -> None:
    ask(page, BOTH)
    ask(page, "Who won the regatta?")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export the conversation").click()
    download = waiting.value
    assert download.suggested_filename.endswith(".md")
    text = Path(download.path()).read_text(encoding="utf-8")
    assert f"## {BOTH}" in text
    assert "for three more years. [1]" in text
    assert "1. Harbour council votes to keep the night ferry, The Sample Gazette" in text
    assert "## Who won the regatta?" in text


def test_an_answer_can_be_stopped_and_asked_again(page: Page, desk: FakeDesk) -> None:
    desk.pace = 1.5
    page.fill("#question", BOTH)
    page.keyboard.press("Enter")
    page.locator(".sentence").first.wait_for()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".status")).to_have_text("Stopped. This answer is not complete.")
    page.wait_for_timeout(2500)
    expect(page.locator(".sentence")).to_have_count(1)
    desk.pace = 0.0
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".sentence")).to_have_count(2)
    expect(page.locator(".facts-line")).to_be_visible()
    assert page.locator(".turn").count() == 1


def test_an_error_is_told_in_the_conversation_and_tells_no_secrets(page: Page) -> None:
    turn = ask(page, "Let me complain.")
    expect(turn.locator(".status")).to_have_text("Please put that as a question.")
    turn = ask(page, "Let it explode.")
    expect(turn.locator(".status")).to_contain_text("it is not your question’s fault")
    assert "secret" not in page.content()
    turn = ask(page, FERRY)
    expect(turn.locator(".copy")).to_contain_text(QUOTES[0])


def test_two_readers_at_once_do_not_mix(
    reader: Callable[..., Page], url: str, desk: FakeDesk
) -> None:
    first, second = reader(url), reader(url)
    desk.pace = 0.5
    first.fill("#question", FERRY)
    second.fill("#question", "What will a crossing cost?")
    first.keyboard.press("Enter")
    second.keyboard.press("Enter")
    expect(first.locator(".facts-line")).to_be_visible()
    expect(second.locator(".facts-line")).to_be_visible()
    expect(first.locator(".copy")).to_have_text(f"{QUOTES[0]}1")
    expect(second.locator(".copy")).to_have_text(f"{QUOTES[1]}1")
    desk.pace = 0.0
    ask(second, "And the ferry?")
    assert [turn.question for turn in desk.asked[-1][1]] == ["What will a crossing cost?"]


def test_a_new_conversation_starts_afresh_and_the_last_can_be_brought_back(
    page: Page, desk: FakeDesk
) -> None:
    ask(page, FERRY)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    page.get_by_role("button", name="Bring back the last conversation").click()
    expect(page.locator(".copy")).to_contain_text(QUOTES[0])
    page.get_by_role("button", name="New conversation").click()
    ask(page, BOTH)
    assert desk.asked[-1][1] == ()
