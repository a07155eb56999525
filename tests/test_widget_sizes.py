"""What the widget weighs, as a browser fetches it: printed, and gated."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests import browsing, widget_pages
from tests.fake_service import Pages, Service
from tests.widget_pages import body
from ui.widget.files import by_path, files, languages

browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit

README = Path(__file__).parents[1] / "README.md"
LOADER = 10_240  # bytes under gzip -9, at most
ALL = 40_960  # the same, of everything that a conversation with its sources needs


def needed(language: str) -> set[str]:
    return {files()[name].path for name in ("byline.js", "core", f"strings.{language}")}


def sizes(language: str) -> tuple[int, int]:
    """Bytes under gzip -9: of the loader, and of all that a conversation needs."""
    found = {
        path: len(gzip.compress(by_path()[path].body, 9, mtime=0)) for path in needed(language)
    }
    return found["byline.js"], sum(found.values())


@pytest.mark.parametrize("language", languages())
def test_the_chat_weighs_no_more_than_promised(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    loader, total = sizes(language)
    with capsys.disabled():
        print(f"\nwidget, {language}: loader {loader:,}, all {total:,} bytes gzipped")  # noqa: T201
    assert loader <= LOADER
    assert total <= ALL


def test_the_readme_says_what_the_chat_weighs() -> None:
    said = re.search(r"(\d+) KB to load, (\d+) KB in all \(gzipped\)", README.read_text("utf-8"))
    assert said
    heaviest = max(map(sizes, languages()), key=lambda each: each[1])
    assert tuple(map(int, said.groups())) == tuple(round(each / 1000) for each in heaviest)


@pytest.mark.browser
def test_nothing_else_is_fetched_for_a_whole_conversation_nor_anything_before_it(
    visit: Callable[..., Page], pages: Pages, service: Service
) -> None:
    fetched: set[str] = set()

    def note(request: Request) -> None:
        name = request.url.removeprefix(service.url)
        if request.url.startswith(service.url) and not name.startswith("v1/"):
            fetched.add(name)

    page = visit(pages.put("/sizes", body(service.tag('data-language="ru"'))))
    page.on("request", note)
    page.reload()
    launcher = page.locator("byline-chat button")
    expect(launcher).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert fetched == {"byline.js"}

    launcher.click()
    chat = page.get_by_role("dialog")
    widget_pages.ask(chat, "What did the harbour council decide about the night ferry?")
    chat.locator(".chip").first.click()
    expect(chat.locator("mark")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert fetched == needed("ru")
