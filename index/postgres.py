"""An archive's database on a PostgreSQL server, through psycopg 3.

What the server or libpq says reaches a reader as an ArchiveError that names the
address, never with its password, and what to look at. Nothing is retried but the
opening of a connection: the pool tests one that lay unused before it hands it out.
"""

from __future__ import annotations

import os
import socket
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from index.errors import ArchiveDamaged, ArchiveError, ArchiveLocked, ArchiveReadOnly
from index.location import READABLE, Remote

_WHERE = "byline_archive"  # the execution option that says which archive an engine reaches
_CONNECT_SECONDS = 10
_UNTESTED_SECONDS = 1.0
_LOCK_SECONDS = 60  # that a commit waits for another's
# A machine that is gone is noticed within a minute, from either end.
_KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


def engine(location: Remote, *, read_only: bool) -> Engine:
    """Connects when it is first asked. Raises ArchiveError where psycopg is missing."""
    parameters = _parameters(location)
    options = [f"-c tcp_{name}={value}" for name, value in _KEEPALIVE.items()]
    options.append(f"-c lock_timeout={_LOCK_SECONDS}s")
    if read_only:
        options.append("-c default_transaction_read_only=on")
    parameters["options"] = " ".join([*options, parameters.get("options", "")]).strip()

    def connect() -> Any:
        import psycopg

        return psycopg.connect(**parameters)

    made = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        isolation_level="READ COMMITTED",
        execution_options={_WHERE: str(location)},
        hide_parameters=True,
    )
    event.listen(made, "checkout", _tested)
    event.listen(made, "checkin", _used)
    return made


def _used(_: Any, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _tested(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
    """Have the pool open another where a connection that lay unused is gone.

    Testing takes as long as a small query: what was used a moment ago goes untested.
    """
    used = record.info.get("used")
    if used is None or time.monotonic() - used < _UNTESTED_SECONDS:
        return
    import psycopg

    try:
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = False
    except psycopg.Error as error:
        raise DisconnectionError from error


def check(connection: Connection, location: Remote) -> None:
    """Raise ArchiveError for a server or a database that cannot hold an archive."""
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise ArchiveError(
            f"{location} keeps its text as {encoding}, expected UTF8; make a database with: "
            "CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0"
        )


def one_at_a_time(connection: Connection, key: int) -> None:
    """Wait for whoever else does what `key` stands for; until the transaction ends, they wait.

    SQLite has one writer at a time as it is.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def whereabouts(connection: Connection) -> tuple[object, ...]:
    """What tells the tables that it reaches from all others, however they are addressed."""
    query = text("SELECT pg_postmaster_start_time(), current_database(), current_schema()")
    return tuple(connection.execute(query).one())


def size(connection: Connection, *tables: str) -> int:
    """Bytes on the server's disk of these tables with their indexes."""
    query = text(
        "SELECT sum(pg_total_relation_size(to_regclass(name))) "
        "FROM unnest(CAST(:names AS text[])) AS name"
    )
    return int(connection.scalar(query, {"names": list(tables)}) or 0)


def explained(error: BaseException, opened: Engine) -> ArchiveError:
    """What PostgreSQL or libpq says (psycopg's error) as an error that says what to do."""
    where = opened.get_execution_options().get(_WHERE, "the archive's server")
    said, state = " ".join(str(error).split()).rstrip(".?"), getattr(error, "sqlstate", None) or ""
    for code, (kind, advice) in _BY_CODE.items():
        if state.startswith(code):
            return kind(f"{where}: {said}. {advice}")
    for words, advice in _BY_WORDS if not state else ():
        if words in said:
            return ArchiveError(f"{where} cannot be reached: {said}. {advice}")
    if not state:
        return ArchiveError(
            f"{where} cannot be reached: {said}. Check that the server runs and is reachable from "
            "this machine, and run the same command again; every article counted before is kept"
        )
    return ArchiveError(f"the archive's database {where} failed: {said}")


def process_name() -> str:
    """What this process is called in the server's list of connections, 63 bytes at most."""
    name = f"byline {os.getpid()} on {socket.gethostname()}"
    return name.encode("ascii", "replace")[:63].decode()


def _parameters(location: Remote) -> dict[str, Any]:
    """libpq's parameters; what the address leaves open is ours, or libpq's own to find."""
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise ArchiveError(
            f"{location} needs the package psycopg; install it with: "
            "pip install 'byline[distributed]'"
        ) from error
    try:
        given = conninfo_to_dict(location.database)
    except psycopg.Error:  # what it says repeats what it could not read, a password perhaps
        raise ArchiveError(f"{location}: the address cannot be read. Expected {READABLE}") from None
    ours = {
        **_KEEPALIVE,
        "client_encoding": "UTF8",
        "application_name": process_name(),
    }
    if "PGCONNECT_TIMEOUT" not in os.environ:
        ours["connect_timeout"] = _CONNECT_SECONDS
    return ours | given


_RESUME = "every article counted before is kept: run the same command again"
_OTHERS = "These are not an archive's tables: give the archive a database of its own"
# by the beginning of SQLSTATE: https://postgresql.org/docs/current/errcodes-appendix.html
_BY_CODE: dict[str, tuple[type[ArchiveError], str]] = {
    "53100": (ArchiveError, f"Free some space on the server's disk; {_RESUME}"),
    "53": (ArchiveError, f"The server is short of memory or connections; {_RESUME}"),
    "25006": (ArchiveReadOnly, "This server or this user only reads; use the primary server"),
    "42501": (
        ArchiveReadOnly,
        "Reading needs SELECT on all of the archive's tables; writing needs INSERT, UPDATE and "
        "DELETE too, and USAGE on its sequences; making an archive needs CREATE on the schema: "
        "GRANT them to this user",
    ),
    "42P01": (ArchiveError, _OTHERS),
    "42703": (ArchiveError, _OTHERS),
    "55P03": (ArchiveLocked, f"Another process writes for longer than usual; {_RESUME}"),
    "57014": (
        ArchiveError,
        "It took longer than the server allows: raise statement_timeout for this user, with "
        f"ALTER ROLE; {_RESUME}",
    ),
    "57P": (ArchiveError, f"The server ended the connection; {_RESUME}"),
    "25P": (ArchiveError, f"The server ended the connection; {_RESUME}"),
    "08": (ArchiveError, f"The connection was lost; {_RESUME}"),
    "40": (ArchiveError, f"Another process was in the way; {_RESUME}"),
    "XX001": (ArchiveDamaged, "Restore the database from a backup"),
    "XX002": (ArchiveDamaged, "Have the server make its indexes anew: REINDEX DATABASE"),
}
# of what has no SQLSTATE, as the connection was never made; the server may say it in its language
_BY_WORDS = (
    ("password", "Check the password in the address, in PGPASSWORD or in ~/.pgpass"),
    ("does not exist", "Check the name, or make it on the server with: createdb, createuser"),
    ("pg_hba.conf", "The server lets nobody in from here: add a line to its pg_hba.conf"),
    ("starting up", "The server is coming up; try again in a moment"),
    ("too many", "The server has no connection left: raise its max_connections"),
)
