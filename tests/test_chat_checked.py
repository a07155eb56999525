"""A language model's answers, checked, and an evaluation's report, in a real browser."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag.written import Fallback
from tests import browsing
from tests.browsing import Served, ask
from tests.fake_checked import CHANGED, COST, KEPT, MODEL, WORTH, CheckedDesk
from ui.server import create_app

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = browsing.reader

PLACES = (
    "all => all.map(one => Object.values(one.getBoundingClientRect().toJSON()).map(Math.round))"
)


def test_a_checked_answer_arrives_stands_still_and_says_what_was_left_out(
    reader: Callable[..., Page],
) -> None:
    desk = CheckedDesk(pace=0.6)
    served = Served(create_app(desk, model=MODEL))
    page = reader(served.url)
    expect(page.locator(".welcome-note").first).to_contain_text("each sentence is checked")
    assert page.get_by_role("link", name="How well is it grounded?").count() == 0
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.fill("#question", "What of the ferry, doubt?")
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_have_text("Writing, and checking each sentence")
    said = page.locator(".copy .sentence")
    expect(said).to_have_count(2)
    place = said.evaluate_all(PLACES)[:2]
    expect(page.locator(".status")).to_be_visible()
    turn = page.locator(".turn")
    expect(turn.locator("summary.written-line")).to_have_text(
        f"Written by {MODEL}, checked against the archive · 2 sentences left out"
    )
    expect(page.locator(".status")).to_be_hidden()
    assert said.evaluate_all(PLACES)[:2] == place  # what stood has not moved
    desk.pace = 0.0
    log = page.get_by_role("log", name="Answers")
    expect(log).to_contain_text("keep the night ferry.1 the source differs")
    expect(log).not_to_contain_text("the source says")
    expect(log).to_contain_text("2 sentences left out")

    doubt = turn.get_by_role("button", name="the source differs (why)")
    why = turn.locator(".why").nth(1)
    expect(why).to_be_hidden()
    doubt.press("Enter")
    expect(doubt).to_have_attribute("aria-expanded", "true")
    expect(why).to_contain_text("The answer says “nine”; the source says “11”.")
    assert why.locator(".differs").all_text_contents() == ["nine", "11"]
    left, right = (side.bounding_box() or {} for side in why.locator(".side").all())
    assert left["y"] == right["y"]
    why.locator(".chip").click()
    panel = page.locator("#source")
    expect(panel.locator(".reworded")).to_contain_text("The answer puts it in other words")
    expect(panel.locator(".reworded-text").first).to_have_text(CHANGED)
    expect(panel.locator("mark")).to_be_in_viewport()
    doubt.press("Space")
    expect(why).to_be_hidden()

    summary = turn.locator("summary.written-line")
    expect(turn.get_by_text(WORTH)).to_be_hidden()
    summary.press("Enter")
    expect(turn.get_by_text("Not borne out by the archive")).to_be_visible()
    first = turn.locator(".dropped").first
    expect(first).to_contain_text("The model says “3.1 million”; the archive says “2.1 million”.")
    expect(first.locator("s")).to_have_text(WORTH)
    expect(first.locator("s")).to_have_css("text-decoration-line", "line-through")

    turn = ask(page, "What of the ferry?")
    expect(turn.locator(".doubt")).to_have_count(0)
    turn.get_by_role("button", name="In order of time").click()
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"- published 14 May 2025: {KEPT}")
    assert copied.endswith("; 2 sentences left out.")

    desk.fallback = Fallback.UNREACHABLE
    turn = ask(page, "And the ferry?")
    expect(turn.locator(".written")).to_have_text(
        "The language model could not be reached; these are the archive’s own sentences"
    )
    assert COST not in turn.inner_text()
    served.stop()


def test_the_report_opens_beside_the_chat_shut_in(
    reader: Callable[..., Page], tmp_path: Path
) -> None:
    script = (
        "let kept; try { localStorage.x = 1; kept = 'open' } catch { kept = 'shut in' }"
        "document.querySelector('h1').textContent = `${kept}, of ${origin}`"
    )
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    file = tmp_path / "report.html"
    file.write_text(
        '<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; script-src 'sha256-{allowed}'\"><h1></h1>"
        f"<script>{script}</script><script>document.title = 'not allowed'</script>"
    )
    served = Served(create_app(CheckedDesk(), report=file))
    page = reader(served.url)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="How well is it grounded?").click()
    report = opened.value
    expect(report.get_by_role("heading")).to_have_text("shut in, of null")
    assert report.title() != "not allowed"
    served.stop()
