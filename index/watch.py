"""Seeing cheaply that an archive's database has changed, whoever changed it."""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.pool import NullPool

from index.database import explained
from index.errors import ArchiveError

Version = tuple[int, ...]
"""Different after every commit of what is published, and otherwise without a meaning."""

# SQLite counts for each connection what the others commit, other processes' too
# (https://sqlite.org/pragma.html#pragma_data_version).
_SQLITE = "PRAGMA data_version"
# Changes are counted in one row; what a search server is behind by is an index's first entry.
_POSTGRESQL = """
    SELECT value::bigint, coalesce((SELECT min(change) FROM pending), 0)
    FROM meta WHERE key = 'change'
"""


class Watch:
    """Tells for next to nothing whether anything was committed since one last looked.

    It keeps one connection to itself. Safe to share between threads.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._kept: Any = None  # as its driver has it
        self._remote = engine.dialect.name == "postgresql"
        self._query = _POSTGRESQL if self._remote else _SQLITE
        # Where the file is read as it lies, an open connection sees no commit at all.
        self._sees = not isinstance(engine.pool, NullPool)

    def version(self) -> Version | None:
        """Another value after every commit; None where that cannot be told.

        Raises ArchiveError.
        """
        if not self._sees:
            return None
        with self._lock:
            anew = self._kept is None
            try:
                return self._asked()
            except ArchiveError:
                self._drop()
                if anew or not self._remote:
                    raise
                return self._asked()  # the server may be back by now

    def close(self) -> None:
        """Give the connection back; asked again, another is opened."""
        with self._lock:
            self._drop()

    def _asked(self) -> Version:
        driver: Any = self._engine.dialect.loaded_dbapi
        try:
            kept = self._kept = self._kept or self._open()
            cursor = kept.cursor()
            try:
                cursor.execute(self._query)
                [row] = cursor.fetchall()
            finally:
                cursor.close()
        except driver.Error as error:
            raise explained(error, self._engine) from error
        return tuple(int(value) for value in row)

    def _open(self) -> Any:
        connection = self._engine.raw_connection()
        driven: Any = connection.driver_connection
        connection.detach()  # it is not to come back to the pool
        if self._remote:
            driven.autocommit = True
        return driven

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None
