"""The sample's pages keep the promises of its README."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from tests.sample_pages import (
    PAGES,
    TEXTS,
    by_url,
    canonical,
    news,
    published,
    squeeze,
    story,
    tree,
)

MARK = "Sample material written for Byline; the people, places and events are invented."
OUTLETS = {"The Harbour Gazette", "Adlerby Courier", "Meridian Wire"}


def test_there_are_enough_articles_of_three_outlets() -> None:
    assert len(by_url()) >= 36
    assert len(TEXTS) >= 1
    sources = {tree(p).xpath("string(//meta[@property='og:site_name']/@content)") for p in PAGES}
    assert sources == OUTLETS
    count = Counter(url.split("/")[2] for url in by_url())
    assert len(count) == 3
    assert all(host.endswith(".example") for host in count)


def test_there_are_enough_sections() -> None:
    sections = {
        tree(p).xpath("string(//meta[@property='article:section']/@content)") for p in PAGES
    }
    assert {"World", "Politics", "Business", "Science", "Sport", "Culture"} <= sections


def test_the_dates_span_eighteen_months() -> None:
    dates = [published(p) for p in PAGES]
    assert (max(dates) - min(dates)).days >= 18 * 30.5


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_a_page_is_whole(path: Path) -> None:
    page, data = tree(path), news(path)
    assert page.get("lang") in {"en", "en-GB"}
    headline = squeeze(page.xpath("string(//h1)"))
    assert data["headline"] == headline
    assert page.xpath("string(//meta[@property='og:title']/@content)") == headline
    assert canonical(path).startswith("https://")
    assert published(path).tzinfo is not None
    assert (
        page.xpath("string(//meta[@property='article:published_time']/@content)")
        == (data["datePublished"])
    )
    if "dateModified" in data:
        assert datetime.fromisoformat(data["dateModified"]) >= published(path)
    for field in ("author", "publisher", "articleSection", "mainEntityOfPage"):
        assert data[field], field
    assert page.xpath("//figure//figcaption")
    assert page.xpath("//*[contains(@class, 'comments')]")
    words = sum(len(p.split()) for p in story(path))
    assert 230 <= words <= 650


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_a_page_is_marked_as_a_sample(path: Path) -> None:
    page = tree(path)
    assert page.xpath("string(//meta[@name='sample-material']/@content)") == MARK
    (note,) = page.xpath("//*[contains(@class, 'sample-note')]")
    assert squeeze(note.text_content()) == MARK
    assert not note.xpath("ancestor::article")


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_a_text_is_marked_as_a_sample_and_has_no_markup(path: Path) -> None:
    text = path.read_text("utf-8")
    assert MARK in text
    assert not re.search(r"</?[a-z]+[^>]*>", text)


def test_one_article_is_saved_under_two_addresses() -> None:
    twice = [paths for paths in by_url().values() if len(paths) > 1]
    assert len(twice) == 1
    first, second = twice[0]
    assert [p for p in story(first) if p in story(second)]
    assert news(first)["headline"] == news(second)["headline"]


def test_four_articles_carry_a_correction() -> None:
    opens = ("Correction, ", "Clarification, ", "(Corrects ", "This article was amended on ")
    corrected = [p for p in PAGES if any(t.startswith(opens) for t in story(p))]
    assert len(corrected) == 4
    for path in corrected:
        assert datetime.fromisoformat(news(path)["dateModified"]) > published(path)


def test_one_story_is_syndicated() -> None:
    def plain(text: str) -> str:
        return re.sub(r"[“”]", '"', text).replace("’", "'").split(" (Meridian Wire) – ")[-1]

    bodies = {url: [plain(t) for t in story(paths[0])] for url, paths in by_url().items()}
    copies = []
    for url, body in bodies.items():
        for other, theirs in bodies.items():
            if url < other and len(set(body) & set(theirs)) >= 5:
                copies.append((url, other))
    assert len(copies) == 1
    first, second = copies[0]
    assert bodies[first] != bodies[second]
    assert first.split("/")[2] != second.split("/")[2]
