"""Where a text quotes: the ranges between quotation marks, of every kind.

A quotation of several paragraphs opens each of them with a mark and closes
only the last. A range never crosses a line; its marks belong to it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_CLOSERS = {"“": "”", '"': '"”', "«": "»", "„": "“”»", "‘": "’", "'": "'"}
_SINGLE = "‘'"
HIDDEN = "￼"  # stands for each code point of a quotation that was masked


@dataclass(frozen=True, slots=True)
class Quotation:
    """`[start, end)` of a text, marks included. `goes_on`: the next line's first continues it."""

    start: int
    end: int
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Quotations:
    """All of a text's, in order; they do not overlap."""

    ranges: tuple[Quotation, ...]
    _starts: list[int] = field(repr=False)

    def within(self, start: int, end: int) -> Sequence[Quotation]:
        """Those that touch `[start, end)`."""
        first = bisect.bisect_right(self._starts, start) - 1
        if first < 0 or self.ranges[first].end <= start:
            first += 1
        return self.ranges[first : bisect.bisect_left(self._starts, end)]


def quotations(text: str) -> Quotations:
    """Find them, in time linear in the text."""
    found: list[Quotation] = []
    lines = [m.span() for m in re.finditer(r"[^\n]+", text)]
    for n, (start, end) in enumerate(lines):
        following = (
            text[lines[n + 1][0] : lines[n + 1][0] + 8].lstrip() if n + 1 < len(lines) else ""
        )
        found += _in_line(text, start, end, following[:1])
    return Quotations(tuple(found), [q.start for q in found])


def mask(text: str, ranges: Sequence[Quotation]) -> str:
    """The text with what is quoted hidden, every offset kept."""
    parts: list[str] = []
    at = 0
    for quotation in ranges:
        parts += [text[at : quotation.start], HIDDEN * (quotation.end - quotation.start)]
        at = quotation.end
    return "".join([*parts, text[at:]])


def _in_line(text: str, start: int, end: int, following: str) -> list[Quotation]:
    found: list[Quotation] = []
    exhausted: set[str] = set()  # marks that nothing in the rest of the line closes
    at = start
    while at < end:
        char = text[at]
        if char not in _CLOSERS or char in exhausted or not _opens(text, at, start):
            at += 1
            continue
        close = _closing(text, at, end, _CLOSERS[char])
        if close is not None:
            found.append(Quotation(at, close))
            at = close
        elif char not in _SINGLE and following == char:
            found.append(Quotation(at, end, goes_on=True))
            at = end
        else:
            exhausted.add(char)
            at += 1
    return found


def _opens(text: str, at: int, start: int) -> bool:
    """A mark opens before a word and after none: 'tis so for the ambiguous ones."""
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    return not before.isalnum() and not after.isspace()


def _closing(text: str, opened: int, end: int, closers: str) -> int | None:
    """One past the mark that closes, None where there is none.

    A single mark may be an apostrophe: it closes after a stop or comma, or,
    curly and with no such place in the line, where no letter follows.
    """
    if text[opened] not in _SINGLE:
        found = [i for c in closers if (i := text.find(c, opened + 1, end)) >= 0]
        return min(found) + 1 if found else None
    pattern = _AFTER_STOP[text[opened]]
    match = pattern.search(text, opened + 1, end)
    if match is None and text[opened] == "‘":
        match = _BEFORE_SPACE.search(text, opened + 1, end)
    return match.end() if match else None


_AFTER_STOP = {
    "‘": re.compile(r"(?<=[.,!?…])’(?!\w)"),
    "'": re.compile(r"(?<=[.,!?…])'(?!\w)"),
}
_BEFORE_SPACE = re.compile(r"’(?!\w)")
