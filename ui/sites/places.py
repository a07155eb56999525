"""The sites of an archive wherever it lies: in a file of its folder, or in its database."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import Connection

from index.location import Folder, Location
from ui.sites import database, remote


def reading(
    location: Location,
) -> AbstractContextManager[tuple[Connection, tuple[int, str]] | None]:
    """A connection, and what tells this state from others; None where there is no site yet."""
    if isinstance(location, Folder):
        return database.reading(location.path)
    return remote.reading(location)


def writing(location: Location) -> AbstractContextManager[Connection]:
    """A transaction, in tables that are made if need be."""
    if isinstance(location, Folder):
        return database.writing(location.path)
    return remote.writing(location)
