"""Indexes that a reader makes for itself, where those of the archive cannot be used.

A reader writes nothing to an archive. What it makes lies in a temporary folder, whose
name goes at once, and whose pages go with the last who looks into them.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from index import building
from index.base import Progress
from index.derived import PassageVectors, update_terms
from index.errors import ArchiveError
from index.terms import TermIndex
from index.vectors import DamagedIndex, VectorIndex

log = logging.getLogger(__name__)


def vectors(
    archive: Path,
    connection: Connection,
    dimension: int,
    change: int,
    progress: Progress | None,
    why: DamagedIndex,
) -> VectorIndex:
    """Of all passages, of which there is at least one. Raises ArchiveError."""
    source = PassageVectors(connection, dimension)
    with _folder(archive, "vector", why) as folder:
        file = folder / "vectors.faiss"
        building.build(file, source, dimension, change, progress)
        return VectorIndex.load(file, dimension)


def terms(
    archive: Path,
    connection: Connection,
    change: int,
    progress: Progress | None,
    why: DamagedIndex,
) -> TermIndex:
    """Of all passages and teasers. Raises ArchiveError."""
    with _folder(archive, "word", why) as folder:
        made = TermIndex(folder)
        update_terms(made, connection, 0, change, progress)
        made.close()
        return TermIndex.open(folder)


def few_terms(connection: Connection, change: int, why: DamagedIndex) -> TermIndex:
    """The same in memory, for passages that take little of it."""
    log.info("building the word index in memory: %s", why)
    made = TermIndex()
    update_terms(made, connection, 0, change)
    made.close()
    return made


@contextmanager
def _folder(archive: Path, what: str, why: DamagedIndex) -> Iterator[Path]:
    log.warning(
        "building the %s index for this process alone: %s. The next command that writes to %s "
        "makes it for all",
        what,
        str(why),  # not itself: whoever keeps what is logged would keep the index
        archive,
    )
    try:
        with tempfile.TemporaryDirectory(prefix="byline-") as folder:
            yield Path(folder)
    except (OSError, RuntimeError, ValueError, DamagedIndex) as failure:
        raise ArchiveError(
            f"the {what} index of {archive} cannot be used ({why}), and none could be made in "
            f"{tempfile.gettempdir()}: {failure}. Free some space there, or run a command that "
            "writes to the archive: it makes the index anew"
        ) from failure
