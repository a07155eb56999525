"""The paragraphs of raw text, whether or not its lines were wrapped."""

from __future__ import annotations

import re
from itertools import pairwise

from index.extract.clean import normalise, one_line

MAX_LINES = 5_000
_WIDEST = 100  # columns; longer lines were not wrapped by hand or by a wire
_NARROWEST = 40
_FULL = 0.7  # of the widest line: a shorter one ends its paragraph
_INDENTED = 2  # lines that begin with an indent, and it is the way of this text
_OPEN = 0.35  # of the lines break off in mid-sentence where text is wrapped
_ENDED = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")
_SPACES = re.compile(r"^[ \t\u00a0]*")


def paragraphs(text: str) -> list[str]:
    """One cleaned line per paragraph, in order, at most `MAX_LINES` of them.

    Scraped text has a paragraph per line. Wire copy and mail are wrapped at
    some 70 columns; there lines are joined up to a blank line, an indent or
    a line that stops short.
    """
    lines = text.expandtabs(4).splitlines()
    if _is_wrapped(lines):
        lines = _joined(lines)
    found = (one_line(line) for line in lines[: 4 * MAX_LINES])
    return [line for line in found if line][:MAX_LINES]


def _is_wrapped(lines: list[str]) -> bool:
    bodies = [line.strip() for line in lines if line.strip()]
    long = [line for line in bodies if len(line) >= _NARROWEST]
    if len(long) < 3 or max(map(len, bodies)) > _WIDEST:
        return False
    # a line that breaks off and is carried on by the next one
    carried = sum(
        1
        for line, following in pairwise(lines)
        if len(line.strip()) >= _NARROWEST and following.strip() and not _ENDED.search(line.strip())
    )
    return carried >= _OPEN * len(long)


def _joined(lines: list[str]) -> list[str]:
    width = max(len(line.rstrip()) for line in lines)
    indents = [_indent(line) for line in lines if line.strip()]
    margin = min(indents, default=0)
    # Where paragraphs begin with an indent, a short line that breaks off goes on;
    # elsewhere it is a headline.
    indented = sum(indent > margin for indent in indents) >= _INDENTED
    joined: list[str] = []
    open_ = False
    for line in lines:
        text = normalise(line)
        if not text:
            open_ = False
            continue
        if open_ and _indent(line) == margin:
            joined[-1] = f"{joined[-1]} {text}"
        else:
            joined.append(text)
        short = len(line.rstrip()) < _FULL * width
        ended = bool(_ENDED.search(text))
        open_ = not (short and (ended or (len(text) < _NARROWEST and not indented)))
    return joined


def _indent(line: str) -> int:
    found = _SPACES.match(line)
    return len(found.group()) if found else 0
