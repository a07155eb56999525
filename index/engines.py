"""Which engine searches an archive, by where the archive lies."""

from __future__ import annotations

from sqlalchemy import Engine

from index import database, outbox
from index.base import Derived, Progress, Search
from index.embedded import EmbeddedSearch
from index.location import Folder, Location, Remote
from index.memory import MemorySearch, NothingDerived


def open_search(location: Location, engine: Engine, dimension: int) -> Search:
    """What a reader of the archive searches. Raises ArchiveError."""
    if isinstance(location, Folder):
        return EmbeddedSearch(location.path, engine, dimension)
    if _has_server(location, engine):
        from index.milvus.engine import MilvusSearch

        return MilvusSearch(location, engine, dimension)
    return MemorySearch()


def open_derived(
    location: Location, engine: Engine, dimension: int, progress: Progress | None
) -> Derived:
    """What a writer of the archive keeps up to date. Raises ArchiveError."""
    if isinstance(location, Folder):
        from index.indexes import DerivedIndexes

        return DerivedIndexes(location.path, engine, dimension, progress)
    if _has_server(location, engine):
        from index.milvus.engine import MilvusDerived

        return MilvusDerived(location, engine, dimension, progress)
    return NothingDerived()


def require_search(location: Location) -> None:
    """Raise NoWordSearch or SearchUnavailable where the address names a server that will not do.

    To be asked before much is written there.
    """
    if isinstance(location, Remote) and location.milvus is not None:
        from index.milvus.server import Server

        server = Server(location.milvus)
        try:
            server.require_words()
        finally:
            server.close()


def _has_server(location: Remote, engine: Engine) -> bool:
    """Whether Milvus searches it: its address says so, or did when it was last written to."""
    if location.milvus is not None:
        return True
    with database.reading(engine) as connection:
        return outbox.is_kept(connection)
