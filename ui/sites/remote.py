"""The sites of an archive on servers: tables in its own database, which all servers share.

They hold the secrets of private sites: whoever may read the tables `sites` and `keys`
has them, so an operator grants that to those who serve and to nobody else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, inspect

from index import database, postgres
from index.errors import ArchiveError
from index.location import Remote
from ui.sites import state
from ui.sites.errors import SiteError
from ui.sites.schema import keys, metadata, sites, sites_meta

_CHANGING = 0x62796C696E65_03  # the advisory lock of one who changes a site
_KEPT = 8  # engines of a process, which seldom has more archives than one

_engines: dict[tuple[Remote, bool], Engine] = {}
_lock = threading.Lock()


@contextmanager
def reading(location: Remote) -> Iterator[tuple[Connection, tuple[int, str]] | None]:
    """A connection, and what tells this state from others; None where there was never a site.

    Raises SiteError where it cannot be read.
    """
    with _explained(), database.reading(_engine(location, read_only=True)) as connection:
        if not inspect(connection).has_table(sites_meta.name):
            yield None
            return
        yield connection, (0, state.read(connection, sites_meta, location))


@contextmanager
def writing(location: Remote) -> Iterator[Connection]:
    """A transaction, of one at a time, in tables that are made if need be. Raises SiteError."""
    with _explained(), database.writing(_engine(location, read_only=False)) as connection:
        postgres.one_at_a_time(connection, _CHANGING)
        metadata.create_all(connection, tables=[sites_meta, sites, keys])
        with state.changing(connection, sites_meta, location):
            yield connection


def _engine(location: Remote, *, read_only: bool) -> Engine:
    """Kept for those who ask again; one that goes for others gives its connections back."""
    with _lock:
        made = _engines.pop((location, read_only), None)
        if made is None:
            made = postgres.engine(location, read_only=read_only)
        _engines[location, read_only] = made  # the one that was asked for last
        while len(_engines) > _KEPT:
            _engines.pop(next(iter(_engines))).dispose()
    return made


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ArchiveError as error:
        raise SiteError(f"the sites cannot be reached: {error}") from error
