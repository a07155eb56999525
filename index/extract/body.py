"""From story blocks to the body that every offset points into."""

from __future__ import annotations

from collections.abc import Sequence

from index.types import Block, Label, Span

SEPARATOR = "\n\n"


def body_of(blocks: Sequence[Block]) -> tuple[str, tuple[Span, ...]]:
    """Join the story's blocks and say where its headings are in the result.

    Blocks that are not labelled STORY are left out, so that a whole
    `Extraction.blocks` may be passed as well as its `story`.
    """
    body: list[str] = []
    headings: list[Span] = []
    place = 0
    for block in blocks:
        if block.label is not Label.STORY:
            continue
        if block.heading:
            headings.append(Span(place, place + len(block.text)))
        body.append(block.text)
        place += len(block.text) + len(SEPARATOR)
    return SEPARATOR.join(body), tuple(headings)
