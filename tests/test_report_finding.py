"""Finding a case in the page of a report: by filters, words, addresses and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page, expect

from eval.report import Report, page
from tests import browsing, report_reader
from tests.browsing import Served
from tests.report_reader import OPEN, headlines
from tests.report_sample import CASES, REPORT, STORY

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = report_reader.reader
at = report_reader.at


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
