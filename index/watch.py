"""Seeing cheaply that an archive's database has changed, whoever changed it."""

from __future__ import annotations

import sqlite3
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from index.database import explained


class Watch:
    """Tells for next to nothing whether anything was committed since one last looked.

    It keeps one connection to itself, as SQLite counts for each connection what the
    others commit, other processes' too (https://sqlite.org/pragma.html#pragma_data_version).
    Safe to share between threads.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._kept: PoolProxiedConnection | None = None
        # Where the file is read as it lies, an open connection sees no commit at all.
        self._sees = not isinstance(engine.pool, NullPool)

    def version(self) -> int | None:
        """Another number after every commit; None where that cannot be told.

        Raises ArchiveError.
        """
        if not self._sees:
            return None
        try:
            with self._lock:
                if self._kept is None:
                    self._kept = self._engine.raw_connection()
                cursor = self._kept.cursor()
                cursor.execute("PRAGMA data_version")
                (version,) = cursor.fetchall()[0]
                return int(version)
        except DatabaseError as error:  # of connecting
            raise explained(error.orig or error) from error
        except sqlite3.DatabaseError as error:
            raise explained(error) from error

    def close(self) -> None:
        """Give the connection back; asked again, another is opened."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
