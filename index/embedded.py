"""The search of an archive in a folder: FAISS and tantivy files beside the database.

Reading never writes: an index that is missing or damaged is built in memory, from
everything.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection, Engine, select

from index import database, rows
from index.base import Base, Progress
from index.derived import check_seen, update_terms, vectors_since
from index.embed import Vectors
from index.errors import ArchiveError
from index.schema import articles, passages
from index.terms import TermIndex
from index.types import Filters
from index.vectors import DamagedIndex, Keys, Scored, VectorIndex

log = logging.getLogger(__name__)

VECTORS = "vectors.faiss"
TERMS = "terms"
_Index = TypeVar("_Index", VectorIndex, TermIndex)


@dataclass(frozen=True, slots=True)
class EmbeddedBase:
    """The indexes as they are on disk, and which files they were read from."""

    vectors: VectorIndex
    terms: TermIndex
    stamp: tuple[int, ...]  # differs between any two states of the files
    engine: Engine

    @property
    def vectors_seen(self) -> int:
        return self.vectors.seen

    @property
    def terms_seen(self) -> int:
        return self.terms.seen

    @property
    def passages(self) -> int:
        return len(self.vectors)

    @property
    def kind(self) -> str:
        return self.vectors.kind

    @property
    def recall(self) -> float | None:
        return self.vectors.recall

    def search_vectors(self, vector: Vectors, k: int, filters: Filters) -> list[Scored]:
        return self.vectors.search(vector, k, allowed(self.engine, filters))

    def search_terms(
        self, text: str, k: int, filters: Filters, languages: Sequence[str]
    ) -> list[Scored]:
        return self.terms.search(text, k, filters, languages)

    def teased(self, text: str, k: int, filters: Filters) -> list[str]:
        return self.terms.teased(text, k, filters)

    def frequency(self, word: str, key: str) -> int:
        return self.terms.frequency(word, key)


class EmbeddedSearch:
    """Reads the indexes beside a database, as often as they are replaced."""

    def __init__(self, folder: Path, engine: Engine, dimension: int) -> None:
        self._folder = folder
        self._engine = engine
        self._dimension = dimension

    def is_current(self, base: Base, connection: Connection | None = None) -> bool:
        """Not where either index on disk has been replaced since."""
        return isinstance(base, EmbeddedBase) and base.stamp == _stamp(self._folder)

    def open(self, connection: Connection, progress: Progress | None = None) -> EmbeddedBase:
        stamp = _stamp(self._folder)
        vectors: VectorIndex | DamagedIndex
        terms: TermIndex | DamagedIndex
        try:
            vectors = VectorIndex.load(self._folder / VECTORS, self._dimension)
        except DamagedIndex as error:
            vectors = error
        try:
            terms = TermIndex.open(self._folder / TERMS)
        except DamagedIndex as error:
            terms = error
        # Only now is the database looked at: it can be ahead of them, and not behind.
        connection.rollback()
        change = database.last_change(connection)
        try:
            vectors = _sound(vectors, change)
        except DamagedIndex as error:
            log.info("building the vector index in memory: %s", error)
            keys, matrix = vectors_since(connection, self._dimension, 0, progress)
            vectors = VectorIndex.build(keys, matrix, self._dimension)
            vectors.seen = change
        try:
            terms = _sound(terms, change)
        except DamagedIndex as error:
            log.info("building the word index in memory: %s", error)
            terms = TermIndex()
            update_terms(terms, connection, 0, change)
            terms.close()
        return EmbeddedBase(vectors, terms, stamp, self._engine)

    def sizes(self) -> tuple[int, int]:
        return size(self._folder / VECTORS), size(self._folder / TERMS)

    def close(self) -> None:
        pass  # files are read, and let go of


def allowed(engine: Engine, filters: Filters) -> Keys | None:
    """The keys of the passages that filters let through; None where there are no filters."""
    if not filters:
        return None
    query = (
        select(passages.c.key)
        .join(articles, articles.c.id == passages.c.article_id)
        .where(rows.condition(filters))
    )
    with database.reading(engine) as connection:
        return np.fromiter(connection.scalars(query), dtype=np.int64)


def size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 if there is nothing.

    Raises ArchiveError where it cannot be read.
    """
    try:
        if path.is_dir():
            return sum(size(child) for child in path.iterdir())
        return path.stat().st_size
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            return 0
        raise ArchiveError(f"cannot read {path}: {error}") from error


def _stamp(folder: Path) -> tuple[int, ...]:
    stamp: list[int] = []
    for file in _files(folder):
        try:
            status = file.stat()
            stamp += (status.st_ino, status.st_mtime_ns, status.st_size)
        except OSError:
            stamp += (0, 0, 0)
    return tuple(stamp)


@lru_cache(maxsize=64)  # asked for at every search, where making a path takes longer than a look
def _files(folder: Path) -> tuple[Path, ...]:
    return folder / VECTORS, folder / TERMS / "meta.json"


def _sound(index: _Index | DamagedIndex, change: int) -> _Index:
    if isinstance(index, DamagedIndex):
        raise index
    check_seen(index, change)
    return index
