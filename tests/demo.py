"""The demo newspaper and the real server behind it, on two origins, and readers who come by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from rag import Assistant
from tests.browsing import DESK, Served, watched
from ui.api.capacity import Capacity
from ui.demo import create_demo
from ui.demo.stories import stories
from ui.server import create_app
from ui.serving.service import Service
from ui.sites.store import Sites

STRINGS = Path(__file__).parent.parent / "ui" / "widget" / "static" / "strings"
STORY = "/news/hollin-final-report"
COST = "What is rebuilding expected to cost?"
COSTS = "Rebuilding is now expected to cost 810 million crowns"
_PATIENCE = 20_000  # milliseconds for an answer, where the tests' machine is busy
# what the browser itself says of a page's policy, from the first moment on
_WATCH = """
addEventListener("securitypolicyviolation", (event) => {
  console.warn(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


def words(language: str = "en") -> dict[str, str]:
    found: dict[str, str] = json.loads((STRINGS / f"{language}.json").read_text(encoding="utf-8"))
    return found


@dataclass
class Stage:
    """`server` answers, `paper` embeds; a reader reaches the paper as localhost."""

    server: Served
    paper: Served
    sites: Sites
    key: str
    more: list[Served] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.paper.port}"

    def elsewhere(self) -> str:
        """The same pages with the same key on an origin that the site does not have."""
        other = Served(create_demo(self.server.url, self.key))
        self.more.append(other)
        return f"http://localhost:{other.port}"

    def stop(self) -> None:
        for served in (*self.more, self.paper, self.server):
            served.stop()


@pytest.fixture(scope="module")
def stage(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    sites = Sites.open(tmp_path_factory.mktemp("sites"), refresh=0.1)
    server = Served(create_app(assistant, service=Service(capacity=Capacity(2, 16), sites=sites)))
    paper = Served(create_demo(server.url, "byl_"))
    origin = f"http://localhost:{paper.port}"
    site = sites.add(
        "gazette",
        title="The Harbour Gazette",
        origins=(origin,),
        per_minute=0,
        per_day=0,
        visitor_per_minute=0,
    )
    paper.stop()
    paper.start(create_demo(server.url, site.key))
    stage = Stage(server, paper, sites, site.key)
    yield stage
    stage.stop()


@pytest.fixture
def visitor(browser: Browser, stage: Stage) -> Iterator[Callable[..., Page]]:
    """Opens a page; at the end it has asked no other host, broken no policy, and run no error.

    `at` is another origin than the paper's own. Unless `framed`, a frame may be refused.
    """
    opened: list[tuple[Page, list[str]]] = []

    def come(
        path: str,
        *,
        at: str | None = None,
        viewport: dict[str, int] = DESK,
        framed: bool = True,
        **options: Any,
    ) -> Page:
        root = at or stage.url
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(15_000)
        context.add_init_script(_WATCH)
        page = context.new_page()
        opened.append((page, watched(page, (f"{root}/", stage.server.url), framed=framed)))
        page.goto(root + path)
        return page

    yield come
    for page, _ in opened:
        page.context.close()
    assert [each for _, troubles in opened for each in troubles] == []


def launcher(page: Page, language: str = "en") -> Locator:
    page.get_by_role("button", name=words(language)["launcher"]).click()
    return page.get_by_role("dialog")


def inline(page: Page, language: str = "en") -> Locator:
    page.locator("byline-chat").scroll_into_view_if_needed()
    return page.locator("byline-chat")


def foot(page: Page, language: str = "en") -> Locator:
    page.locator("byline-ask").scroll_into_view_if_needed()
    return page.locator("byline-ask")


@dataclass(frozen=True)
class Form:
    """One of the three ways to embed: the page it stands on, and how a reader comes to it."""

    name: str
    path: str
    find: Callable[[Page, str], Locator]


FORMS = (
    Form("launcher", STORY, launcher),
    Form("inline", "/", inline),
    Form("foot", STORY, foot),
)


def ask(form: Locator, question: str, language: str = "en") -> Locator:
    """Ask, wait for the whole answer, and return its turn."""
    said = words(language)
    form.get_by_role("textbox", name=said["question"]).fill(question)
    form.get_by_role("button", name=said["ask"], exact=True).click()
    turn = form.locator(".turn", has=form.page.get_by_text(question, exact=True)).last
    expect(turn).to_have_attribute("aria-busy", "false", timeout=_PATIENCE)
    return turn


def open_source(form: Locator, turn: Locator, language: str = "en") -> Locator:
    """The panel that an answer's first citation opens, with its quote highlighted."""
    chip = turn.locator(".chip").first
    panel = form.get_by_role("region", name=re.compile(words(language)["source"].split(" {")[0]))
    if panel.count() == 0 or not panel.is_visible():
        chip.click()
    expect(panel.locator("mark").first).to_be_visible()
    return panel


def publisher(page: Page, stage: Stage) -> None:
    """The newspaper's own address, which links lead to, shows its stories as they were printed."""

    def printed(route: Route) -> None:
        name = next(name for name, story in stories().items() if story.url == route.request.url)
        page_text = httpx.get(f"{stage.url}/bare/news/{name}").text
        route.fulfill(body=page_text, content_type="text/html")

    page.context.route("https://www.harbourgazette.example/**", printed)
    page.context.route("https://www.harbourgazette.example/static/**", lambda route: route.abort())
