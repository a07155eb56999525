"""Opening an archive's SQLite database, to read or to write.

SQLite in WAL mode: readers never wait for the writer. `synchronous=NORMAL`
survives the death of the process at any moment; a power cut can lose the last
commits but not damage the file (https://sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from index.embed import Identity
from index.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveMissing,
    ArchiveReadOnly,
    ArchiveTooNew,
    EmbedderMismatch,
)
from index.schema import SCHEMA_VERSION, meta, metadata

log = logging.getLogger(__name__)

DATABASE = "archive.db"

# Of pages that each connection remembers. At a million passages the inner pages alone
# are more than SQLite's own 2 MB, and every hit that is read took a dozen reads.
_CACHE_KIB = 32_768


def open_reader(folder: Path) -> Engine:
    """An engine that cannot write. Raises ArchiveMissing, ArchiveTooNew, ArchiveDamaged."""
    file = folder / DATABASE
    try:
        found = file.is_file()
    except OSError as error:
        raise ArchiveError(f"{file} cannot be read: {error.strerror}") from error
    if not found:
        raise ArchiveMissing(
            f"there is no archive at {folder}; make one with: "
            f"byline index SOURCE --archive {folder}"
        )
    engine = _engine(file, "mode=ro")
    try:
        _check(engine, file)
    except ArchiveReadOnly:
        # A folder that cannot be written to cannot hold WAL's shared memory, and while
        # nobody writes, the file can be read as it lies.
        engine.dispose()
        engine = _engine(file, "immutable=1")
        try:
            _check(engine, file)
        except ArchiveReadOnly as error:
            raise ArchiveError(f"{file} cannot be read. Check its permissions") from error
    return engine


def open_writer(folder: Path, identity: Identity) -> Engine:
    """An engine that writes, making the archive where there is none.

    Raises what `open_reader` does, and ArchiveReadOnly, EmbedderMismatch.
    """
    file = folder / DATABASE
    fresh = not file.exists()
    engine = _engine(file, "mode=rwc")
    if not fresh:
        _check(engine, file)
    with writing(engine) as connection:
        # Also completes a database whose making was cut short.
        metadata.create_all(connection)
        if not _meta(connection):
            rows = {"schema_version": str(SCHEMA_VERSION), "change": "0"}
            rows |= _identity_rows(identity)
            connection.execute(insert(meta), [{"key": k, "value": v} for k, v in rows.items()])
    check_embedder(engine, folder, identity)
    return engine


def reopen_to_write(folder: Path) -> Engine:
    """An engine that writes to an archive that is there. Raises what `open_reader` does."""
    file = folder / DATABASE
    if not file.is_file():
        raise ArchiveMissing(f"there is no archive at {folder} any more")
    engine = _engine(file, "mode=rwc")
    _check(engine, file)
    return engine


def identity_of(engine: Engine) -> Identity | None:
    """Which model made the archive's vectors; None for one that was never begun."""
    with reading(engine) as connection:
        rows = _meta(connection)
    if "embedder" not in rows:
        return None
    return Identity(
        rows["embedder"],
        int(rows["dimension"]),
        rows["weights"],
        rows.get("query_prefix"),
        rows.get("passage_prefix"),
    )


def replace_identity(connection: Connection, identity: Identity) -> None:
    """Say that the vectors are another model's: part of embedding an archive again."""
    rows = _identity_rows(identity)
    connection.execute(
        delete(meta).where(meta.c.key.in_([*rows, "query_prefix", "passage_prefix"]))
    )
    connection.execute(insert(meta), [{"key": k, "value": v} for k, v in rows.items()])


def _identity_rows(identity: Identity) -> dict[str, str]:
    rows = {
        "embedder": identity.id,
        "dimension": str(identity.dimension),
        "weights": identity.weights,
        "query_prefix": identity.query_prefix,
        "passage_prefix": identity.passage_prefix,
    }
    return {key: value for key, value in rows.items() if value is not None}


def check_embedder(engine: Engine, folder: Path, identity: Identity) -> None:
    """Raise EmbedderMismatch where the archive's vectors came from another model."""
    found = identity_of(engine)
    if found is not None and found != identity:
        same = " with other weights or prefixes" if found.id == identity.id else ""
        raise EmbedderMismatch(
            f"{folder} was embedded with {found.id} ({found.dimension} dimensions, weights "
            f"{found.weights[:12]}…), but the model in use is {identity.id}{same} "
            f"({identity.dimension} dimensions, weights {identity.weights[:12]}…). Use the model "
            f"it was made with, or embed it again with: byline reembed --archive {folder} "
            f"--model {identity.id}"
        )


def last_change(connection: Connection) -> int:
    """The number of the archive's last committed change."""
    value = connection.scalar(select(meta.c.value).where(meta.c.key == "change"))
    return int(value or 0)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection whose SQLite errors are raised as ArchiveError."""
    try:
        with engine.connect() as connection:
            yield connection
    except DatabaseError as error:
        raise explained(error.orig or error) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction: committed whole at the end, or rolled back whole."""
    try:
        with engine.begin() as connection:
            yield connection
    except DatabaseError as error:
        raise explained(error.orig or error) from error


def compact(engine: Engine) -> None:
    """Fold the write-ahead log into the database, so that one file holds it all."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        raise explained(error) from error
    finally:
        connection.close()


def _engine(file: Path, mode: str) -> Engine:
    def connect(mode: str = mode) -> sqlite3.Connection:
        # as_uri() escapes what a folder's name may hold: ?, #, %
        return sqlite3.connect(
            f"{file.absolute().as_uri()}?{mode}", uri=True, timeout=30, check_same_thread=False
        )

    def connect_anew() -> sqlite3.Connection:
        """Somebody else may be writing by now; then there is shared memory to read."""
        connection = connect("mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError:
            connection.close()
            return connect("immutable=1")
        return connection

    if mode == "immutable=1":
        engine = create_engine("sqlite://", creator=connect_anew, poolclass=NullPool)
    else:
        # As many connections as threads ask; SQLAlchemy's own choice for a database
        # without a name closes other threads' connections when there are many.
        engine = create_engine(
            "sqlite://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=-1
        )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: object) -> None:
        if mode == "mode=rwc":
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        connection.execute("PRAGMA foreign_keys=ON")
        # sqlite3's own transactions begin late; SQLAlchemy's recipe makes BEGIN explicit.
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == "mode=rwc" else "BEGIN")

    return engine


def _check(engine: Engine, file: Path) -> None:
    with reading(engine) as connection:
        rows = _meta(connection)
    version = int(rows.get("schema_version", SCHEMA_VERSION))
    if version > SCHEMA_VERSION:
        raise ArchiveTooNew(
            f"{file.parent} has archive format {version}; this Byline reads up to "
            f"{SCHEMA_VERSION}. Upgrade Byline to read it"
        )


def _meta(connection: Connection) -> dict[str, str]:
    try:
        return {row.key: row.value for row in connection.execute(select(meta))}
    except OperationalError as error:
        if "no such table" in str(error):
            return {}
        raise


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
