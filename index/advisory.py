"""Who writes to an archive on a server: several at once, or one who must be alone.

PostgreSQL's advisory locks are held by a connection and end with it, however it
ends (https://postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS).
Whoever adds articles holds one together with others; whoever makes everything anew
takes it alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from index import database
from index.errors import ArchiveLocked
from index.location import Location

_WRITING = 0x42796C696E65_02
_HOLDERS = text(
    """
    SELECT DISTINCT a.application_name, a.backend_start
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid()
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) = :key
    ORDER BY a.backend_start
    """
)


class SharedLock:
    """The lock of one who writes beside others."""

    def __init__(self, engine: Engine, location: Location, connection: Connection) -> None:
        self._engine = engine
        self._location = location
        self._connection = connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile. Raises ArchiveLocked where somebody does already."""
        self.take("pg_try_advisory_lock")
        try:
            yield
        finally:
            self._let_go("pg_advisory_unlock")

    def take(self, function: str) -> None:
        with database.explaining(self._engine):
            query = text(f"SELECT {function}(:key)")
            if not self._connection.scalar(query, {"key": _WRITING}):
                held = self._connection.execute(_HOLDERS, {"key": _WRITING}).all()
                names = ", ".join(
                    f"{row.application_name or 'another program'}, connected since "
                    f"{row.backend_start:%Y-%m-%d %H:%M %Z}"
                    for row in held
                )
                raise ArchiveLocked(
                    f"{self._location} is being written to by {names or 'another process'}; wait "
                    "for it to finish, or stop it, and run the same command again"
                )

    def _let_go(self, function: str) -> None:
        with database.explaining(self._engine):
            self._connection.execute(text(f"SELECT {function}(:key)"), {"key": _WRITING})


@contextmanager
def shared_lock(engine: Engine, location: Location) -> Iterator[SharedLock]:
    """Hold the lock beside others. Raises ArchiveLocked where somebody must be alone."""
    with database.explaining(engine), engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        lock = SharedLock(engine, location, connection)
        lock.take("pg_try_advisory_lock_shared")
        try:
            yield lock
        finally:
            with suppress(DBAPIError):  # then it ended with the connection
                connection.execute(text("SELECT pg_advisory_unlock_all()"))
            connection.invalidate()  # not to be handed to anybody with a lock on it
