"""The main path in a real browser, with the real assistant over the sample archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index.embed import SentenceTransformerEmbedder
from index.ingest import Ingest
from index.sources import open_source
from index.writer import ArchiveWriter
from rag import Assistant
from tests import browsing
from tests.browsing import Served, ask
from ui.server import create_app

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = browsing.reader

ARTICLES = Path(__file__).parent.parent / "eval" / "sample" / "articles"
RAIN = "How much rain fell at Hollin before the disaster?"
RAINED = "The weather service measured 148 millimetres of rain at Hollin in 36 hours"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("sample") / "archive"
    embedder = SentenceTransformerEmbedder()
    with ArchiveWriter(folder, embedder.identity) as writer:
        Ingest(writer, embedder).run(open_source(ARTICLES).pages())
    assistant = Assistant.open(folder)
    yield assistant
    assistant.close()


@pytest.fixture(scope="module")
def url(assistant: Assistant) -> Iterator[str]:
    served = Served(create_app(assistant))
    yield served.url
    served.stop()


def test_the_examples_are_drawn_from_the_archive_and_answered(
    reader: Callable[..., Page], url: str
) -> None:
    page = reader(url)
    expect(page.locator(".edition")).to_contain_text("Jan 2024 to Jul 2025")
    expect(page.locator(".example")).not_to_have_count(0)
    page.locator(".example").first.click()
    expect(page.locator(".chip").first).to_be_enabled()


def test_the_main_path(reader: Callable[..., Page], url: str) -> None:
    page = reader(url)

    turn = ask(page, RAIN)
    expect(turn.locator(".copy")).to_contain_text(RAINED)
    expect(turn.locator(".cited")).to_contain_text("The Harbour Gazette, 11 October 2024")
    expect(turn.locator(".facts-line")).to_contain_text("articles searched")

    chip = turn.locator(".sentence", has_text=RAINED).locator(".chip")
    chip.click()
    panel = page.locator("#source")
    expect(panel.locator("mark")).to_contain_text(RAINED)
    expect(panel).to_contain_text("Four dead as spillway fails at Hollin Dam")
    expect(panel).to_contain_text("By Nora Pell")
    link = panel.get_by_role("link", name="Read it at harbourgazette.example")
    assert "#:~:text=" in (link.get_attribute("href") or "")

    turn = ask(page, "And why did it fail?")
    expect(turn.locator(".notes")).to_contain_text("following on from")
    turn = ask(page, "What happened at Hollin in October 2024?")
    expect(turn.locator(".notes")).to_contain_text("dates: 1 to 31 October 2024")

    page.locator("summary", has_text="Sources").click()
    page.get_by_role("checkbox", name="Meridian Wire").check()
    turn = ask(page, "How deep does the new coral live?")
    expect(turn).to_contain_text("Nothing within these limits")
    turn.get_by_role("button", name="Ask without the filters").click()
    expect(turn.locator(".copy")).to_contain_text("coral that lives without sunlight")
    page.get_by_role("button", name="Clear filters").click()

    turn = ask(page, "Who won the Champions League final?")
    expect(turn).to_contain_text("Not in the archive")
    expect(turn.locator(".nearest a")).to_have_count(3)

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export the conversation").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert f"## {RAIN}" in text
    assert RAINED in text


def test_a_verdict_is_kept_in_the_archive(
    reader: Callable[..., Page], url: str, assistant: Assistant
) -> None:
    page = reader(url)
    turn = ask(page, RAIN)
    turn.get_by_role("button", name="Not helpful").click()
    expect(turn.locator(".verdict")).to_contain_text("Thank you. This is kept with the archive.")
    turn.get_by_placeholder("Why? (optional)").fill("Which disaster?")
    turn.get_by_role("button", name="Send").click()
    expect(turn.locator(".verdict")).to_contain_text("Your reason is kept with the archive.")
    with closing(sqlite3.connect(assistant.archive.location.path / "archive.db")) as database:
        rows = database.execute("SELECT question, helpful, reason FROM feedback").fetchall()
    assert rows[-1] == (RAIN, 0, "Which disaster?")
