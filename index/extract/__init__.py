"""From a page to its story: labelled blocks and metadata.

    Page ── decode ──> text ──┬── html ──> blocks, metadata
                              └── raw ───> blocks, metadata

A page holds one story and pieces of others. Only blocks labelled STORY are
the story; what else was read is kept aside and never cited.
"""

from __future__ import annotations

import logging

from index.errors import BylineError, NoStory
from index.extract.asides import asides
from index.extract.body import body_of
from index.extract.clean import normalise
from index.extract.decode import MAX_PAGE_BYTES, check, decode
from index.extract.html import page_titles, parse, story_blocks
from index.extract.metadata import html_metadata, text_metadata
from index.extract.raw import credits_of, raw_blocks, raw_title
from index.extract.whole import html_blocks, text_blocks
from index.types import Extraction, Label, Page, SkipReason

__all__ = ["MAX_PAGE_BYTES", "body_of", "check", "extract", "normalise"]

# what a parser thinks of a page is no news to the user: NoStory says it once
for _name in ("trafilatura", "htmldate", "charset_normalizer", "courlan"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_MIN_LETTERS = 40  # less is a caption or an error message, not a story


def extract(page: Page, repeated: frozenset[str] = frozenset()) -> Extraction:
    """Find the story of a page, label the rest, and read its metadata.

    `repeated` holds lines known to stand on other pages of the same site;
    they are never story in raw text. Raises NoStory, and nothing else, when
    the page holds none: whatever a page contains, it cannot stop an ingest.
    """
    reason = check(page.content) if isinstance(page.content, bytes) else _too_large(page.content)
    if reason is not None:
        raise NoStory(f"the page is {reason.value}")
    try:
        text = decode(page.content)
        if page.whole:
            return _whole(page, text)
        found = _html(page, text) if page.media == "html" else _raw(page, text, repeated)
    except BylineError:
        raise
    except Exception as error:  # a parser broken by what it was given
        raise NoStory(f"the page cannot be read ({type(error).__name__})") from error
    return found


def _html(page: Page, text: str) -> Extraction:
    tree = parse(text)
    titles = page_titles(tree, page.known.title)
    blocks = story_blocks(tree, page.url, titles)
    story = [block for block in blocks if block.label is Label.STORY]
    body, _ = body_of(story)
    if _letters(body) < _MIN_LETTERS:
        raise NoStory(f"no story on the page: {_letters(body)} letters of running text")
    before, after = asides(tree, blocks)
    return Extraction(html_metadata(tree, page, body), (*before, *blocks, *after))


def _raw(page: Page, text: str, repeated: frozenset[str]) -> Extraction:
    blocks = raw_blocks(text, repeated)
    body, _ = body_of(blocks)
    if _letters(body) < _MIN_LETTERS:
        raise NoStory(f"no story in the text: {_letters(body)} letters of running text")
    return Extraction(
        text_metadata(page, body, raw_title(blocks), *credits_of(blocks)), tuple(blocks)
    )


def _whole(page: Page, text: str) -> Extraction:
    if page.media == "html":
        tree = parse(text)
        blocks = html_blocks(tree, page.known.title)
        body, _ = body_of(blocks)
        metadata = html_metadata(tree, page, body)
    else:
        blocks = text_blocks(text, page.known.title)
        body, _ = body_of(blocks)
        metadata = text_metadata(page, body, raw_title(blocks) if blocks else "", None, None)
    if not body:
        raise NoStory("the record holds no text")
    return Extraction(metadata, tuple(blocks))


def _too_large(content: str) -> SkipReason | None:
    if len(content) > MAX_PAGE_BYTES:
        return SkipReason.TOO_LARGE
    return None if content.strip() else SkipReason.EMPTY


def _letters(body: str) -> int:
    return sum(char.isalpha() for char in body)
