"""The story of an HTML page, found by trafilatura and tidied.

trafilatura (Barbaresi 2021, https://aclanthology.org/2021.acl-demo.15) with
its fast setting and comments off measured best of the extractors tried. It
gives back a small tree of `p`, `head`, `list`, `quote` and `table`, so that
headings stay told from paragraphs. What follows here drops what it is known
to let through: the title again, "Read more: ..." and calls to subscribe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura import bare_extraction
from trafilatura.settings import Document

from index.errors import NoStory
from index.extract.chunks import join_chunks
from index.extract.clean import one_line
from index.extract.tidy import tidy
from index.types import Block, Label

# lxml's parser stops at 256 levels of nesting unless told otherwise; a page
# nested deeper is an attack or broken, and is read as far as that.
_CONTAINERS = {"list", "quote", "table", "row", "div", "body", "main", "article"}
_HEADING_LENGTH = 200
_HEADLINE_WORDS = 3
_POPUP = re.compile(r"rollover|tooltip|popover|popup|hovercard", re.I)
_DATELINE = re.compile(r"(?:^|[\s_-])dateline(?:$|[\s_-])", re.I)
# A line break inside a paragraph starts another one where it is doubled or
# follows the end of a sentence; elsewhere it is layout.
_PARAGRAPH = re.compile(r"\n\s*\n|(?<=[.!?…。！？:;\"”»])[^\S\n]*\n")


def parse(text: str) -> HtmlElement:
    """The tree of a page. Raises NoStory when there is none in it."""
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    data = text.encode("utf-8", errors="replace").replace(b"\0", b"")
    try:
        return document_fromstring(data, parser=parser, ensure_head_body=True)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise NoStory("the page holds no HTML that can be read") from error


def story_blocks(tree: HtmlElement, url: str | None, titles: Iterable[str]) -> list[Block]:
    """The blocks of the story, and those found among them that are not of it."""
    join_chunks(tree)
    for popup in _popups(tree):
        popup.drop_tree()
    _part_datelines(tree)
    links = _links(tree)
    document = bare_extraction(tree, url=url, fast=True, include_comments=False)
    if not isinstance(document, Document) or document.body is None:
        return []
    return tidy(list(_blocks(document.body)), titles, links)


def page_titles(tree: HtmlElement, known: str | None) -> list[str]:
    """Everything the page may print as its title above the story."""
    titles = [known or ""]
    titles += [heading.text_content() for heading in tree.iter("h1", "title")]
    titles += [
        tag.get("content") or "" for tag in tree.iter("meta") if tag.get("property") == "og:title"
    ]
    return titles


def _popups(tree: HtmlElement) -> list[HtmlElement]:
    """Boxes inside a paragraph that open when the reader points at a name."""
    return [
        box
        for box in tree.iter("span")
        if _POPUP.search(box.get("class") or "")
        and next(box.iterancestors("p"), None) is not None
        and box.find(".//a") is not None
        and box.find(".//img") is not None
    ]


def _part_datelines(tree: HtmlElement) -> None:
    """Give a dateline that only its style tells from the sentence a paragraph of its own."""
    for line in [e for e in tree.iter("span", "b", "strong") if _DATELINE.search(_class(e))]:
        paragraph = line.getparent()
        if paragraph is None or paragraph.tag != "p" or (paragraph.text or "").strip():
            continue
        if paragraph.index(line) or not (line.tail or "")[:1].isspace():
            continue
        place = paragraph.makeelement("p")
        place.text = line.text_content()
        paragraph.text, line.tail = (line.tail or "").lstrip(), None
        paragraph.remove(line)
        paragraph.addprevious(place)


def _class(element: HtmlElement) -> str:
    return element.get("class") or ""


def _links(tree: HtmlElement) -> frozenset[str]:
    """The texts of the page's links that are long enough to be headlines."""
    texts = (one_line(link.text_content()) for link in tree.iter("a") if link.get("href"))
    return frozenset(text for text in texts if len(text.split()) >= _HEADLINE_WORDS)


def _blocks(body: etree._Element) -> Iterator[Block]:
    """Flatten trafilatura's tree into paragraphs and headings."""
    for element in body:
        if element.tag == "row":
            cells = [one_line(_text(cell)) for cell in element]
            yield from _block(" | ".join(cell for cell in cells if cell))
        elif element.tag in _CONTAINERS and len(element):
            yield from _block(element.text or "")
            yield from _blocks(element)
        elif element.tag == "head":
            yield from _block(_text(element), heading=True)
        else:
            for paragraph in _PARAGRAPH.split(_text(element)):
                yield from _block(paragraph)
        yield from _block(element.tail or "")


def _text(element: etree._Element) -> str:
    """The text of an element, its line breaks being newlines."""
    parts = [element.text or ""]
    for child in element:
        parts.append("\n" if child.tag == "lb" else _text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _block(text: str, heading: bool = False) -> Iterator[Block]:
    line = one_line(text)
    if line:
        yield Block(line, Label.STORY, heading=heading and len(line) <= _HEADING_LENGTH)
