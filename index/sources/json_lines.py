"""JSON Lines: one record a line, read a line at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from index.sources.reading import Item, Opened, Reading, Unfit
from index.sources.records import page_from_record
from index.types import Skip, SkipReason

_LONGEST_LINE: Final = 50
"""A line of this many times the limit cannot be skipped in reasonable time."""

_PIECE: Final = 1 << 16


def read_json_lines(opened: Opened, reading: Reading) -> Iterator[Item]:
    """A page for each line; a broken line is skipped and the next one read."""
    empty = True
    for item in read_lines(opened.stream, opened.origin, reading.max_bytes):
        yield item
        empty = False
    if empty:
        raise Unfit(SkipReason.EMPTY)


def read_lines(
    stream: BinaryIO, origin: str, limit: int, *, first: int = 1, lines: int | None = None
) -> Iterator[Item]:
    """The same for `lines` lines of an export (None: all), of which the next is number `first`."""
    for number, line in islice(_lines(stream, limit, first), lines):
        place = f"{origin}:{number}"
        if line is None:
            detail = f"a line of more than {limit:,} bytes"
            yield Skip(place, SkipReason.TOO_LARGE, detail)
        elif line.strip():
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError) as error:
                yield Skip(place, SkipReason.MALFORMED, f"line {number}: {error}")
            else:
                yield page_from_record(row, origin, number)


def _lines(stream: BinaryIO, limit: int, first: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one that is too long, of which little is kept."""
    number = first - 1
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) <= limit or line.endswith(b"\n"):
            yield number, line
            continue
        del line
        _finish_line(stream, limit * _LONGEST_LINE)
        yield number, None


def _finish_line(stream: BinaryIO, limit: int) -> None:
    passed = 0
    while piece := stream.readline(_PIECE):
        passed += len(piece)
        if piece.endswith(b"\n"):
            return
        if passed > limit:
            raise Unfit(SkipReason.TOO_LARGE, "a line without an end")


def estimate_lines(stream: BinaryIO, size: int) -> int:
    """About how many lines there are, from the length of the first ones."""
    sample = stream.read(1 << 20)
    lines = sample.count(b"\n") + (not sample.endswith(b"\n"))
    return lines if len(sample) >= size else max(1, round(lines * size / len(sample)))
