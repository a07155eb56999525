"""What an extractor lets through that is no part of the story.

Works on blocks in page order, whatever found them: the title printed again
above the story, calls to subscribe or comment, and pointers to other stories
with the list of headlines that stands under them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set

from index.extract.patterns import is_promotion, points_elsewhere
from index.types import Block, Label

_TOP = 6  # the title is printed again among the first few blocks or not at all
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_WORD = re.compile(r"\w+")


def tidy(blocks: Sequence[Block], titles: Iterable[str], links: Set[str]) -> list[Block]:
    """Relabel the blocks that are not story, and drop the title."""
    kept = _below_title(blocks, {_key(title) for title in titles} - {""})
    labelled: list[Block] = []
    under_pointer = False
    for block in kept:
        if is_promotion(block.text):
            label, under_pointer = Label.PROMOTION, False
        elif points_elsewhere(block.text):
            label, under_pointer = Label.TEASER, True
        elif under_pointer and not block.heading and not is_sentence(block.text):
            label = Label.TEASER
        else:
            label, under_pointer = Label.STORY, False
        labelled.append(Block(block.text, label, block.heading and label is Label.STORY))
    return _without_bare_headings(_without_links(labelled, links))


def is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    return _ENDED.search(text) is not None


def _below_title(blocks: Sequence[Block], titles: set[str]) -> Sequence[Block]:
    """The blocks after the last printing of the title near the top."""
    for place in range(min(_TOP, len(blocks)) - 1, -1, -1):
        if _key(blocks[place].text) in titles and not any(
            is_sentence(block.text) for block in blocks[:place]
        ):
            return blocks[place + 1 :]
    return blocks


def _without_links(blocks: Sequence[Block], links: Set[str]) -> list[Block]:
    """With lists of links relabelled: two blocks in a row that are a link each."""
    linked = [
        b.label is Label.STORY and b.text in links and not is_sentence(b.text) for b in blocks
    ]
    return [
        Block(block.text, Label.TEASER)
        if linked[i] and (linked[i - 1 : i] == [True] or linked[i + 1 : i + 2] == [True])
        else block
        for i, block in enumerate(blocks)
    ]


def _without_bare_headings(blocks: Sequence[Block]) -> list[Block]:
    """Without the headings that no story text follows."""
    last = max(
        (i for i, b in enumerate(blocks) if b.label is Label.STORY and not b.heading), default=-1
    )
    return [
        block
        for place, block in enumerate(blocks)
        if place <= last or not block.heading or block.label is not Label.STORY
    ]


def _key(title: str) -> str:
    return " ".join(_WORD.findall(title.casefold()))
