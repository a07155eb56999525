"""A large JSON Lines file in parts, so that several may read it.

The parts end at line ends, and each knows the number of its first line: where a
record has no id of its own, its line is what tells its article from others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.sources.json_lines import read_lines
from index.sources.kinds import Kind
from index.sources.local import kind_of_path, opened_file, shown
from index.sources.reading import Item, Reading, Unfit, guarded

PART_BYTES: Final = 4_000_000
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a file: `lines` of them from byte `start` on, the first is number `first`."""

    path: Path
    start: int
    first: int
    lines: int


@dataclass(frozen=True, slots=True)
class PartSource:
    """The records in one part of a file."""

    part: Part
    reading: Reading

    def pages(self) -> Iterator[Item]:
        origin = shown(self.part.path)
        yield from guarded(origin, self._pages(origin))

    def count(self) -> int | None:
        return self.part.lines

    def _pages(self, origin: str) -> Iterator[Item]:
        part = self.part
        with opened_file(part.path) as (stream, _):
            stream.seek(part.start)
            limit = self.reading.max_bytes
            yield from read_lines(stream, origin, limit, first=part.first, lines=part.lines)


def parts(path: Path, size: int = PART_BYTES) -> list[Part]:
    """A file's parts of about `size` bytes; none where it cannot or need not be divided.

    The file is read through once, to count its lines.
    """
    try:
        if kind_of_path(path) is not Kind.JSONL:
            return []
        with opened_file(path) as (stream, length):
            if length is None or length <= size:
                return []
            found = list[Part]()
            start = read = lines = 0
            first, last = 1, b""
            while piece := stream.read(_PIECE):
                read += len(piece)
                end = piece.rfind(b"\n") + 1
                lines += piece.count(b"\n")
                last = piece[-1:]
                if end and read - start >= size:
                    found.append(Part(path, start, first, lines))
                    start, first, lines = read - len(piece) + end, first + lines, 0
            if start < read:
                found.append(Part(path, start, first, lines + (last != b"\n")))
    except (Unfit, OSError, EOFError, ValueError):
        return []  # whoever reads it says why it cannot be read
    return found
