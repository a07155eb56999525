"""Stories cut into pieces by adverts, put together again.

Some sites lay a story out as several equal boxes with adverts between them.
An extractor that looks for the one box with the story then returns a piece.
"""

from __future__ import annotations

import re
from collections import defaultdict

from lxml.html import HtmlElement

_LEVELS = 3  # how far up the box that holds all the pieces may be
_PIECE = 200  # characters of direct paragraphs that make a box a piece
_BODY = re.compile(r"article|body|story|entry|post|content|text", re.I)
_OTHER = re.compile(
    r"comment|repl(?:y|ies)|respon[ds]|related|recommend|teaser|promo|sidebar|widget|footer|card"
    r"|list-item|listing|feed",
    re.I,
)
_Signature = tuple[str, ...]


def join_chunks(tree: HtmlElement) -> None:
    """Move the pieces of a story into the first of them, in place.

    Pieces have the same class, hang at the same depth under one box, hold
    paragraphs of their own, and no title: a page that appends whole further
    stories has titles between them and is left alone.
    """
    groups: dict[tuple[HtmlElement, _Signature], list[HtmlElement]] = defaultdict(list)
    for box in {p.getparent(): None for p in tree.iter("p")}:
        if box is None or not _is_piece(box):
            continue
        path = [_signature(box)]
        for above in list(box.iterancestors())[:_LEVELS]:
            groups[(above, tuple(path))].append(box)
            path.append(_signature(above))
    for (above, _), boxes in groups.items():
        if len(boxes) > 1 and _is_one_story(above, boxes):
            first, *rest = boxes
            for piece in rest:
                first.extend(list(piece))


def _is_piece(box: HtmlElement) -> bool:
    classes = box.get("class") or ""
    if box.tag != "div" or not _BODY.search(classes) or _OTHER.search(classes):
        return False
    return sum(len(p.text_content()) for p in box.findall("p")) >= _PIECE


def _is_one_story(above: HtmlElement, boxes: list[HtmlElement]) -> bool:
    marks = [above, *list(above.iterancestors())[:_LEVELS]]
    if any(_OTHER.search(f"{m.get('class') or ''} {m.get('id') or ''}") for m in marks):
        return False
    return next(above.iter("h1", "article"), None) in (None, above)


def _signature(element: HtmlElement) -> str:
    return f"{element.tag}.{element.get('class') or ''}"
