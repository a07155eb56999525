"""What the README tells publishers and programmers to paste works as it says."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, expect

from rag import Assistant
from tests import browsing, demo
from tests.browsing import Served
from tests.programs import serving
from tests.test_readme import block, run
from ui.sites.store import Sites

browser = browsing.browser

VOTES = "How many votes did the flood compensation bill get?"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    Sites.open(folder)
    return folder


@pytest.fixture(scope="module")
def url(assistant: Assistant, sites: Path) -> Iterator[str]:
    with serving(assistant, sites=sites) as url:
        yield url


def test_a_site_gets_a_key_and_the_line_for_its_template(
    sample_archive: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_archive, tmp_path / "archive")
    printed = run(["sh", "-ec", block("site")], tmp_path)
    (site,) = Sites.open(tmp_path / "archive").list()
    assert site.origins == ("https://news.example.org",)
    line = block("page").splitlines()[0].replace("KEY", site.key)
    assert line in printed


@pytest.mark.browser
def test_the_lines_for_a_page_put_the_chat_on_it_in_each_form(
    url: str, sites: Path, browser: Browser
) -> None:
    page = FastAPI()
    lines = ""

    @page.get("/")
    def story() -> HTMLResponse:
        return HTMLResponse(f"<!doctype html><html lang=en><title>A story</title>{lines}")

    served = Served(page)
    site = Sites.open(sites).add("page", origins=[served.url.rstrip("/")])
    lines = block("page").replace("https://chat.example.org/", url).replace("KEY", site.key)
    opened = browser.new_page()
    opened.goto(served.url)
    inline = demo.inline(opened)
    (example,) = re.findall(r'examples="([^"]+)"', lines)
    expect(inline.get_by_role("button", name=example)).to_be_visible()
    expect(demo.ask(inline, VOTES)).to_contain_text("131 votes to 24")
    expect(demo.foot(opened).get_by_role("textbox")).to_be_visible()
    lines = re.sub("<byline-chat.*</byline-chat>\n", "", lines)  # else no launcher is needed
    opened.goto(served.url)
    expect(demo.launcher(opened).get_by_role("textbox")).to_be_visible()
    opened.close()
    served.stop()


def test_the_client_answers_in_python(url: str, tmp_path: Path) -> None:
    code = block("client").replace("http://127.0.0.1:7860", url)
    assert "131 votes to 24" in run([sys.executable, "-c", code], tmp_path)
