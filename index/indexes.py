"""The derived indexes on disk, kept by the one who writes."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, Engine

from index import database
from index.base import Progress
from index.derived import (
    check_seen,
    count_passages,
    update_terms,
    update_vectors,
    vectors_since,
)
from index.embedded import TERMS, VECTORS
from index.errors import ArchiveError
from index.terms import TermIndex, replace_folder
from index.vectors import DamagedIndex, VectorIndex

log = logging.getLogger(__name__)


class DerivedIndexes:
    """FAISS and tantivy beside the database; opened, or rebuilt where missing or damaged."""

    def __init__(
        self, folder: Path, engine: Engine, dimension: int, progress: Progress | None
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._dimension = dimension
        self._progress = progress
        self._unsaved = False
        with database.reading(engine) as connection:
            change = database.last_change(connection)
        try:
            self._vectors = VectorIndex.load(folder / VECTORS, dimension)
            check_seen(self._vectors, change)
        except DamagedIndex:
            self._rebuild_vectors()
        try:
            self._terms = TermIndex.open(folder / TERMS)
            check_seen(self._terms, change)
        except DamagedIndex:
            self._rebuild_terms()

    def forget(self, keys: list[int]) -> None:
        """Drop the vectors of passages that are no longer in the database."""
        if keys:
            self._vectors.remove(np.array(keys, dtype=np.int64))
            self._unsaved = True

    def catch_up(self) -> None:
        """Bring both up to the database's last commit, and save them.

        Raises ArchiveError where they cannot be saved.
        """
        try:
            self._catch_up()
        except (OSError, RuntimeError, ValueError) as error:  # whatever faiss and tantivy raise
            raise ArchiveError(
                f"the indexes in {self._folder} could not be saved: {error}. Every article is "
                "kept, and readers find them; the next command that writes will save the indexes"
            ) from error

    def _catch_up(self) -> None:
        with database.reading(self._engine) as connection:
            change = database.last_change(connection)
            lost = self._terms.seen < change and not self._update_terms(connection, change)
            if self._vectors.seen < change:
                update_vectors(self._vectors, connection, self._dimension, change)
                self._unsaved = True
            differs = len(self._vectors) != count_passages(connection)
        if lost:
            self._terms.close()
            self._rebuild_terms()
        if self._vectors.outgrown or differs:
            self._rebuild_vectors()
        if self._unsaved or not (self._folder / VECTORS).is_file():
            self._vectors.save(self._folder / VECTORS)
            self._unsaved = False

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
        """Make both anew from the database, and save them."""
        self._rebuild_vectors()
        self._vectors.save(self._folder / VECTORS)
        self._unsaved = False
        self._terms.close()
        self._rebuild_terms()

    def close(self) -> None:
        self._terms.close()

    def _rebuild_vectors(self) -> None:
        with database.reading(self._engine) as connection:
            change = database.last_change(connection)
            keys, vectors = vectors_since(connection, self._dimension, 0, self._progress)
        self._vectors = VectorIndex.build(keys, vectors, self._dimension)
        self._vectors.seen = change
        self._unsaved = True

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
