"""Moving an archive: from a folder onto servers, or back, or from one folder to another.

The truth is copied row by row (`index.transfer`) and the search is filled from it, so
nothing is embedded again. The source is only read, and kept from being written to
meanwhile; it stays as it was. Whatever stops it, the same call goes on from there, and
until all is done the target cannot be opened as an archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from sqlalchemy import Engine

from index import database, postgres, transfer
from index.advisory import shared_lock
from index.base import Progress
from index.engines import open_derived, require_search
from index.errors import ArchiveError, ArchiveReadOnly
from index.location import Folder, Location
from index.lock import folder_made, writer_lock
from index.transfer import Copied


def move(
    source: Location,
    target: Location,
    progress: Progress | None = None,
    *,
    beside: Callable[[], None] | None = None,
) -> tuple[Copied, ...]:
    """Copy an archive to where there is none yet; how many rows each table has on both sides.

    `beside` brings what else there is of it. It is called when all the rest is there and
    before the copy can be opened, and by a call that goes on perhaps once more.

    Raises ArchiveMissing for the source, ArchiveLocked where somebody writes to either,
    and ArchiveError where the target holds an archive, or the two differ in the end.
    """
    if _resolved(source) == _resolved(target):
        raise _same_place(source)
    with ExitStack() as stack:
        there = stack.enter_context(_still(source))
        identity = database.identity_of(there)
        if identity is None:
            raise database.missing(source)
        require_search(target)
        if isinstance(target, Folder):
            stack.enter_context(writer_lock(folder_made(target.path)))
        here = database.open_writer(target, identity, any_model=True)
        stack.callback(here.dispose)
        if not isinstance(target, Folder):
            if not isinstance(source, Folder) and _whereabouts(there) == _whereabouts(here):
                raise _same_place(source)
            stack.enter_context(stack.enter_context(shared_lock(here, target)).alone())
        transfer.begin(there, here)
        transfer.copy(there, here, progress)
        counts = transfer.check(there, here)
        derived = open_derived(target, here, identity.dimension, progress)
        stack.callback(derived.close)
        if transfer.was_begun_before(here):
            derived.rebuild()
        else:
            derived.catch_up()
        if beside is not None:
            beside()
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
        transfer.require_whole(engine, source)
        yield engine


def _resolved(location: Location) -> Location:
    """A folder has many names."""
    return Folder(location.path.resolve()) if isinstance(location, Folder) else location


def _whereabouts(engine: Engine) -> tuple[object, ...]:
    with database.reading(engine) as connection:
        return postgres.whereabouts(connection)


def _same_place(source: Location) -> ArchiveError:
    return ArchiveError(f"{source} is where the archive is; name another place to move it to")
