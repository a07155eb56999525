"""The story of a page that was scraped to raw text, with no markup left."""

from __future__ import annotations

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
    story = segment(lines, repeated) or _few(lines, shapes, repeated)
    if not story:
        prose = sum(shape.prose for shape in shapes)
        raise NoStory(f"no story in {len(lines)} lines of text, {prose} of them sentences")
    story = _with_title(lines, shapes, story)
    blocks = []
    for place, (line, shape) in enumerate(zip(lines, shapes, strict=True)):
        label = _label(line, shape, place in story, repeated)
        heading = (
            label is Label.STORY
            and _is_heading(line, shape)
            and place + 1 in story
            and shapes[place + 1].ended
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


def _with_title(lines: Sequence[str], shapes: Sequence[Shape], story: range) -> range:
    """With the headline that stands right above the story, if it is the story's."""
    above = story.start - 1
    if above < 0 or not is_headline(lines[above]) or shapes[above].ended:
        return story
    title, *body = terms_of([lines[above], *(lines[i] for i in story)])
    words = frozenset().union(*(terms.words for terms in body))
    if len(title.words & words) * 2 >= max(2, len(title.words)):
        return range(above, story.stop)
    return story
