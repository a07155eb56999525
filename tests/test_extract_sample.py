"""Every page of the sample archive gives its story and nothing around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml.html import HtmlElement, document_fromstring

from index.extract import body_of, extract
from index.types import Extraction, Label, Page

SAMPLE = Path(__file__).parent.parent / "eval" / "sample" / "articles"
PAGES = sorted(SAMPLE.glob("*.html"))
TEXTS = sorted(SAMPLE.glob("*.txt"))
OUTSIDE = (
    "teaser", "related", "newsletter", "comment", "promo", "most-read", "read-more", "cookie",
    "app", "card", "app-promo", "newsletter-box", "inline-related", "story-link", "more-stories",
    "comments", "legal", "site-footer",
)  # fmt: skip


def read(path: Path) -> Extraction:
    media = "html" if path.suffix == ".html" else "text"
    return extract(Page(path.name, media, path.read_bytes()))  # type: ignore[arg-type]


def page_tree(path: Path) -> HtmlElement:
    return document_fromstring(path.read_text(encoding="utf-8"))


def test_there_is_a_sample() -> None:
    assert PAGES
    assert TEXTS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_sample_page_gives_its_story_alone(path: Path) -> None:
    found = read(path)
    body, _ = body_of(found.story)
    assert len(found.story) > 4
    tree = page_tree(path)
    for name in OUTSIDE:
        for box in tree.find_class(name):
            for element in box.iter("p", "li", "h2", "h3"):
                text = " ".join(element.text_content().split())
                assert len(text) < 25 or text not in body, name
    # what the page prints as running text is all there
    for paragraph in tree.iter("p"):
        if next(paragraph.iterancestors("article"), None) is not None and not any(
            set((above.get("class") or "").split()) & {*OUTSIDE, "byline", "meta"}
            or above.tag in {"aside", "figure", "footer"}
            for above in (paragraph, *paragraph.iterancestors())
        ):
            text = " ".join(paragraph.text_content().split())
            running = " ".join(body.split())
            assert len(text) < 80 or text.startswith("Read more") or text in running


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_sample_page_gives_its_metadata(path: Path) -> None:
    found = read(path).metadata
    tree = page_tree(path)
    assert found.title
    heading = next(tree.iter("h1"))
    assert found.title in " ".join(heading.text_content().split())
    assert found.url
    assert found.url.startswith("https://")
    assert found.source
    assert found.author
    assert found.language == "en"
    assert found.published
    assert found.published.year in {2024, 2025}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_sample_text_gives_its_story_alone(path: Path) -> None:
    found = read(path)
    story = [block.text for block in found.story]
    first = next(i for i, block in enumerate(found.blocks) if block.text == story[0])
    assert first > 0
    assert any(block.label is Label.PROMOTION for block in found.asides)
    assert any(block.label is Label.TEASER for block in found.asides)
    assert story[-1].startswith("There will be no dining car.")
    assert not any("drones" in line or "Westhaven" in line for line in story)
    assert (found.metadata.author, found.metadata.published) != (None, None)


def test_a_dateline_set_apart_by_its_style_alone_is_not_glued_to_the_first_sentence() -> None:
    (path,) = SAMPLE.glob("*hollin-dam-spillway-fails-four-dead.html")
    texts = [block.text for block in read(path).story]
    assert "Stonewick" in texts
    assert any(text.startswith("At least four people died") for text in texts)
