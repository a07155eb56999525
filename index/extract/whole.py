"""Records of an export: the content is the story alone, with nothing to cut away.

Neither the segmenter nor the extractor is asked: however short, it is a story.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from index.extract.clean import one_line
from index.extract.lines import paragraphs
from index.types import Block, Label

_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "td", "div")
_HEADING_WORDS = 14
_ENDS = (".", "!", "?", "…", ",", ";", ":", "”", '"', "»", ")")


def text_blocks(text: str, title: str | None) -> list[Block]:
    """The paragraphs of plain text; a short line without a stop is a heading."""
    lines = _without_title(paragraphs(text), title)
    return [
        Block(line, Label.STORY, heading=_is_heading(line, lines[n + 1 : n + 2]))
        for n, line in enumerate(lines)
    ]


def html_blocks(tree: HtmlElement, title: str | None) -> list[Block]:
    """The paragraphs and headings of an HTML fragment, in order."""
    for dead in list(tree.iter("script", "style", "noscript", "iframe", "form", "figure")):
        dead.drop_tree()
    found = list(_html(tree))
    if not found:
        return text_blocks(tree.text_content(), title)
    kept = set(_without_title([text for text, _ in found[:1]], title))
    return [
        Block(text, Label.STORY, heading)
        for n, (text, heading) in enumerate(found)
        if n or text in kept
    ]


def _html(tree: HtmlElement) -> Iterator[tuple[str, bool]]:
    for element in tree.iter(*_BLOCKS):
        if next(element.iterdescendants(*_BLOCKS), None) is not None:
            # Only its own text: what its children hold comes with them.
            text = one_line(element.text or "")
        else:
            text = one_line(element.text_content())
        if text:
            yield text, element.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}
        after = one_line(element.tail or "")
        if (
            after
            and element.getparent() is not None
            and element.getparent().tag
            in (
                *_BLOCKS,
                "body",
            )
        ):
            yield after, False


def _is_heading(line: str, following: list[str]) -> bool:
    return (
        bool(following)
        and len(line.split()) <= _HEADING_WORDS
        and not line.endswith(_ENDS)
        and len(following[0]) > len(line)
        and following[0].endswith(_ENDS)
        and not any(char.isdigit() for char in line)
    )


def _without_title(lines: list[str], title: str | None) -> list[str]:
    if lines[1:] and title and one_line(title).casefold() == lines[0].casefold():
        return lines[1:]
    return lines
