"""The search of an archive on a database server that has no search server beside it.

FAISS and tantivy in each reader's memory, built from the database when it is opened:
enough for some 100,000 passages, of which reading takes some seconds.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from index import database
from index.base import Base, Progress
from index.derived import count_passages, update_terms, vectors_since
from index.embedded import EmbeddedBase
from index.terms import TermIndex
from index.vectors import VectorIndex

_FEW = 1_000  # passages that have changed since: no reason to build everything anew
_SHARE = 0.25  # of all passages


class MemorySearch:
    """Builds everything, and builds it again when much of it has changed."""

    def __init__(self, engine: Engine, dimension: int) -> None:
        self._engine = engine
        self._dimension = dimension

    def is_current(self, base: Base, connection: Connection | None = None) -> bool:
        if connection is None:
            return True
        changed = count_passages(connection, max(1, base.vectors_seen))
        return changed <= max(_FEW, _SHARE * base.passages)

    def open(self, connection: Connection, progress: Progress | None) -> EmbeddedBase:
        change = database.last_change(connection)
        keys, matrix = vectors_since(connection, self._dimension, 0, progress)
        vectors = VectorIndex.build(keys, matrix, self._dimension)
        vectors.seen = change
        terms = TermIndex()
        update_terms(terms, connection, 0, change, progress)
        terms.close()
        return EmbeddedBase(vectors, terms, (change,), self._engine)

    def sizes(self) -> tuple[int, int]:
        return 0, 0

    def close(self) -> None:
        pass


class NothingDerived:
    """Of such an archive the writer keeps nothing but the database."""

    def forget(self, keys: list[int]) -> None:
        pass

    def catch_up(self) -> None:
        pass

    def rebuild(self) -> None:
        pass

    def close(self) -> None:
        pass
