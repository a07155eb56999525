"""Seeing cheaply that an archive's database has changed, whoever changed it."""

from __future__ import annotations

import threading
import time
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

_HOLDS = 0.02  # seconds: one answer has its archive looked at some forty times


class Watch:
    """Tells for next to nothing whether anything was committed since one last looked.

    It keeps one connection to itself. What a server said a moment ago it is not asked
    again, so that an answer waits for it a few times and not at every step; where it does
    not answer, those who wait meanwhile are told what the first of them is. Safe to share
    between threads.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._kept: Any = None  # as its driver has it
        self._remote = engine.dialect.name == "postgresql"
        self._said: Version | None = None
        self._asked_at = 0.0
        self._failed: tuple[float, ArchiveError | None] = (0.0, None)  # the last try
        self._query = _POSTGRESQL if self._remote else _SQLITE
        # Where the file is read as it lies, an open connection sees no commit at all.
        self._sees = not isinstance(engine.pool, NullPool)

    def version(self) -> Version | None:
        """Another value after every commit; None where that cannot be told.

        Raises ArchiveError.
        """
        if not self._sees:
            return None
        came = time.monotonic()
        with self._lock:
            if not self._remote:
                return self._asked()
            failed_at, failure = self._failed
            if failure is not None and failed_at > came:  # while this thread waited its turn
                raise type(failure)(*failure.args) from failure
            if time.monotonic() - self._asked_at >= _HOLDS or self._said is None:
                try:
                    self._said = self._asked_again()
                except ArchiveError as error:
                    self._failed = time.monotonic(), error
                    raise
                self._failed = 0.0, None
                self._asked_at = time.monotonic()
            return self._said

    def close(self) -> None:
        """Give the connection back; asked again, another is opened."""
        with self._lock:
            self._drop()

    def _asked_again(self) -> Version:
        """Where the connection is gone, the server may be back by now."""
        anew = self._kept is None
        try:
            return self._asked()
        except ArchiveError:
            self._drop()
            if anew:
                raise
            return self._asked()

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
