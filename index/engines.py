"""Which engine searches an archive, by where the archive lies."""

from __future__ import annotations

from sqlalchemy import Engine

from index.base import Derived, Progress, Search
from index.embedded import EmbeddedSearch
from index.location import Folder, Location
from index.memory import MemorySearch, NothingDerived


def open_search(location: Location, engine: Engine, dimension: int) -> Search:
    """What a reader of the archive searches. Raises ArchiveError."""
    if isinstance(location, Folder):
        return EmbeddedSearch(location.path, engine, dimension)
    return MemorySearch(engine, dimension)


def open_derived(
    location: Location, engine: Engine, dimension: int, progress: Progress | None
) -> Derived:
    """What a writer of the archive keeps up to date. Raises ArchiveError."""
    if isinstance(location, Folder):
        from index.indexes import DerivedIndexes

        return DerivedIndexes(location.path, engine, dimension, progress)
    return NothingDerived()
