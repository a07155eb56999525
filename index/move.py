"""Moving an archive: from a folder onto servers, or back, or from one folder to another.

The truth is copied row by row (`index.transfer`) and the search is filled from it, so
nothing is embedded again. The source is only read, and kept from being written to
meanwhile; it stays as it was. Whatever stops it, the same call goes on from there, and
until all is done the target cannot be opened as an archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from sqlalchemy import Engine

from index import database, transfer
from index.advisory import shared_lock
from index.base import Progress
from index.engines import open_derived
from index.errors import ArchiveError, ArchiveReadOnly
from index.location import Folder, Location
from index.lock import writer_lock
from index.transfer import Copied


def move(
    source: Location, target: Location, progress: Progress | None = None
) -> tuple[Copied, ...]:
    """Copy an archive to where there is none yet; how many rows each table has on both sides.

    Raises ArchiveMissing for the source, ArchiveLocked where somebody writes to either,
    and ArchiveError where the target holds an archive, or the two differ in the end.
    """
    if source == target:
        raise ArchiveError(f"{source} is where the archive is; name another place to move it to")
    identity = database.identity_at(source)
    if identity is None:
        raise database.missing(source)
    with ExitStack() as stack:
        there = stack.enter_context(_still(source))
        if isinstance(target, Folder):
            target.path.mkdir(parents=True, exist_ok=True)
            stack.enter_context(writer_lock(target.path))
        here = database.open_writer(target, identity)
        stack.callback(here.dispose)
        if not isinstance(target, Folder):
            stack.enter_context(stack.enter_context(shared_lock(here, target)).alone())
        transfer.begin(there, here)
        transfer.copy(there, here, progress)
        counts = transfer.check(there, here)
        derived = open_derived(target, here, identity.dimension, progress)
        stack.callback(derived.close)
        derived.catch_up()
        transfer.finish(here)
    return counts


@contextmanager
def _still(source: Location) -> Iterator[Engine]:
    """An engine that reads an archive to which nobody writes meanwhile."""
    with ExitStack() as stack:
        engine = database.open_reader(source)
        stack.callback(engine.dispose)
        if isinstance(source, Folder):
            with suppress(ArchiveReadOnly):  # nobody else can write to it either
                stack.enter_context(writer_lock(source.path))
        else:
            stack.enter_context(stack.enter_context(shared_lock(engine, source)).alone())
        yield engine
