"""Where a raw story begins and ends, by the signs that stand at its edges.

The best span is decided by sums and may fall a paragraph short or run a line
long. A byline above, a call to comment below and the length of paragraphs
say more about the edges than any score.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.extract.features import Shape

_GAP = 3  # lines between a story and a paragraph that is still of it
_SENTENCES = 3
_REACH = 10  # lines below its byline that a story begins at the latest


def with_edges(story: range, shapes: Sequence[Shape]) -> range:
    """With what stands between the story and a sure sign of where it ends.

    A byline or date stands over its own story, so all prose from there on
    belongs to it. Below, a single paragraph before the end of the page or a
    call to comment belongs to it: teasers come in rows.
    """
    start, stop = story.start, story.stop
    for place in range(start - 1, max(-1, start - _REACH - 1), -1):
        shape = shapes[place]
        if shape.pointer or shape.truncated:
            break
        if shape.meta:
            start = next(i for i in range(place, start + 1) if shapes[i].prose or i == start)
            break
    start, stop = _past_paragraphs(start, stop, shapes)
    following = [*shapes[stop:], None, None][:2]
    line, after = following
    if line is not None and _is_sentence(line) and (after is None or after.flagged):
        stop += 1
    return range(start, stop)


def _is_sentence(shape: Shape) -> bool:
    return shape.ended and not shape.flagged and not shape.meta


def _past_paragraphs(start: int, stop: int, shapes: Sequence[Shape]) -> tuple[int, int]:
    """With paragraphs of several sentences close by: no teaser is that long."""
    place = stop
    while place < min(len(shapes), stop + _GAP) and not shapes[place].flagged:
        if shapes[place].prose and shapes[place].sentences >= _SENTENCES:
            stop = place + 1
        place += 1
    place = start - 1
    while place >= max(0, start - _GAP) and not shapes[place].flagged:
        if shapes[place].prose and shapes[place].sentences >= _SENTENCES:
            start = place
        place -= 1
    return start, stop


def without_loose_end(story: range, shapes: Sequence[Shape]) -> range:
    """Without lines at the end that no story ends with: labels and prompts."""
    stop = story.stop
    while stop > story.start:
        shape = shapes[stop - 1]
        if not shape.flagged and (shape.words > 12 or (shape.ended and not shape.meta)):
            break
        stop -= 1
    return range(story.start, stop)
