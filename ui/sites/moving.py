"""The sites of an archive that moves: they go with it, keys and secrets included."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from index.location import Folder, Location
from ui.sites import database, remote
from ui.sites.schema import keys, sites


def copy_sites(source: Location, target: Location) -> int:
    """Make the target's sites those of the source; how many there are. Raises SiteError."""
    reading = (
        database.reading(source.path) if isinstance(source, Folder) else remote.reading(source)
    )
    with reading as opened:
        if opened is None:
            return 0
        connection, _ = opened
        rows = {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in (sites, keys)
        }
    writing = (
        database.writing(target.path) if isinstance(target, Folder) else remote.writing(target)
    )
    with writing as connection:
        for table in (keys, sites):
            connection.execute(delete(table))
        for table, some in rows.items():
            if some:
                connection.execute(insert(table), some)
    return len(rows[sites])
