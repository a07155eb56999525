"""Opening an archive's database, to read or to write, wherever it lies.

`index.sqlite` and `index.postgres` know their engines; what stands here is the same
for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, delete, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from index import postgres, sqlite
from index.embed import Identity
from index.errors import (
    ArchiveError,
    ArchiveMissing,
    ArchiveReadOnly,
    ArchiveTooNew,
    EmbedderMismatch,
)
from index.location import Folder, Location, Remote, as_argument
from index.schema import SCHEMA_VERSION, meta, metadata

_MAKING = 0x42796C696E65_01  # the advisory lock of those who may make the tables
_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def exists(location: Location) -> bool:
    """Whether an archive was begun there. Raises ArchiveError where that cannot be told."""
    if isinstance(location, Folder):
        file = location.path / sqlite.DATABASE
        try:
            return file.is_file()
        except OSError as error:
            raise ArchiveError(f"{file} cannot be read: {error.strerror}") from error
    engine = postgres.engine(location, read_only=True)
    try:
        with reading(engine) as connection:
            return inspect(connection).has_table(meta.name)
    finally:
        engine.dispose()


def missing(location: Location) -> ArchiveMissing:
    """The error that says how to make an archive there."""
    return ArchiveMissing(
        f"there is no archive at {location}; make one with: "
        f"byline index SOURCE --archive {as_argument(location)}"
    )


def open_reader(location: Location) -> Engine:
    """An engine that cannot write. Raises ArchiveMissing, ArchiveTooNew, ArchiveDamaged."""
    if isinstance(location, Remote):
        return _checked(postgres.engine(location, read_only=True), location)
    if not exists(location):
        raise missing(location)
    file = location.path / sqlite.DATABASE
    try:
        return _checked(sqlite.engine(file, sqlite.READ), location)
    except ArchiveReadOnly:
        # A folder that cannot be written to cannot hold WAL's shared memory, and while
        # nobody writes, the file can be read as it lies.
        try:
            return _checked(sqlite.engine(file, sqlite.READ_AS_IT_LIES), location)
        except ArchiveReadOnly as error:
            raise ArchiveError(f"{file} cannot be read. Check its permissions") from error


def open_writer(location: Location, identity: Identity, *, any_model: bool = False) -> Engine:
    """An engine that writes, making the archive where there is none.

    A database on a server has to be there; its tables are made. Raises what
    `open_reader` does, ArchiveReadOnly, and EmbedderMismatch unless `any_model` will do.
    """
    if isinstance(location, Folder):
        file = location.path / sqlite.DATABASE
        fresh = not file.exists()
        engine = sqlite.engine(file, sqlite.WRITE)
    else:
        engine = postgres.engine(location, read_only=False)
        fresh = True  # `_complete` looks
    try:
        if not fresh:
            _check(engine, location)
        _complete(engine, location, identity)
        if not any_model:
            check_embedder(engine, location, identity)
    except BaseException:
        engine.dispose()
        raise
    return engine


def reopen_to_write(location: Location) -> Engine:
    """An engine that writes to an archive that is there. Raises what `open_reader` does."""
    if isinstance(location, Remote):
        return _checked(postgres.engine(location, read_only=False), location)
    file = location.path / sqlite.DATABASE
    if not file.is_file():
        raise ArchiveMissing(f"there is no archive at {location} any more")
    return _checked(sqlite.engine(file, sqlite.WRITE), location)


def identity_at(location: Location) -> Identity | None:
    """Which model made the archive there; None where there is no archive yet."""
    if not exists(location):
        return None
    engine = open_reader(location)
    try:
        return identity_of(engine)
    finally:
        engine.dispose()


def identity_of(engine: Engine) -> Identity | None:
    """Which model made the archive's vectors; None for one that was never begun."""
    with reading(engine) as connection:
        return identity_in(connection)


def identity_in(connection: Connection) -> Identity | None:
    """The same within a transaction."""
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


