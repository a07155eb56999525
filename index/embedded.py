"""The search of an archive in a folder: FAISS and tantivy files beside the database.

Reading never writes: a reader that finds an index missing or damaged makes one for
itself (`index.aside`), from everything. Of vectors there is a file only where there are
many; up to `FOLD` of them are read from the database instead (`index.tail`), in less time
than a question takes, and are stored once.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine

from index import aside, database
from index.base import Base, Progress
from index.catalogue import Mask, hashed
from index.derived import check_seen, more_than
from index.embed import Vectors
from index.errors import ArchiveError
from index.terms import TermIndex
from index.types import Filters
from index.vectors import DamagedIndex, Scored, Selection, VectorIndex

VECTORS = "vectors.faiss"
TERMS = "terms"

FOLD = 20_000  # passages since the vectors' file was written, up to which they are no part of it
_FOLD_SHARE = 200  # of a large file: 1 / 200 of its vectors, where that is more
_MOST_AHEAD = 100_000  # passages: with more than these to read, a file is not worth having
_AHEAD_SHARE = 10  # of a large file: 1 / 10 of its vectors, where that is more
_TRIES = 5  # at opening words that are replaced meanwhile

_Stamp = tuple[int, int, int]  # of a file: differs between any two that lay under its name


def fold_limit(vectors: int) -> int:
    """How many passages may be newer than a file of so many vectors."""
    return max(FOLD, vectors // _FOLD_SHARE)


@dataclass(frozen=True, slots=True)
class EmbeddedBase:
    """The indexes as they are on disk, and which files they were read from.

    `vectors` is None where there are none in a file. `alive` are the rows of it whose
    articles have not changed since; None for all of them. `stale` are passages of the
    word index that were replaced.
    """

    search: EmbeddedSearch
    vectors: VectorIndex | None
    terms: TermIndex
    stamps: tuple[_Stamp, _Stamp]
    alive: Selection | None = None
    stale: int = 0

    @property
    def vectors_seen(self) -> int:
        return self.vectors.seen if self.vectors is not None else 0

    @property
    def terms_seen(self) -> int:
        return self.terms.seen

    @property
    def passages(self) -> int:
        if self.vectors is None:
            return 0
        return self.alive.count if self.alive is not None else len(self.vectors)

    @property
    def kind(self) -> str:
        return self.vectors.kind if self.vectors is not None else "exact"

    @property
    def recall(self) -> float | None:
        return self.vectors.recall if self.vectors is not None else 1.0

    def without(self, vectors: Collection[str], terms: Collection[str]) -> EmbeddedBase:
        alive = None
        if self.vectors is not None and vectors:
            dead: Mask = self.vectors.rows_of(hashed(vectors))
            alive = Selection.of(~dead)
        return replace(self, alive=alive, stale=self.terms.count_of(terms))

    def search_vectors(self, vector: Vectors, k: int, filters: Filters) -> list[Scored]:
        if self.vectors is None:
            return []
        try:
            return self._nearest(self.vectors, self.alive, vector, k, filters)
        except DamagedIndex as error:
            sound = self.search.replace(self.vectors, error)
            return self._nearest(sound, None, vector, k, filters) if sound is not None else []

    def _nearest(
        self,
        index: VectorIndex,
        alive: Selection | None,
        vector: Vectors,
        k: int,
        filters: Filters,
    ) -> list[Scored]:
        among = index.selection(filters)
        if among is None or alive is None:
            return index.search(vector, k, among or alive)
        return index.search(vector, k, among.both(alive))

    def search_terms(
        self, text: str, k: int, filters: Filters, languages: Sequence[str]
    ) -> list[Scored]:
        return self.terms.search(text, k + self.stale, filters, languages)

    def teased(self, text: str, k: int, filters: Filters) -> list[str]:
        return self.terms.teased(text, k, filters)

    def frequency(self, word: str, key: str) -> int:
        return self.terms.frequency(word, key)


class EmbeddedSearch:
    """Reads the indexes beside a database, each as often as it is replaced."""

    def __init__(self, folder: Path, engine: Engine, dimension: int) -> None:
        self._folder = folder
        self._engine = engine
        self._dimension = dimension
        self._opened: EmbeddedBase | None = None
        self._replacing = threading.Lock()
        self._replaced: tuple[VectorIndex | None, VectorIndex | None] = (None, None)

    def is_current(self, base: Base, connection: Connection | None = None) -> bool:
        """Not where either index on disk has been replaced since, or was found damaged."""
        return (
            isinstance(base, EmbeddedBase)
            and base.stamps == (_stamp(self._folder, 0), _stamp(self._folder, 1))
            and (base.vectors is None or base.vectors is not self._replaced[0])
        )

    def open(self, connection: Connection, progress: Progress | None = None) -> EmbeddedBase:
        stamps = (_stamp(self._folder, 0), _stamp(self._folder, 1))
        last = self._opened
        vectors: VectorIndex | DamagedIndex | None = None
        damaged, sound = self._replaced
        if last is not None and last.stamps[0] == stamps[0]:
            vectors = last.vectors if last.vectors is not damaged else sound
        elif stamps[0] != _NOTHING:
            try:
                vectors = VectorIndex.load(self._folder / VECTORS, self._dimension)
            except DamagedIndex as error:
                vectors = error
        terms, stamp = self._terms(last, stamps[1])
        # Only now is the database looked at: it can be ahead of them, and not behind.
        connection.rollback()
        change = database.last_change(connection)
        try:
            vectors = self._sound(vectors, connection, change)
        except DamagedIndex as error:
            vectors = self._built(connection, change, progress, error)
        try:
            if isinstance(terms, DamagedIndex):
                raise terms
            check_seen(terms, change)
        except DamagedIndex as error:
            if more_than(connection, fold_limit(0)):
                terms = aside.terms(self._folder, connection, change, progress, error)
            else:
                terms = aside.few_terms(connection, change, error)
        self._opened = EmbeddedBase(self, vectors, terms, (stamps[0], stamp))
        if vectors not in self._replaced:
            self._replaced = None, None  # the archive has another: nobody keeps their pages
        return self._opened

    def replace(self, damaged: VectorIndex, error: DamagedIndex) -> VectorIndex | None:
        """Another index for one that was found damaged while it was searched."""
        with self._replacing:
            if self._opened is not None and self._opened.vectors is not damaged:
                return self._opened.vectors  # which another search has opened meanwhile
            if self._replaced[0] is not damaged:
                with database.reading(self._engine) as connection:
                    change = database.last_change(connection)
                    self._replaced = damaged, self._built(connection, change, None, error)
            return self._replaced[1]

    def sizes(self) -> tuple[int, int]:
        return size(self._folder / VECTORS), size(self._folder / TERMS)

    def close(self) -> None:
        pass  # files are read, and let go of

    def _terms(
        self, last: EmbeddedBase | None, stamp: _Stamp
    ) -> tuple[TermIndex | DamagedIndex, _Stamp]:
        """The words on disk, and which they are: a writer may replace them just then."""
        if last is not None and last.stamps[1] == stamp:
            return last.terms, stamp
        for _ in range(_TRIES):
            try:
                return TermIndex.open(self._folder / TERMS), stamp
            except DamagedIndex as error:
                damaged, tried, stamp = error, stamp, _stamp(self._folder, 1)
                if stamp == tried:
                    break
        return damaged, stamp

    def _sound(
        self, vectors: VectorIndex | DamagedIndex | None, connection: Connection, change: int
    ) -> VectorIndex | None:
        """Raises DamagedIndex for one that cannot be used, or is too far behind to be."""
        if isinstance(vectors, DamagedIndex):
            raise vectors
        if vectors is None:
            if more_than(connection, fold_limit(0)):
                raise DamagedIndex(f"{self._folder / VECTORS}: there is none")
            return None
        check_seen(vectors, change)
        # To read what is missing takes seconds, and to make an index of everything many minutes.
        most = max(_MOST_AHEAD, 2 * fold_limit(len(vectors)), len(vectors) // _AHEAD_SHARE)
        if more_than(connection, most, vectors.seen):
            raise DamagedIndex(f"{self._folder / VECTORS}: far behind the database")
        return vectors

    def _built(
        self,
        connection: Connection,
        change: int,
        progress: Progress | None,
        error: DamagedIndex,
    ) -> VectorIndex | None:
        """An index of all there is; None where that is so little that it needs none."""
        if not more_than(connection, fold_limit(0)):
            return None
        return aside.vectors(self._folder, connection, self._dimension, change, progress, error)


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


_NOTHING: _Stamp = (0, 0, 0)


def _stamp(folder: Path, which: int) -> _Stamp:
    """Of the vectors' file, or of the words'."""
    try:
        status = _files(folder)[which].stat()
    except OSError:
        return _NOTHING
    return status.st_ino, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)  # asked for at every search, where making a path takes longer than a look
def _files(folder: Path) -> tuple[Path, Path]:
    return folder / VECTORS, folder / TERMS / "meta.json"
