"""Copying an archive's truth from one database into another, row by row.

Nothing is embedded or cut anew: rows go over as they are, vectors and keys
included. They go in lots, in order of their primary key, and how far a table has
come is written in the very transaction that brings its rows: stopped at any
moment, the next run goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)

from index import database, rows
from index.base import Progress
from index.errors import ArchiveError
from index.location import Location
from index.schema import (
    addresses,
    articles,
    asides,
    bands,
    feedback,
    meta,
    passages,
    pending,
    versions,
)

MOVING = "moving"
"""The row of `meta` that an archive has while it is being copied into, and only then."""

# what refers to others comes after them
_TABLES = (articles, versions, asides, addresses, passages, bands, feedback)
_LOT = 1_000  # rows of one transaction; a megabyte or a few
_POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows a table has on both sides."""

    table: str
    there: int
    here: int


def begin(source: Engine, target: Engine) -> None:
    """Make ready to copy, or to go on with a copy of the very same state of `source`.

    A copy that was begun of another state, or of another archive, is emptied and begun
    anew, with the model that `source` has now. Raises ArchiveError where `target` holds an
    archive that is not such a copy.
    """
    with database.reading(source) as connection:
        state, identity = _state(connection), database.identity_in(connection)
    with database.writing(target) as connection:
        begun = _progress(connection)
        if begun is None and _holds_anything(connection):
            raise ArchiveError(
                "this very archive is there already, whole: nothing is left to be moved"
                if _state(connection) == state
                else "there is an archive already where this one is to go, and it is not a copy "
                "that was begun; name an empty place, or remove what is there first"
            )
        if begun is not None and begun.get("state") == state:
            return
        for table in (pending, *reversed(_TABLES)):
            connection.execute(delete(table))
        connection.execute(delete(meta).where(meta.c.key == MOVING))
        if identity is not None:
            database.replace_identity(connection, identity)
        note = json.dumps({"state": state, "done": {}, "again": begun is not None})
        connection.execute(insert(meta).values(key=MOVING, value=note))


def copy(source: Engine, target: Engine, progress: Progress | None = None) -> None:
    """Bring over what is still missing. Call `begin` before, and let nobody write to `source`."""
    for table in _TABLES:
        with database.reading(source) as connection:
            total = int(connection.scalar(select(func.count()).select_from(table)) or 0)
        with database.reading(target) as connection:
            done = int(connection.scalar(select(func.count()).select_from(table)) or 0)
            after = _done(connection, table)
        if progress is not None:
            progress(table.name, done, total)
        while lot := _lot(source, table, after):
            after = [lot[-1][column.name] for column in table.primary_key.columns]
            with database.writing(target) as connection:
                connection.execute(insert(table), lot)
                _note(connection, table, after)
            done += len(lot)
            if progress is not None:
                progress(table.name, done, total)


def check(source: Engine, target: Engine) -> tuple[Copied, ...]:
    """Compare the two sides; from here on the copy's changes are numbered as the source's.

    Raises ArchiveError where they differ: then somebody wrote to one of them.
    """
    counts = []
    for table in _TABLES:
        query = select(func.count()).select_from(table)
        with database.reading(source) as there, database.reading(target) as here:
            counts.append(
                Copied(table.name, int(there.scalar(query) or 0), int(here.scalar(query) or 0))
            )
    with database.reading(source) as connection:
        state = _state(connection)
    # Readers may go on sending verdicts meanwhile: they change no article.
    wrong = [each for each in counts if each.there != each.here and each.table != feedback.name]
    with database.writing(target) as connection:
        same = not wrong and (_progress(connection) or {}).get("state") == state
        if same:
            change = str(state["change"])
            connection.execute(update(meta).where(meta.c.key == "change").values(value=change))
            _count_on(connection)
        else:
            _write(connection, state=None)  # the next to go on begins anew
    if not same:
        told = ", ".join(f"{each.table} {each.there} and {each.here}" for each in wrong)
        raise ArchiveError(
            f"the two archives differ ({told or 'articles changed while they were copied'}): "
            "somebody wrote to one of them meanwhile; run the same command again"
        )
    return tuple(counts)


def finish(target: Engine) -> None:
    """Make the copy an archive like any other."""
    with database.writing(target) as connection:
        connection.execute(delete(meta).where(meta.c.key == MOVING))


def was_begun_before(target: Engine) -> bool:
    """Whether a copy takes the place of one of another state, which may be searched for yet."""
    with database.reading(target) as connection:
        return bool((_progress(connection) or {}).get("again"))


def is_moving(connection: Connection) -> bool:
    """Whether an archive is a copy that is not complete."""
    return _progress(connection) is not None


def require_whole(engine: Engine, location: Location) -> None:
    """Raise ArchiveError for an archive that is a copy and not complete."""
    with database.reading(engine) as connection:
        moving = is_moving(connection)
    if moving:
        raise ArchiveError(
            f"an archive is being moved to {location}, and is not all there; let the byline move "
            "that does it finish, or run it again: it goes on from where it stopped"
        )


def _lot(source: Engine, table: Table, after: Sequence[Any] | None) -> list[dict[str, Any]]:
    key = list(table.primary_key.columns)
    query = select(table).order_by(*key).limit(_LOT)
    if after is not None:
        beyond = key[0] > after[0] if len(key) == 1 else tuple_(*key) > tuple_(*after)
        query = query.where(beyond)
    with database.reading(source) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _count_on(connection: Connection) -> None:
    """Have keys counted on from the highest that came over: one is never used twice.

    SQLite notes by itself what was put in; PostgreSQL has to be told.
    """
    if connection.dialect.name != _POSTGRESQL:
        return
    for table in _TABLES:
        (first, *others) = table.primary_key.columns
        if others or not isinstance(first.type, Integer):
            continue
        highest = connection.scalar(select(func.max(first)))
        if highest is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :value)"),
                {"table": table.name, "column": first.name, "value": highest},
            )


def _holds_anything(connection: Connection) -> bool:
    return any(connection.execute(select(table).limit(1)).first() for table in _TABLES)


def _state(connection: Connection) -> dict[str, Any]:
    """What tells a state of an archive from its others, and from those of other archives."""
    last = connection.execute(
        select(articles.c.id, articles.c.fingerprint, versions.c.recorded)
        .join(versions, rows.CURRENT)
        .order_by(articles.c.changed.desc(), articles.c.id)
        .limit(1)
    ).first()
    return {
        "change": database.last_change(connection),
        "last": list(last) if last is not None else None,
    }


def _progress(connection: Connection) -> dict[str, Any] | None:
    value = connection.scalar(select(meta.c.value).where(meta.c.key == MOVING))
    return json.loads(value) if value is not None else None


def _done(connection: Connection, table: Table) -> list[Any] | None:
    begun = _progress(connection) or {}
    after: list[Any] | None = begun.get("done", {}).get(table.name)
    return after


def _note(connection: Connection, table: Table, after: Sequence[Any]) -> None:
    done = (_progress(connection) or {}).get("done", {})
    _write(connection, done={**done, table.name: list(after)})


def _write(connection: Connection, **changed: Any) -> None:
    """Change what is noted of the copy's progress."""
    value = json.dumps({**(_progress(connection) or {}), **changed})
    connection.execute(update(meta).where(meta.c.key == MOVING).values(value=value))
