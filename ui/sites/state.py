"""What is kept beside sites: their format, and a word that is another after every change."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, insert, select, update

from ui.sites.errors import SiteError
from ui.sites.schema import SCHEMA_VERSION

_FORMAT, _CHANGE = "schema_version", "change"


def read(connection: Connection, meta: Table, where: object) -> str:
    """The word for the present state. `where` is said in errors.

    Raises SiteError for a format that this Byline does not know, or that is not told.
    """
    rows = {row.key: row.value for row in connection.execute(select(meta))}
    if not {_FORMAT, _CHANGE} <= set(rows):
        raise SiteError(
            f"the sites at {where} are damaged: the table {meta.name} is incomplete. Restore them "
            "from a backup"
        )
    if int(rows[_FORMAT]) > SCHEMA_VERSION:
        raise SiteError(
            f"the sites at {where} have format {rows[_FORMAT]}; this Byline reads up to "
            f"{SCHEMA_VERSION}. Upgrade Byline to read them"
        )
    return str(rows[_CHANGE])


@contextmanager
def changing(connection: Connection, meta: Table, where: object) -> Iterator[None]:
    """What is changed within is told from what was before. Raises as `read` does."""
    change = secrets.token_hex(8)
    if connection.execute(select(meta).limit(1)).first() is None:
        rows = {_FORMAT: str(SCHEMA_VERSION), _CHANGE: change}
        connection.execute(insert(meta), [{"key": k, "value": v} for k, v in rows.items()])
    read(connection, meta, where)
    yield
    connection.execute(update(meta).where(meta.c.key == _CHANGE).values(value=change))
