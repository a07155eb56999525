"""The sites of an archive that moves: they go with it, keys and secrets included."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from index.location import Location
from ui.sites import places
from ui.sites.schema import keys, sites


def copy_sites(source: Location, target: Location) -> int:
    """Make the target's sites those of the source; how many there are. Raises SiteError."""
    with places.reading(source) as opened:
        if opened is None:
            return 0
        connection, _ = opened
        rows = {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in (sites, keys)
        }
    with places.writing(target) as connection:
        for table in (keys, sites):
            connection.execute(delete(table))
        for table, some in rows.items():
            if some:
                connection.execute(insert(table), some)
    return len(rows[sites])
