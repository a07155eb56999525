"""sites.db: opening it to read and to write.

It holds the secrets of private sites, so it is its owner's alone (0600). It
is written seldom and by one command at a time, so SQLite's own rollback
journal does.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from ui.sites import state
from ui.sites.errors import SiteError
from ui.sites.schema import keys, meta, metadata, sites

FILE = "sites.db"
_MODE = 0o600
_READ_WAIT = 0.2  # seconds that a reader waits for a writer: requests wait with it
_WRITE_WAIT = 10.0  # seconds that a writer does


@contextmanager
def reading(folder: Path) -> Iterator[tuple[Connection, tuple[int, str]] | None]:
    """A connection, and what tells this state of the file from others; None without a file.

    One without a byte is none: the first change is being written, or came to nothing.
    Raises SiteError where it cannot be read.
    """
    file = folder / FILE
    try:
        found = file.stat()
    except FileNotFoundError:
        found = None
    except OSError as error:
        raise SiteError(f"{file} cannot be read: {error.strerror}") from error
    if found is None or not found.st_size:
        yield None
        return
    with _explained(file), _engine(file, "mode=ro", _READ_WAIT).connect() as connection:
        yield connection, (found.st_ino, state.read(connection, meta, file))


@contextmanager
def writing(folder: Path) -> Iterator[Connection]:
    """A transaction in a file that is made where there is none. Raises SiteError."""
    file = folder / FILE
    try:
        # made with this mode, not opened to all and closed to others later
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, _MODE))
        if stat.S_IMODE(file.stat().st_mode) & ~_MODE:
            file.chmod(_MODE)
    except OSError as error:
        raise SiteError(f"{file} cannot be written to: {error.strerror}") from error
    with _explained(file), _engine(file, "mode=rw", _WRITE_WAIT).begin() as connection:
        metadata.create_all(connection, tables=[meta, sites, keys])
        with state.changing(connection, meta, file):
            yield connection


@lru_cache(maxsize=8)  # making one costs more than a whole look; it holds no connection
def _engine(file: Path, mode: str, wait: float) -> Engine:
    def connect() -> sqlite3.Connection:
        # as_uri() escapes what a folder's name may hold: ?, #, %
        return sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, timeout=wait)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: object) -> None:
        # sqlite3's own transactions begin late; SQLAlchemy's recipe makes BEGIN explicit.
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == "mode=rw" else "BEGIN")

    return engine


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """SQLite's errors as ones that say what to do."""
    try:
        yield
    except DatabaseError as error:
        text = str(error.orig or error)
        if "malformed" in text or "not a database" in text or "no such table" in text:
            raise SiteError(
                f"{file} is damaged: {text}. Restore it from a backup, or move it away and add "
                "the sites anew"
            ) from error
        if "locked" in text:
            raise SiteError(f"{file} is being written to; try again") from error
        raise SiteError(
            f"{file} cannot be used: {text}. Check its permissions and the disk's space"
        ) from error
