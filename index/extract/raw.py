"""The story of a page that was scraped to raw text, with no markup left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.errors import NoStory
from index.extract.features import Shape, shape_of
from index.extract.lines import paragraphs
from index.extract.segment import segment
from index.extract.words import terms_of
from index.types import Block, Label

_HEADING_WORDS = 14
_TITLE_WORDS = (3, 25)
_TITLE_LENGTH = 120
_BETWEEN = 6  # lines between a title and the first paragraph at most
_CREDIT = 60  # characters of a line that holds a date and little else
_BYLINE = re.compile(r"^by\s+(\w[^\d,|]{2,60}?)(?:\s*[,|].*)?$", re.I)
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?|\d{1,2} [^\W\d_]{3,9} \d{4}"
    r"|[^\W\d_]{3,9} \d{1,2}, \d{4}"
)
_FEW = 3  # paragraphs that are too few to tell a story from teasers by company


def raw_blocks(text: str, repeated: frozenset[str] = frozenset()) -> list[Block]:
    """Every line of raw text, labelled: one run of story, and the rest.

    `repeated` holds lines known to stand on other pages of the same site.
    Inside the story a line that promotes or points elsewhere keeps its own
    label, so that it is not cited. Raises NoStory when there is no story.
    """
    lines = paragraphs(text)
    if not lines:
        raise NoStory("the text is empty")
    shapes = [shape_of(line) for line in lines]
    story = _few(lines, shapes, repeated) or segment(lines, repeated)
    if not story:
        prose = sum(shape.prose for shape in shapes)
        raise NoStory(f"no story in {len(lines)} lines of text, {prose} of them sentences")
    title = _title_place(lines, shapes, story)
    blocks = []
    for place, (line, shape) in enumerate(zip(lines, shapes, strict=True)):
        label = _label(line, shape, place == title or place in story, repeated)
        heading = label is Label.STORY and (
            place == title
            or (_is_heading(line, shape) and place + 1 in story and shapes[place + 1].ended)
        )
        blocks.append(Block(line, label, heading))
    return blocks


def raw_title(blocks: Sequence[Block]) -> str:
    """The title of a raw story: its own first line, or its first sentence cut.

    The line counts as a title when it has the shape of a headline.
    """
    first = next(block.text for block in blocks if block.label is Label.STORY)
    if is_headline(first) or len(first) <= _TITLE_LENGTH:
        return first
    cut = first[:_TITLE_LENGTH].rsplit(" ", 1)[0]
    sentence = first.split(". ", 1)[0]
    return sentence if len(sentence) <= _TITLE_LENGTH else f"{cut.rstrip(' ,;:–—-')}…"


def is_headline(line: str) -> bool:
    """Whether a line has the shape of a headline: some words and no full stop."""
    shape = shape_of(line)
    low, high = _TITLE_WORDS
    return (
        low <= shape.words <= high
        and not line.endswith((".", ":", ";", ","))
        and not shape.flagged
        and not shape.meta
    )


def _label(line: str, shape: Shape, inside: bool, repeated: frozenset[str]) -> Label:
    if shape.promotion:
        return Label.PROMOTION
    if inside and not shape.pointer and line not in repeated:
        return Label.STORY
    return Label.TEASER


def _is_heading(line: str, shape: Shape) -> bool:
    return (
        shape.words <= _HEADING_WORDS
        and not shape.flagged
        and not line.endswith((".", "!", "…", ",", ";", ":", '."', ".”", "”", '"'))
    )


def _few(lines: Sequence[str], shapes: Sequence[Shape], repeated: frozenset[str]) -> range:
    """A text of very few paragraphs, and nothing else, is a story as it stands."""
    prose = [i for i, s in enumerate(shapes) if s.prose and lines[i] not in repeated]
    others = len(lines) - len(prose)
    if not 1 <= len(prose) <= _FEW or others > len(prose) + 1:
        return range(0)
    return range(prose[0], prose[-1] + 1)


def _title_place(lines: Sequence[str], shapes: Sequence[Shape], story: range) -> int | None:
    """The place of the story's own headline above it, if there is one.

    Bylines, dates and sharing prompts may stand in between. A headline that
    has little to do with the story belongs to another one.
    """
    candidates = range(story.start - 1, max(-1, story.start - 1 - _BETWEEN), -1)
    terms = terms_of([lines[i] for i in (*candidates, *story)])
    words = frozenset().union(*(line.words for line in terms[len(candidates) :]))
    for place, title in zip(candidates, terms, strict=False):
        if shapes[place].prose or shapes[place].pointer or shapes[place].truncated:
            return None
        shared = len(title.words & words) * 2 >= max(4, len(title.words))
        if shared and is_headline(lines[place]) and not shapes[place].ended:
            return place
    return None


def credits_of(blocks: Sequence[Block]) -> tuple[str | None, str | None]:
    """The byline and the date printed between a raw story's title and its text."""
    start = next(i for i, b in enumerate(blocks) if b.label is Label.STORY and not b.heading)
    author = published = None
    for block in blocks[max(0, start - _BETWEEN) : start]:
        byline, date = _BYLINE.match(block.text), _DATE.search(block.text)
        if byline:
            author = byline.group(1)
        if date and len(block.text) <= _CREDIT:
            published = date.group()
    return author, published
