"""axe-core looks at the chat as readers meet it: no violation of any weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import browsing
from tests.browsing import DESK, PHONE, Served, ask
from tests.fake_checked import CheckedDesk
from tests.fake_desk import FakeDesk
from ui.server import create_app

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = browsing.reader


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    served = Served(create_app(FakeDesk()))
    yield served.url
    served.stop()


def violations(page: Page) -> list[tuple[str, str]]:
    # What is still fading in, or about to be replaced, has not its own colours yet.
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    page.wait_for_function(
        "() => document.getAnimations().every(each => each.playState !== 'running')"
    )
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(
    reader: Callable[..., Page], url: str, viewport: dict[str, int], colours: str
) -> None:
    page = reader(url, viewport=viewport, color_scheme=colours)
    assert violations(page) == []  # nothing asked yet

    turn = ask(page, "What of the ferry, and what will it cost?")
    turn.get_by_role("button", name="Not helpful").click()
    ask(page, "And in May 2025?")
    page.locator(".chip").first.click()
    expect(page.locator("#source mark")).to_be_visible()
    assert violations(page) == []  # answers, a reason asked for, a source open
    page.keyboard.press("Escape")

    ask(page, "Who won the regatta?")
    page.locator("summary", has_text="Sources").click()
    page.get_by_role("checkbox", name="Coast Wire").check()
    assert violations(page) == []  # a refusal, a filter open and in force
    page.locator("summary", has_text="Dates").click()
    ask(page, "Let me complain.")
    assert violations(page) == []  # an error


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_in_timelines_quotations_parts_differences_and_verdicts(
    reader: Callable[..., Page], viewport: dict[str, int], colours: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    report.write_text("here")
    served = Served(create_app(CheckedDesk(), model="a model", report=report))
    page = reader(served.url, viewport=viewport, color_scheme=colours)
    turn = ask(page, "What of the ferry, doubt?")
    for button in turn.locator(".doubt").all():
        button.click()
    turn.locator("summary.written-line").click()
    turn.locator(".why .chip").first.click()
    expect(page.locator("#source .reworded")).to_be_visible()
    assert violations(page) == []  # doubts and what was left out open, and a rewording
    page.keyboard.press("Escape")
    for question in ("A timeline?", "What did he say?", "Who won the regatta?", "The dam?"):
        ask(page, question)
    turn = ask(page, "The latest toll?")
    assert violations(page) == []
    turn.get_by_role("button", name="In order of time").click()
    turn.locator(".chip[data-cite='2']").first.click()
    expect(page.locator("#source .correction")).to_be_visible()
    assert violations(page) == []  # in order of time, a corrected source open
    served.stop()


def test_the_page_has_one_first_heading_and_named_regions(
    reader: Callable[..., Page], url: str
) -> None:
    page = reader(url)
    ask(page, "What of the ferry?")
    assert page.locator("h1").count() == 1
    assert page.get_by_role("main").count() == 1
    for name in ("Conversation", "Source"):
        expect(page.get_by_role("region", name=name)).to_be_visible()
    expect(page.get_by_role("form", name="Ask the archive")).to_be_visible()
    assert page.locator("[data-announcer]").get_attribute("aria-live") == "polite"
