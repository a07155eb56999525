"""What else an HTML page says in sentences: teasers and promotion.

None of it is ever cited. It is kept so that a reader of the archive can see
what was left out, and so a wrong decision can be noticed. Best effort,
bounded, and never more trouble than the story itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree
from lxml.html import HtmlElement

from index.extract.clean import one_line
from index.extract.patterns import is_promotion
from index.types import Block, Label

MAX_ASIDES = 60
_MAX_LENGTH = 500
_WORDS = 5  # fewer are labels and menu entries
_LEAVES = frozenset(
    {"p", "li", "h2", "h3", "h4", "h5", "blockquote", "figcaption", "a", "div", "span"}
)
_BLOCKS = frozenset(
    {"p", "li", "h1", "h2", "h3", "h4", "h5", "div", "blockquote", "ul", "ol", "table"}
)
_SKIPPED = frozenset(
    {"nav", "script", "style", "noscript", "template", "select", "form", "svg", "head"}
)
_PROMOTED = re.compile(
    r"newsletter|subscri|sign-?up|promo|advert|sponsor|comment|disqus|share|social|cookie|consent"
    r"|paywall|donat|app-(?:banner|download|install)|download",
    re.I,
)
_ANCESTORS = 4


def asides(tree: HtmlElement, story: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """The sentence-like texts that stand before and after the story."""
    body = " ".join(block.text for block in story)
    first = story[0].text if story else ""
    before: list[Block] = []
    after: list[Block] = []
    seen: set[str] = set()
    found = before
    for element, text in _leaves(tree):
        if first and text == first:
            found = after
        if len(found) >= MAX_ASIDES // 2:
            if found is after:
                break
            continue
        if text not in seen and text not in body:
            seen.add(text)
            found.append(Block(text[:_MAX_LENGTH].rstrip(), _label(element, text)))
    return before, after


def _leaves(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Elements that hold a text of their own, with it, in page order."""
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        if element.tag in _SKIPPED:
            walk.skip_subtree()
        elif element.tag in _LEAVES and not any(child.tag in _BLOCKS for child in element):
            walk.skip_subtree()
            text = element.text_content()
            if len(text.split()) >= _WORDS:
                yield element, one_line(text)


def _label(element: HtmlElement, text: str) -> Label:
    marks = [element, *list(element.iterancestors())[:_ANCESTORS]]
    named = " ".join(f"{m.get('class') or ''} {m.get('id') or ''}" for m in marks)
    return Label.PROMOTION if is_promotion(text) or _PROMOTED.search(named) else Label.TEASER
