"""Who writes to an archive on a server: several at once, or one who must be alone.

PostgreSQL's advisory locks are held by a connection and end with it, however it
ends (https://postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS).
Whoever adds articles holds one together with others; whoever makes everything anew
takes it alone.
"""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from index import database
from index.errors import ArchiveError, ArchiveLocked
from index.location import Location

_WRITING = 0x42796C696E65_02
_BESIDE = "pg_try_advisory_lock_shared"
_ALONE = "pg_try_advisory_lock"
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
    """The lock of one who writes beside others, on a connection of its own."""

    def __init__(self, engine: Engine, location: Location) -> None:
        """Raises ArchiveLocked where somebody must be alone."""
        self._engine = engine
        self._location = location
        self._is_alone = False
        self._connection = self._taken()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile. Raises ArchiveLocked where somebody does already."""
        self.keep()
        self._take(self._connection, _ALONE)
        self._is_alone = True
        try:
            yield
        finally:
            self._is_alone = False
            if not _is_lost(self._connection):
                with database.explaining(self._engine):
                    self._ask(self._connection, "pg_advisory_unlock")

    def keep(self) -> None:
        """Take the lock again where it has ended with its connection: the server was restarted.

        While the connection is there this costs a look at its socket. Raises ArchiveLocked
        where somebody must be alone by now, and ArchiveError where this one had to be.
        """
        if not _is_lost(self._connection):
            return
        if self._is_alone:
            raise ArchiveError(
                f"the connection to {self._location} that kept others from writing was lost; run "
                "the same command again"
            )
        taken = self._taken()
        self.close()
        self._connection = taken

    def close(self) -> None:
        """Let go of it."""
        if not self._connection.invalidated:
            with suppress(DBAPIError):
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._connection.invalidate()  # not to be handed to anybody with a lock on it
        self._connection.close()

    def _taken(self) -> Connection:
        """A new connection that holds the lock beside others."""
        with database.explaining(self._engine):
            connection = self._engine.connect()
            try:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                self._take(connection, _BESIDE)
            except BaseException:
                connection.close()
                raise
        return connection

    def _take(self, connection: Connection, function: str) -> None:
        with database.explaining(self._engine):
            if not self._ask(connection, function):
                held = connection.execute(_HOLDERS, {"key": _WRITING}).all()
                names = ", ".join(_named(*row) for row in held)
                raise ArchiveLocked(
                    f"{self._location} is being written to by {names or 'another process'}; wait "
                    "for it to finish, or stop it, and run the same command again"
                )

    def _ask(self, connection: Connection, function: str) -> bool:
        return bool(connection.scalar(text(f"SELECT {function}(:key)"), {"key": _WRITING}))


@contextmanager
def shared_lock(engine: Engine, location: Location) -> Iterator[SharedLock]:
    """Hold the lock beside others. Raises ArchiveLocked where somebody must be alone."""
    lock = SharedLock(engine, location)
    try:
        yield lock
    finally:
        lock.close()


def _named(program: str | None, since: datetime | None) -> str:
    """One who holds it; of another user's the server does not say since when."""
    name = program or "another program"
    return f"{name}, connected since {since:%Y-%m-%d %H:%M %Z}" if since else name


def _is_lost(connection: Connection) -> bool:
    """Whether the server has ended it, by what has come in so far: nothing is asked."""
    if connection.invalidated:
        return True
    driven: Any = connection.connection.driver_connection
    if driven is None or driven.closed:
        return True
    news = select.poll()
    news.register(driven.fileno(), select.POLLIN)
    if not news.poll(0):
        return False
    try:  # it may be a notice
        connection.execute(text("SELECT 1"))
    except DBAPIError:
        return True
    return False
