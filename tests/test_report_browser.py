"""The page of a report in a real browser: what a reader sees and does there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page, expect

from eval.report import Report, page, words, write
from tests import browsing
from tests.browsing import DESK, PHONE, Served
from tests.report_sample import CASES, EVIDENCE, HARM, REPORT, STORY, harmful

pytestmark = pytest.mark.browser
browser = browsing.browser

OPEN = ".case.is-open"


@pytest.fixture
def reader(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page; at the end it has asked for nothing else, run no error and blocked nothing."""
    contexts = []
    troubles: list[str] = []

    def come(url: str, *, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        opened = context.new_page()
        opened.on("pageerror", lambda error: troubles.append(f"raised {error}"))
        opened.on("console", lambda said: troubles.append(f"{said.type} {said.text}"))
        opened.on(
            "request",
            lambda request: (
                troubles.append(f"asked {request.url}")
                if request.url.partition("#")[0] != url.partition("#")[0]
                and not request.url.endswith("favicon.ico")
                else None
            ),
        )
        opened.goto(url)
        return opened

    yield come
    for context in contexts:
        context.close()
    assert [t for t in troubles if "favicon.ico" not in t and "404" not in t] == []


@pytest.fixture
def at(tmp_path: Path) -> Callable[[Report], str]:
    """The address of a report's page, as a file."""

    def made(report: Report) -> str:
        (path,) = write(report, tmp_path, ("html",))
        return path.as_uri()

    return made


def violations(opened: Page) -> list[str]:
    found = Axe().run(opened).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def headlines(opened: Page) -> list[str]:
    return opened.locator(".case h3").all_inner_texts()


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


def test_filters_search_and_order(reader: Callable[..., Page], at: Callable[[Report], str]) -> None:
    opened = reader(at(REPORT))
    status = opened.get_by_role("status")
    expect(status).to_have_text("6 cases")
    opened.get_by_role("button", name="unsupported 1").click()
    assert headlines(opened) == ["Did it rain?"]
    expect(status).to_have_text("1 of 6 cases")
    opened.get_by_role("button", name="contradicted 1").click()
    assert headlines(opened) == ["How many people died?", "Did it rain?"]
    opened.get_by_label("Failed check").select_option("words")
    assert headlines(opened) == ["Did it rain?"]
    opened.get_by_role("button", name="clear the filters").click()
    assert len(headlines(opened)) == 6
    opened.get_by_role("combobox", name="Label").select_option("disagrees")
    assert headlines(opened) == ["Did it rain?"]  # people say that it is supported
    opened.get_by_role("combobox", name="Label").select_option("agrees")
    assert headlines(opened) == ["How many people died?", "When was it said?"]
    opened.get_by_role("combobox", name="Label").select_option("")
    opened.get_by_label("Order").select_option("highest")
    assert headlines(opened)[0] == "When was it said?"
    opened.get_by_label("Order").select_option("file")
    assert headlines(opened)[-1] == "It is."
    opened.get_by_label("Search").fill("SATURDAY")
    assert headlines(opened) == ["How many people died?", "When was it said?"]
    opened.get_by_label("Search").fill("nothing has this")
    assert headlines(opened) == []
    expect(status).to_have_text("0 of 6 cases")


@pytest.mark.parametrize("sandboxed", [False, True])
def test_an_address_opens_its_case_on_load_and_going_back_returns(
    reader: Callable[..., Page], at: Callable[[Report], str], sandboxed: bool
) -> None:
    odd = replace(CASES[1], id="50 % + 1 & more#é")
    report = replace(REPORT, cases=(CASES[0], odd, *CASES[2:]))
    app = FastAPI()

    @app.get("/report")
    def served() -> HTMLResponse:
        policy = {"Content-Security-Policy": "sandbox allow-scripts"} if sandboxed else {}
        return HTMLResponse(page.text(report), headers=policy)

    server = Served(app)
    try:
        opened = reader(f"{server.url}report#case=toll")
        expect(opened.locator(f"{OPEN} h3")).to_have_text("How many people died?")
        opened.get_by_role("link", name="Did it rain?").click()
        expect(opened.locator(f"{OPEN} h3")).to_have_text("Did it rain?")
        assert opened.url.endswith("#case=50%20%25%20%2B%201%20%26%20more%23%C3%A9")
        opened.go_back()
        expect(opened.locator(f"{OPEN} h3")).to_have_text("How many people died?")
        opened.go_forward()
        expect(opened.locator(f"{OPEN} h3")).to_have_text("Did it rain?")
        opened.reload()
        expect(opened.locator(f"{OPEN} h3")).to_have_text("Did it rain?")
        opened.locator(f"{OPEN} h3 a").click()  # shuts it
        expect(opened.locator(OPEN)).to_have_count(0)
        opened.go_back()
        expect(opened.locator(OPEN)).to_have_count(1)
        assert opened.evaluate("window.origin") == ("null" if sandboxed else server.url.rstrip("/"))
    finally:
        server.stop()


def test_an_address_may_name_a_claim_and_one_that_is_not_there_is_told(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    opened = reader(f"{at(REPORT)}#case=toll&claim=2")
    expect(opened.locator("#claim-2")).to_be_focused()
    opened.locator(".to-claim").first.click()
    expect(opened.locator("#claim-1")).to_be_focused()
    opened.evaluate("location.hash = '#case=nobody'")
    expect(opened.get_by_role("status")).to_have_text("There is no case nobody.")
    expect(opened.locator(OPEN)).to_have_count(0)


def test_an_address_opens_a_case_that_the_filters_hide(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    opened = reader(at(REPORT))
    opened.get_by_label("Search").fill("rained")
    opened.evaluate("location.hash = '#case=when'")
    expect(opened.locator(f"{OPEN} h3")).to_have_text("When was it said?")
    expect(opened.get_by_label("Search")).to_have_value("")


def test_keys_go_from_case_to_case_and_to_the_search(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    opened = reader(at(REPORT))
    opened.keyboard.press("j")
    expect(opened.locator(f"{OPEN} h3")).to_have_text("How many people died?")
    opened.keyboard.press("j")
    expect(opened.locator(f"{OPEN} h3")).to_have_text("Did it rain?")
    expect(opened.locator(f"{OPEN} h3 a")).to_be_focused()
    opened.keyboard.press("k")
    expect(opened.locator(f"{OPEN} h3")).to_have_text("How many people died?")
    opened.keyboard.press("k")  # there is none before it
    expect(opened.locator(OPEN)).to_have_count(1)
    opened.keyboard.press("/")
    expect(opened.get_by_label("Search")).to_be_focused()
    opened.keyboard.type("jk/")  # letters like any other here
    expect(opened.get_by_label("Search")).to_have_value("jk/")
    opened.keyboard.press("Escape")
    expect(opened.get_by_label("Search")).not_to_be_focused()


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


def test_two_thousand_cases_are_read_a_page_at_a_time(
    reader: Callable[..., Page], at: Callable[[Report], str]
) -> None:
    body = "The river rose in the night. " * 140
    many = tuple(
        replace(
            CASES[0],
            id=f"row {n}",
            score=n / 2000,
            contexts=(replace(STORY, text=f"{STORY.text} {n} {body}"),),
        )
        for n in range(2000)
    )
    assert sum(len(case.contexts[0].text) for case in many) > 8_000_000
    opened = reader(at(replace(REPORT, cases=many)))
    assert opened.locator(".case").count() == 50
    opened.get_by_role("button", name="Next").click()
    expect(opened.locator(".case .id").first).to_have_text("row 50")
    opened.evaluate("location.hash = '#case=row%201234'")
    expect(opened.locator(f"{OPEN} .id")).to_have_text("row 1234")
    assert opened.locator(".case").count() == 50
    opened.keyboard.press("j")
    expect(opened.locator(f"{OPEN} .id")).to_have_text("row 1235")
    opened.get_by_label("Search").fill("row 1999")
    expect(opened.locator(".case")).to_have_count(1)
    opened.get_by_role("link", name="How many people died?").click()
    opened.get_by_role("button", name="whole text").first.click()
    expect(opened.locator("blockquote").first).to_contain_text("through the night. 1999 The river")


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
