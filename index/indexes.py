"""The derived indexes on disk, kept by the one who writes."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, Engine

from index import database
from index.base import Progress
from index.building import build, fold
from index.catalogue import Names, hashed
from index.derived import (
    PassageVectors,
    changed_articles,
    check_seen,
    more_than,
    update_terms,
)
from index.embedded import TERMS, VECTORS, fold_limit
from index.errors import ArchiveError
from index.terms import TermIndex, replace_folder
from index.vector_file import DamagedIndex
from index.vectors import VectorIndex

_RETRAIN = 4  # times as many vectors as an index was trained on, or a fourth of them

log = logging.getLogger(__name__)


class DerivedIndexes:
    """FAISS and tantivy beside the database; opened, or rebuilt where missing or damaged.

    The words follow the database at every checkpoint. The vectors' file is written anew
    when enough has come in since, or when it was trained on much less than there is now.
    Raises ArchiveError where one cannot be saved.
    """

    def __init__(
        self, folder: Path, engine: Engine, dimension: int, progress: Progress | None
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._dimension = dimension
        self._progress = progress
        self._vectors: VectorIndex | None = None
        for left in folder.glob(f"{VECTORS}.*"):  # by a writer that was killed
            left.unlink(missing_ok=True)
        for left in folder.glob(f"{TERMS}.*"):
            shutil.rmtree(left, ignore_errors=True)
        with database.reading(engine) as connection:
            change = database.last_change(connection)
        with self._saving():
            try:
                self._vectors = self._load(change)
            except DamagedIndex as error:
                log.info("building the vector index anew: %s", error)
                self._rebuild_vectors()
            try:
                self._terms = TermIndex.open(folder / TERMS)
                check_seen(self._terms, change)
            except DamagedIndex:
                self._rebuild_terms()

    def catch_up(self) -> None:
        """Bring the words up to the database's last commit, and the vectors where it is time.

        Raises ArchiveError where they cannot be saved.
        """
        with self._saving():
            self._catch_up()

    @contextmanager
    def _saving(self) -> Iterator[None]:
        """Raises ArchiveError for whatever faiss, tantivy and the disk raise within."""
        try:
            yield
        except (OSError, RuntimeError, ValueError, DamagedIndex) as error:
            raise ArchiveError(
                f"the indexes in {self._folder} could not be saved: {error}. Every article is "
                "kept, and readers find them; the next command that writes will save the indexes"
            ) from error

    def _catch_up(self) -> None:
        with database.reading(self._engine) as connection:
            change = database.last_change(connection)
            lost = self._terms.seen < change and not self._update_terms(connection, change)
            due = self._fold_is_due(connection, change)
        if lost:
            self._terms.close()
            self._rebuild_terms()
        if due:
            self._fold_vectors()

    def _update_terms(self, connection: Connection, change: int) -> bool:
        """Bring the word index up to date; False where it takes no more changes.

        A writer killed between writing a segment's file and committing it can
        leave that file behind, and its successor, counting on from the last
        commit, meets the very same name.
        """
        try:
            update_terms(self._terms, connection, max(self._terms.seen, 0), change)
        except (OSError, RuntimeError, ValueError) as error:
            log.info("building the word index anew: %s", error)
            return False
        return True

    def rebuild(self) -> None:
        """Make both anew from the database, and save them.

        Raises ArchiveError where they cannot be saved.
        """
        with self._saving():
            self._rebuild_vectors()
            self._terms.close()
            self._rebuild_terms()

    def close(self) -> None:
        self._terms.close()

    def _load(self, change: int) -> VectorIndex | None:
        """The vectors' file, all of it checked; None where none is needed yet."""
        file = self._folder / VECTORS
        if not file.exists():
            return None
        index = VectorIndex.load(file, self._dimension)
        check_seen(index, change)
        index.check()
        return index

    def _fold_is_due(self, connection: Connection, change: int) -> bool:
        seen = self._vectors.seen if self._vectors is not None else 0
        limit = fold_limit(len(self._vectors) if self._vectors is not None else 0)
        return seen < change and more_than(connection, limit, seen)

    def _fold_vectors(self) -> None:
        """Write the vectors' file anew: with what came since, or where it has outgrown, all."""
        index = self._vectors
        if index is None:
            self._rebuild_vectors()
            return
        with database.reading(self._engine) as connection:
            change = database.last_change(connection)
            dead = index.rows_of(hashed(changed_articles(connection, index.seen)))
            source = PassageVectors(connection, self._dimension, index.seen, Names(index.names.all))
            kept = len(index) - int(np.count_nonzero(dead))
            outgrown = kept + source.count > _RETRAIN * index.facts.trained_on
            if not outgrown and kept >= index.facts.trained_on / _RETRAIN:
                try:
                    fold(self._folder / VECTORS, index, dead, source, change, self._progress)
                    self._vectors = VectorIndex.load(self._folder / VECTORS, self._dimension)
                    return
                except DamagedIndex as error:
                    log.info("building the vector index anew: %s", error)
        self._rebuild_vectors()

    def _rebuild_vectors(self) -> None:
        """From the database alone; no file where the vectors are few."""
        file = self._folder / VECTORS
        with database.reading(self._engine) as connection:
            change = database.last_change(connection)
            if not more_than(connection, fold_limit(0)):
                file.unlink(missing_ok=True)
                self._vectors = None
                return
            source = PassageVectors(connection, self._dimension)
            build(file, source, self._dimension, change, self._progress)
        self._vectors = VectorIndex.load(file, self._dimension)

    def _rebuild_terms(self) -> None:
        """Built beside and put in place whole, so that no reader meets half of it."""
        building = self._folder / f"{TERMS}.new"
        shutil.rmtree(building, ignore_errors=True)
        index = TermIndex(building)
        with database.reading(self._engine) as connection:
            change = database.last_change(connection)
            update_terms(index, connection, 0, change, self._progress)
        index.close()
        replace_folder(building, self._folder / TERMS)
        self._terms = TermIndex.open(self._folder / TERMS)
