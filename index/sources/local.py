"""Files and folders on this machine."""

from __future__ import annotations

import gzip
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from index.sources.json_lines import estimate_lines
from index.sources.kinds import HEAD_BYTES, Kind, is_page_name, kind_of_file
from index.sources.readers import READERS
from index.sources.reading import Item, Opened, Reading, Unfit, guarded
from index.types import Skip, SkipReason

_SINGLE: Final = frozenset({Kind.HTML, Kind.TEXT})


def shown(path: Path) -> str:
    """The absolute path, fit to be printed and stored: it names articles.

    Bytes that are not UTF-8 and control characters (a file name may hold a
    line break) are written as escapes.
    """
    absolute = os.path.abspath(path)  # noqa: PTH100 (resolve would follow links)
    text = os.fsencode(absolute).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@dataclass(frozen=True, slots=True)
class FileSource:
    """One file. `follow` is False for a file that was only found in a folder."""

    path: Path
    reading: Reading
    follow: bool = True

    def pages(self) -> Iterator[Item]:
        origin = shown(self.path)
        yield from guarded(origin, self._pages(origin))

    def count(self) -> int | None:
        """1 for a page, an estimate for JSON Lines, None for other collections."""
        if is_page_name(self.path.name):
            return 1  # without opening it: there may be a million
        try:
            with opened_file(self.path) as (stream, size):
                kind = kind_of_file(self.path.name, stream.read(HEAD_BYTES))
                if kind is Kind.JSONL and size is not None:
                    stream.seek(0)
                    return estimate_lines(stream, size)
        except (Unfit, OSError, EOFError, ValueError):
            return 1  # a file that cannot be read is one skip
        return 1 if kind in _SINGLE else None

    def _pages(self, origin: str) -> Iterator[Item]:
        with opened_file(self.path) as (stream, size):
            kind = kind_of_file(self.path.name, stream.read(HEAD_BYTES))
            limit = self.reading.max_bytes
            if kind in _SINGLE and size is not None and size > limit:
                raise Unfit(SkipReason.TOO_LARGE, f"{size:,} bytes; the limit is {limit:,}")
            stream.seek(0)
            opened = Opened(stream, origin, follow=self.follow)
            yield from READERS[kind](opened, self.reading)


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Every file in a folder and the folders in it, in order of name.

    Hidden files are left out. Symbolic links are reported and not followed:
    what they lead to is either in the folder already or not meant to be.
    """

    path: Path
    reading: Reading

    def pages(self) -> Iterator[Item]:
        for found in walk(self.path):
            if isinstance(found, Skip):
                yield found
            else:
                yield from FileSource(found, self.reading, follow=False).pages()

    def count(self) -> int | None:
        total = 0
        for found in walk(self.path):
            one = 1 if isinstance(found, Skip) else FileSource(found, self.reading).count()
            if one is None:
                return None
            total += one
        return total


def walk(root: Path) -> Iterator[Path | Skip]:
    """The files in a folder and below, in order of name, and what is left out of them."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        if folder is not root:
            mode = folder.lstat().st_mode if os.path.lexists(folder) else 0
            if stat.S_ISLNK(mode):
                yield Skip(shown(folder), SkipReason.UNSUPPORTED, "a symbolic link, not followed")
                continue
            if not stat.S_ISDIR(mode):
                yield folder
                continue
        try:
            names = sorted(os.listdir(folder), reverse=True)  # noqa: PTH208 (names, not paths)
        except OSError as error:
            yield Skip(shown(folder), SkipReason.UNREADABLE, error.strerror or str(error))
            continue
        waiting.extend(folder / name for name in names if not name.startswith("."))


def kind_of_path(path: Path) -> Kind:
    """What a file is. Raises Unfit, OSError, EOFError, ValueError where that cannot be told."""
    with opened_file(path) as (stream, _):
        return kind_of_file(path.name, stream.read(HEAD_BYTES))


@contextmanager
def opened_file(path: Path) -> Iterator[tuple[BinaryIO, int | None]]:
    """The file, unpacked as it is read, and its size if it is not packed.

    A pipe or a device is refused before it is opened: opening one can hang.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise Unfit(SkipReason.UNSUPPORTED, "not a regular file")
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield cast(BinaryIO, unpacked), None
        else:
            yield file, os.fstat(file.fileno()).st_size
