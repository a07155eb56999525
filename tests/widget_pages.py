"""Somebody's pages with the widget on them, in a real browser, for the tests of the widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browsing import DESK, watched
from tests.fake_service import Pages, Service

HEAD = '<meta name="viewport" content="width=device-width,initial-scale=1"></head><body>'
# Kept by the page itself, since a policy's reports go nowhere in a test.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (each) =>
  violations.push(`${each.violatedDirective}: ${each.blockedURI} ${each.sample}`));
window.heard = [];
for (const name of ["ready", "open", "close", "ask", "answer", "cite", "error"]) {
  document.addEventListener(`byline:${name}`, (each) => heard.push([name, each.detail]));
}
"""


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    served = Pages()
    yield served
    served.served.stop()


@pytest.fixture(scope="module")
def service(pages: Pages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("sites"), pages.origin)
    yield made
    made.stop()


@pytest.fixture
def alone(pages: Pages, tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """A server of its own, for a test that changes or stops it."""
    made: list[Service] = []

    def make(**given: Any) -> Service:
        made.append(Service(tmp_path, pages.origin, **given))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as its visitor would; nothing may fail, be blocked or ask another host."""
    opened: list[tuple[Page, list[str]]] = []

    def come(url: str, *, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        page = context.new_page()
        opened.append((page, watched(page, ("http://127.0.0.1:",))))
        page.goto(url)
        return page

    yield come
    found = []
    for page, troubles in opened:
        found += troubles + page.evaluate("window.violations")
        page.context.close()
    assert found == []


def body(inside: str) -> str:
    return f"{HEAD}<h1>News</h1>{inside}</body>"


def ask(chat: Locator, question: str) -> Locator:
    """Asks, waits for the whole answer, and returns its turn."""
    chat.locator("textarea").fill(question)
    chat.locator("textarea").press("Enter")
    turn = chat.locator(".turn").last
    expect(turn.locator(".asked")).to_have_text(question)
    expect(turn).to_have_attribute("aria-busy", "false")
    return turn


def heard(page: Page, name: str) -> list[Any]:
    """The details of the events of this name that the page heard."""
    found: list[Any] = page.evaluate(
        "name => heard.filter(each => each[0] === name).map(each => each[1])", name
    )
    return found
