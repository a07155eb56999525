"""What a reader searches: one state of the archive, never changed once made.

The indexes on disk may lag behind the database (an indexer is at work, or was
killed). What changed since is read from the database into small indexes in
memory beside them, so reading never writes and a new article is found at once.
A missing or damaged index is built in memory the same way, from everything.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection, select

from index.analyze import language_key
from index.database import last_change
from index.derived import (
    Progress,
    check_seen,
    count_passages,
    documents_since,
    teasers_since,
    update_terms,
    vectors_since,
)
from index.embed import Vectors
from index.schema import articles
from index.terms import TermIndex
from index.types import Filters
from index.vectors import DamagedIndex, Keys, Scored, VectorIndex

log = logging.getLogger(__name__)

VECTORS = "vectors.faiss"
TERMS = "terms"
_Index = TypeVar("_Index", VectorIndex, TermIndex)
_SLACK = 32  # candidates beyond k: some may be of articles that change as we search
_MOST_STALE = 10_000  # and this many more where articles have changed since the last checkpoint


@dataclass(frozen=True, slots=True)
class Base:
    """The indexes as they are on disk, and which file they were read from."""

    vectors: VectorIndex
    terms: TermIndex
    stamp: tuple[int, ...]

    @property
    def seen(self) -> int:
        return min(self.vectors.seen, self.terms.seen)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the archive. Safe for any number of threads."""

    change: int
    base: Base
    new_vectors: VectorIndex | None
    new_terms: TermIndex | None
    stale: int  # passages in the indexes on disk that were replaced or removed since
    passages: int
    languages: tuple[str, ...]

    def search_vectors(self, vector: Vectors, k: int, allowed: Keys | None) -> list[Scored]:
        found = self.base.vectors.search(vector, k + _SLACK + self.stale, allowed)
        if self.new_vectors is not None:
            found = _merged(found, self.new_vectors.search(vector, k + _SLACK, allowed))
        return found

    def search_terms(self, text: str, k: int, filters: Filters) -> list[Scored]:
        found = self.base.terms.search(text, k + _SLACK + self.stale, filters, self.languages)
        if self.new_terms is not None:
            new = self.new_terms.search(text, k + _SLACK, filters, self.languages)
            found = _merged(found, new)
        return found

    def teased(self, text: str, k: int, filters: Filters) -> list[str]:
        new = self.new_terms.teased(text, k, filters) if self.new_terms is not None else []
        return self.base.terms.teased(text, k, filters) + new

    def frequency(self, word: str, key: str) -> int:
        new = self.new_terms.frequency(word, key) if self.new_terms is not None else 0
        return self.base.terms.frequency(word, key) + new


def take(
    folder: Path,
    connection: Connection,
    dimension: int,
    previous: Snapshot | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """The archive's state as `connection` sees it, reusing what has not changed.

    Ends the transaction that `connection` may be in, and begins another.
    """
    stamp = stamp_of(folder)
    if previous is not None and previous.base.stamp == stamp:
        base = previous.base
    else:
        base = _read(folder, connection, dimension, stamp, progress)
    change = last_change(connection)
    new_vectors = new_terms = None
    stale = 0
    if base.seen < change:
        unchanged = count_passages(connection) - count_passages(connection, base.seen)
        stale = min(_MOST_STALE, max(0, len(base.vectors) - unchanged))
        keys, vectors = vectors_since(connection, dimension, base.seen)
        new_vectors = VectorIndex.build(keys, vectors, dimension)
        new_terms = TermIndex()
        new_terms.update(
            documents_since(connection, base.seen),
            teasers_since(connection, base.seen),
            (),
            change,
        )
        new_terms.close()
    languages = connection.scalars(
        select(articles.c.language).where(articles.c.live == 1).distinct()
    )
    return Snapshot(
        change=change,
        base=base,
        new_vectors=new_vectors,
        new_terms=new_terms,
        stale=stale,
        passages=count_passages(connection),
        languages=tuple(sorted({language_key(language) for language in languages})),
    )


def stamp_of(folder: Path) -> tuple[int, ...]:
    """Changes when either index on disk is replaced; no two states share it."""
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


def _read(
    folder: Path,
    connection: Connection,
    dimension: int,
    stamp: tuple[int, ...],
    progress: Progress | None,
) -> Base:
    vectors: VectorIndex | DamagedIndex
    terms: TermIndex | DamagedIndex
    try:
        vectors = VectorIndex.load(folder / VECTORS, dimension)
    except DamagedIndex as error:
        vectors = error
    try:
        terms = TermIndex.open(folder / TERMS)
    except DamagedIndex as error:
        terms = error
    # Only now is the database looked at: it can be ahead of them, and not behind.
    connection.rollback()
    change = last_change(connection)
    try:
        vectors = _sound(vectors, change)
    except DamagedIndex as error:
        log.info("building the vector index in memory: %s", error)
        keys, rows = vectors_since(connection, dimension, 0, progress)
        vectors = VectorIndex.build(keys, rows, dimension)
        vectors.seen = change
    try:
        terms = _sound(terms, change)
    except DamagedIndex as error:
        log.info("building the word index in memory: %s", error)
        terms = TermIndex()
        update_terms(terms, connection, 0, change)
        terms.close()
    return Base(vectors, terms, stamp)


def _sound(index: _Index | DamagedIndex, change: int) -> _Index:
    if isinstance(index, DamagedIndex):
        raise index
    check_seen(index, change)
    return index


def _merged(first: list[Scored], second: list[Scored]) -> list[Scored]:
    """Both lists, best first; of a key in both, the second's score (it is newer)."""
    scores = {hit.key: hit.score for hit in first} | {hit.key: hit.score for hit in second}
    order = np.argsort([-score for score in scores.values()], kind="stable")
    keys = list(scores)
    return [Scored(keys[i], scores[keys[i]]) for i in order]
