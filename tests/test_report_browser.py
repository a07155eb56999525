"""The page of a report in a real browser: what a reader sees there, on any screen and on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from eval.report import Report, words
from tests import browsing, report_reader
from tests.browsing import DESK, PHONE
from tests.report_reader import OPEN, headlines
from tests.report_sample import CASES, EVIDENCE, HARM, REPORT, STORY, harmful

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = report_reader.reader
at = report_reader.at


def violations(opened: Page) -> list[str]:
    found = Axe().run(opened).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_cases_stand_worst_first_and_open_with_claims_beside_their_evidence(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    opened = reader(at(REPORT))
    assert headlines(opened)[:3] == ["How many people died?", "Did it rain?", "When was it said?"]
    assert headlines(opened)[-1] == "It is."  # no question: its answer stands for it
    opened.get_by_role("link", name="How many people died?").click()
    case = opened.locator(OPEN)
    expect(case).to_have_count(1)
    first = case.locator(".claim").first
    expect(first.locator(".tag").first).to_have_text("Claim 1✕contradictedscore .041")
    expect(first.locator(".claims-side mark.fail")).to_have_text("Ten")
    expect(first.locator(".evidence-side mark.fail")).to_have_text("Nine")
    expect(first.locator(".failures")).to_have_text(
        "number: the claim says “Ten”, the evidence says “Nine”"
    )
    expect(first.locator(".source")).to_have_text("Text 1 · Toll rises to nine · 2024-10-12")
    expect(first.locator(".ground")).to_have_text(EVIDENCE)
    expect(case.locator(".facts")).to_contain_text("People saynot supported")
    expect(case.locator(".claim").nth(2)).to_contain_text("There is nothing to check.")


def test_the_whole_text_opens_with_the_evidence_in_its_place(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    # beyond the basic plane a character is two to JavaScript and one to Python
    body = f"{'🌊 ' * 300}{EVIDENCE}{' and on' * 300}"
    ground = replace(CASES[0].claims[0].verdict.grounds[0], start=600, end=600 + len(EVIDENCE))
    claim = replace(
        CASES[0].claims[0], verdict=replace(CASES[0].claims[0].verdict, grounds=(ground,))
    )
    case = replace(CASES[0], contexts=(replace(STORY, text=body),), claims=(claim,))
    opened = reader(f"{at(replace(REPORT, cases=(case,)))}#case=toll")
    quote = opened.locator("blockquote")
    assert len(quote.inner_text()) < 500
    opened.get_by_role("button", name="whole text").click()
    assert quote.evaluate("e => e.textContent") == body
    expect(quote.locator(".ground")).to_have_text(EVIDENCE)
    opened.get_by_role("button", name="whole text").click()
    assert len(quote.inner_text()) < 500


def test_a_hostile_report_is_read_and_never_run(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    opened = reader(at(harmful()))
    opened.keyboard.press("j")
    case = opened.locator(OPEN)
    expect(case).to_have_count(1)
    opened.get_by_role("button", name="whole text").click()
    opened.locator(".contexts summary").click()
    shown = words.shown(HARM)
    assert case.locator(".words").evaluate("e => e.textContent") == shown
    assert case.locator(".contexts .body p").last.evaluate("e => e.textContent") == shown
    assert opened.evaluate("window.harmed") is None
    assert opened.locator("img, iframe, object").count() == 0
    assert opened.locator("main a:not([href^='#'])").count() == 0


def test_without_a_script_the_figures_are_there_and_a_line_says_what_is_not(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    opened = reader(at(REPORT), java_script_enabled=False)
    expect(opened.get_by_role("row", name="Claims supported")).to_be_visible()
    expect(opened.locator(".plots svg").first).to_be_visible()
    expect(opened.get_by_text("The single cases need JavaScript")).to_be_visible()
    expect(opened.locator("#theme")).to_be_hidden()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    reader: Callable[..., Page],
    at: Callable[[Report], str],
    viewport: dict[str, int],
    colours: str,
) -> None:
    for report in (REPORT, harmful()):
        opened = reader(at(report), viewport=viewport, color_scheme=colours)
        assert violations(opened) == []
        opened.keyboard.press("j")
        opened.get_by_role("button", name="whole text").first.click()
        opened.locator(".contexts summary").first.click()
        assert violations(opened) == []
        assert opened.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_the_colours_can_be_turned(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    opened = reader(at(REPORT), color_scheme="dark")
    ink = "getComputedStyle(document.body).color"
    dark = opened.evaluate(ink)
    opened.get_by_role("button", name="Light").click()
    light = opened.evaluate(ink)
    assert light != dark
    opened.get_by_role("button", name="Dark").click()
    assert opened.evaluate(ink) == dark


def test_on_paper_it_is_ink_without_controls(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    opened = reader(f"{at(REPORT)}#case=toll", color_scheme="dark")
    opened.emulate_media(media="print", color_scheme="dark")
    for hidden in (".filters", ".tool", ".evidence .link"):
        expect(opened.locator(hidden).first).to_be_hidden()
    expect(opened.locator(".claim").first).to_be_visible()
    assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(28, 26, 23)"