def check_embedder(engine: Engine, location: Location, identity: Identity) -> None:
    """Raise EmbedderMismatch where the archive's vectors came from another model."""
    with reading(engine) as connection:
        check_embedder_in(connection, location, identity)


def check_embedder_in(connection: Connection, location: Location, identity: Identity) -> None:
    """The same within a transaction."""
    found = identity_in(connection)
    if found is not None and found != identity:
        same = " with other weights or prefixes" if found.id == identity.id else ""
        raise EmbedderMismatch(
            f"{location} was embedded with {found.id} ({found.dimension} dimensions, weights "
            f"{found.weights[:12]}…), but the model in use is {identity.id}{same} "
            f"({identity.dimension} dimensions, weights {identity.weights[:12]}…). Use the model "
            f"it was made with, or embed it again with: byline reembed --archive "
            f"{as_argument(location)} --model {identity.id}"
        )


def last_change(connection: Connection) -> int:
    """The number of the archive's last committed change."""
    value = connection.scalar(select(meta.c.value).where(meta.c.key == "change"))
    return int(value or 0)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that reads one state of the database; its errors are ArchiveErrors."""
    with explaining(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(**_SNAPSHOT)
        else:
            connection.execution_options(**{sqlite.LOOKS: True})
        yield connection


@contextmanager
def looking(engine: Engine) -> Iterator[Connection]:
    """The same for a single statement, which needs no transaction on a server."""
    with explaining(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction: committed whole at the end, or rolled back whole."""
    with explaining(engine), engine.begin() as connection:
        yield connection


@contextmanager
def explaining(engine: Engine) -> Iterator[None]:
    """Raises ArchiveError for whatever the database says within."""
    try:
        yield
    except DBAPIError as error:
        raise explained(error, engine) from error
    except NoneFree as error:
        raise ArchiveError(
            "the archive's database cannot be asked: all connections that this process may have "
            "are in use. Try again in a moment"
        ) from error


def compact(engine: Engine) -> None:
    """Leave as few files as need be, where the database is one of ours to keep."""
    if engine.dialect.name == "sqlite":
        sqlite.compact(engine)


def explained(error: BaseException, engine: Engine) -> ArchiveError:
    """A database's error, or its driver's, as one that says what to do."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if engine.dialect.name == "postgresql":
        return postgres.explained(cause, engine)
    return sqlite.explained(cause)


def _complete(engine: Engine, location: Location, identity: Identity) -> None:
    """Make what there is not, also in a database whose making was cut short."""
    with writing(engine) as connection:
        if isinstance(location, Remote):  # two may begin at once
            postgres.one_at_a_time(connection, _MAKING)
            postgres.check(connection, location)
            if inspect(connection).has_table(meta.name):
                _check_version(connection, location)
        metadata.create_all(connection)
        if not _meta(connection):
            rows = {"schema_version": str(SCHEMA_VERSION), "change": "0"}
            rows |= _identity_rows(identity)
            connection.execute(insert(meta), [{"key": k, "value": v} for k, v in rows.items()])


def _checked(engine: Engine, location: Location) -> Engine:
    try:
        _check(engine, location)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _check(engine: Engine, location: Location) -> None:
    with reading(engine) as connection:
        if isinstance(location, Remote):
            if not inspect(connection).has_table(meta.name):
                raise missing(location)
            postgres.check(connection, location)
        _check_version(connection, location)


def _check_version(connection: Connection, location: Location) -> None:
    version = int(_meta(connection).get("schema_version", SCHEMA_VERSION))
    if version > SCHEMA_VERSION:
        raise ArchiveTooNew(
            f"{location} has archive format {version}; this Byline reads up to "
            f"{SCHEMA_VERSION}. Upgrade Byline to read it"
        )


def _meta(connection: Connection) -> dict[str, str]:
    try:
        return {row.key: row.value for row in connection.execute(select(meta))}
    except DBAPIError as error:
        if "no such table" in str(error):  # SQLite, of a file whose making was cut short
            return {}
        raise
