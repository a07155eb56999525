"""The search of an archive on a database server that has no search server beside it.

There is nothing below the newest changes (`index.snapshot`): each reader takes all
passages into its memory when it opens the archive, and from then on what changes.
Enough for some 100,000 passages, of which the first look takes some seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from index.base import Base, Progress
from index.embed import Vectors
from index.types import Filters
from index.vectors import Scored


class NothingBase:
    """An engine that finds nothing: what changed after `seen` is looked up beside it."""

    passages = 0
    kind = "exact, in memory"
    recall = 1.0

    def __init__(self, seen: int = 0) -> None:
        self.vectors_seen = self.terms_seen = seen

    def without(self, vectors: Collection[str], terms: Collection[str]) -> NothingBase:
        return self

    def search_vectors(self, vector: Vectors, k: int, filters: Filters) -> list[Scored]:
        return []

    def search_terms(
        self, text: str, k: int, filters: Filters, languages: Sequence[str]
    ) -> list[Scored]:
        return []

    def teased(self, text: str, k: int, filters: Filters) -> list[str]:
        return []

    def frequency(self, word: str, key: str) -> int:
        return 0


class MemorySearch:
    """For reading."""

    def is_current(self, base: Base, connection: Connection | None = None) -> bool:
        return True

    def open(self, connection: Connection, progress: Progress | None = None) -> NothingBase:
        return NothingBase()

    def sizes(self) -> tuple[int, int]:
        return 0, 0

    def close(self) -> None:
        pass


class NothingDerived:
    """Of such an archive the writer keeps nothing but the database."""

    def catch_up(self) -> None:
        pass

    def rebuild(self) -> None:
        pass

    def close(self) -> None:
        pass
