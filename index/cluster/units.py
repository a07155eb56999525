"""What sources divide into, so that several machines may read them at once.

A folder divides into lots of files, in order of name; a JSON Lines file that is not
packed into parts at line ends; any other file is read by one. All that is fetched
from the web is one unit together: one fetcher then keeps its distance to every host,
which two on two machines could not. Fetching waits rather than computes, so that
nothing is lost by it; the pages are extracted and embedded everywhere.

Paths are held in the memory of the one who divides: some 150 bytes a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.sources.kinds import Kind, is_page_name
from index.sources.local import FileSource, FolderSource, kind_of_path, walk
from index.sources.parts import Part, parts
from index.sources.reading import Reading, Source, Unfit
from index.types import Skip

_FILES = 64  # of a lot: enough for some batches of the embedder, few to read again


@dataclass(frozen=True, slots=True)
class Files:
    """Files, and what was met among them that is none."""

    found: tuple[Path | Skip, ...]
    pages: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """A part of an export."""

    part: Part

    @property
    def pages(self) -> int:
        return self.part.lines


@dataclass(frozen=True, slots=True)
class Web:
    """What is read with one fetcher: URLs, and files that list URLs."""

    specs: tuple[str, ...]

    @property
    def pages(self) -> None:
        """Unknown: to find out would be to fetch them."""
        return


Unit = Files | Lines | Web
"""`pages`: about how many it holds, None where nobody knows."""


def divide(sources: dict[str, Source]) -> Iterator[Unit]:
    """The units of sources that were opened, by what they were called."""
    web = list[str]()
    for spec, source in sources.items():
        if isinstance(source, FolderSource):
            yield from _folder(source.path)
        elif isinstance(source, FileSource) and not _lists_urls(source.path):
            yield from _file(_absolute(source.path))
        elif isinstance(source, FileSource):
            web.append(str(_absolute(source.path)))
        else:
            web.append(spec)
    if web:
        yield Web(tuple(web))


def total(units: Iterable[Unit]) -> int | None:
    """How many pages there are in all, where every unit can tell."""
    pages = 0
    for unit in units:
        if unit.pages is None:
            return None
        pages += unit.pages
    return pages


def _folder(root: Path) -> Iterator[Unit]:
    lot = list[Path | Skip]()
    for found in walk(_absolute(root)):
        if isinstance(found, Path) and not is_page_name(found.name):
            divided = list(_file(found))
            if len(divided) > 1 or divided[0].pages is None:  # a collection
                yield from divided
                continue
        lot.append(found)
        if len(lot) == _FILES:
            yield Files(tuple(lot), len(lot))
            lot.clear()
    if lot:
        yield Files(tuple(lot), len(lot))


def _file(path: Path) -> Iterator[Unit]:
    divided = parts(path)
    if divided:
        yield from map(Lines, divided)
    else:
        yield Files((path,), FileSource(path, Reading()).count())


def _lists_urls(path: Path) -> bool:
    try:
        return not is_page_name(path.name) and kind_of_path(path) is Kind.SITEMAP
    except (Unfit, OSError, EOFError, ValueError):
        return False  # whoever reads it says why it cannot be read


def _absolute(path: Path) -> Path:
    """As any process finds it; links are left as they are, as `local.shown` does."""
    return Path(os.path.abspath(path))  # noqa: PTH100
