"""An archive's database in a folder: SQLite in WAL mode, so readers never wait for the writer.

`synchronous=NORMAL` survives the death of the process at any moment; a power cut can
lose the last commits but not damage the file
(https://sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from index.errors import ArchiveDamaged, ArchiveError, ArchiveReadOnly

DATABASE = "archive.db"
READ = "mode=ro"
READ_AS_IT_LIES = "immutable=1"
WRITE = "mode=rwc"

LOOKS = "byline_looks"  # an option of a connection that reads, though its engine writes

# Of pages that each connection remembers. At a million passages the inner pages alone
# are more than SQLite's own 2 MB, and every hit that is read took a dozen reads.
_CACHE_KIB = 32_768


def engine(file: Path, mode: str) -> Engine:
    """Opens the file when it is first asked. `mode` is one of those above."""

    def connect(mode: str = mode) -> sqlite3.Connection:
        # as_uri() escapes what a folder's name may hold: ?, #, %
        return sqlite3.connect(
            f"{file.absolute().as_uri()}?{mode}", uri=True, timeout=30, check_same_thread=False
        )

    def connect_anew() -> sqlite3.Connection:
        """Somebody else may be writing by now; then there is shared memory to read."""
        connection = connect(READ)
        try:
            connection.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError:
            connection.close()
            return connect(READ_AS_IT_LIES)
        return connection

    if mode == READ_AS_IT_LIES:
        made = create_engine("sqlite://", creator=connect_anew, poolclass=NullPool)
    else:
        # As many connections as threads ask; SQLAlchemy's own choice for a database
        # without a name closes other threads' connections when there are many.
        made = create_engine(
            "sqlite://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=-1
        )

    @event.listens_for(made, "connect")
    def _configure(connection: sqlite3.Connection, _: object) -> None:
        if mode == WRITE:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        connection.execute("PRAGMA foreign_keys=ON")
        # sqlite3's own transactions begin late; SQLAlchemy's recipe makes BEGIN explicit.
        connection.isolation_level = None

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        # An index may be made from what is read for minutes: nobody is kept from writing meanwhile.
        writes = mode == WRITE and not connection.get_execution_options().get(LOOKS)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made


def compact(opened: Engine) -> None:
    """Fold the write-ahead log into the database, so that one file holds it all."""
    connection = opened.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        raise explained(error) from error
    finally:
        connection.close()


def explained(error: BaseException) -> ArchiveError:
    """SQLite's error as one that says what to do."""
    text = str(error)
    if "disk is full" in text or "disk I/O error" in text:
        return ArchiveError(
            f"the archive could not be written: {text}. Free some space and run the same command "
            "again; every article counted before is kept"
        )
    if "readonly" in text or "unable to open" in text:
        return ArchiveReadOnly(
            f"the archive cannot be written to: {text}. Check the permissions of its folder"
        )
    if "malformed" in text or "not a database" in text:
        return ArchiveDamaged(
            f"the archive's database is damaged: {text}. Restore archive.db from a backup, or "
            "index the sources into a new folder"
        )
    return ArchiveError(f"the archive's database failed: {text}")
