"""An archive, opened to be written to.

One transaction per article: it is in whole, or not at all. The derived indexes
follow at checkpoints; a writer killed in between leaves them behind, and
whoever opens the archive next catches them up from the database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, delete, select, update

from index import database, outbox, records, rows, transfer
from index.advisory import SharedLock, shared_lock
from index.base import Derived, Progress
from index.embed import Identity, Vectors
from index.engines import open_derived
from index.errors import ArchiveError
from index.location import Folder, Location, Remote, located
from index.lock import folder_made, writer_lock
from index.records import Address, Entry
from index.schema import articles, passages, versions
from index.types import Article, Passage

_CHECKPOINT_SECONDS = 30.0
_CHECKPOINT_SHARE = 0.2  # of the time may go into checkpoints while articles come in
_MOST_REST = 600.0  # seconds: of an index that was trained anew, the next checkpoint takes less


log = logging.getLogger(__name__)


class ArchiveWriter:
    """Adds, replaces and removes articles. Use it as a context manager.

    Makes the archive where there is none. Several may write to an archive on a server
    at once; to one in a folder, one at a time. Raises ArchiveLocked where another
    process keeps this one out, ArchiveReadOnly, EmbedderMismatch, and whatever
    opening it to read raises.
    """

    def __init__(
        self, where: Location | Path, identity: Identity, *, progress: Progress | None = None
    ) -> None:
        self.location = located(where)
        self.identity = identity
        self._progress = progress
        self._shared: SharedLock | None = None
        with ExitStack() as stack:
            if isinstance(self.location, Folder):
                stack.enter_context(writer_lock(folder_made(self.location.path)))
            self._engine = database.open_writer(self.location, identity)
            stack.callback(self._engine.dispose)
            transfer.require_whole(self._engine, self.location)
            if isinstance(self.location, Remote):
                self._shared = stack.enter_context(shared_lock(self._engine, self.location))
                # A move may have begun, and been stopped, before the lock was had.
                transfer.require_whole(self._engine, self.location)
            self._indexes = self._open_indexes(identity)
            stack.callback(lambda: self._indexes.close())
            self._stack = stack.pop_all()
        self._checkpoint_at = time.monotonic() + _CHECKPOINT_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Catch the indexes up, whatever happened: what is committed is good."""
        with self._stack:
            try:
                self._indexes.catch_up()
                database.compact(self._engine)
            except ArchiveError:
                if error is None:
                    raise
                log.warning("the indexes were not saved either", exc_info=True)

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection to look up what is in the archive."""
        return database.reading(self._engine)

    def put(self, entry: Entry) -> None:
        """Add an article, or replace it by a new version."""
        self.put_if(lambda _: entry)

    def put_if(self, make: Callable[[Connection], Entry | None]) -> bool:
        """Put what `make` makes of the archive as it is, or nothing where it makes None.

        While it looks, and until what it made is in, nobody else changes an article.
        Returns whether there was something to put.
        """
        with self._changing() as (connection, noted):
            entry = make(connection)
            if entry is None:
                connection.rollback()
                return False
            change = records.put(connection, entry)
            if noted:
                outbox.add(connection, entry.article.id, change)
        return True

    def remember(self, article_id: str, address: Address) -> None:
        """Note that an article was seen at an address; nothing else changes."""
        with database.writing(self._engine) as connection:
            records.remember(connection, article_id, address)

    def link(self, article_id: str, original: str | None) -> None:
        """Say that an article is a copy of another (or, with None, that it is not)."""
        with self._changing() as (connection, _):
            records.link(connection, article_id, original)

    def remove(self, article_id: str) -> None:
        """Unpublish: gone from every index at once; its text is kept, unread."""
        with self._changing() as (connection, noted):
            change = records.remove(connection, article_id)
            if noted:
                outbox.add(connection, article_id, change)

    def checkpoint_if_due(self) -> None:
        """Save the indexes now and then, so that a long run costs readers nothing.

        Saving takes longer the larger they are, and comes round the less often; but what
        has come in since, readers hold in memory.
        """
        started = time.monotonic()
        if started < self._checkpoint_at:
            return
        self._indexes.catch_up()
        now = time.monotonic()
        rest = max(_CHECKPOINT_SECONDS, (now - started) / _CHECKPOINT_SHARE)
        self._checkpoint_at = now + min(rest, _MOST_REST)

    def rebuild(self) -> None:
        """Make the derived indexes anew from the database. Raises ArchiveLocked."""
        with self._alone():
            self._indexes.rebuild()

    def reembed(
        self, identity: Identity, cut: Callable[[Article], tuple[Sequence[Passage], Vectors]]
    ) -> None:
        """Make every passage and vector anew with another model, in one transaction.

        Killed in between, the archive is as it was before. Raises ArchiveLocked.
        """
        with self._alone():
            self._reembed(identity, cut)

    def _reembed(
        self, identity: Identity, cut: Callable[[Article], tuple[Sequence[Passage], Vectors]]
    ) -> None:
        with self._changing() as (connection, noted):
            live = connection.scalars(select(articles.c.id).where(articles.c.live == 1)).all()
            connection.execute(delete(passages))
            for done, article_id in enumerate(live, start=1):
                row = connection.execute(
                    select(*rows.HEADLINE, versions.c.body, versions.c.headings)
                    .join(versions, rows.CURRENT)
                    .where(articles.c.id == article_id)
                ).one()
                runs, vectors = cut(rows.article(row))
                records.insert_passages(connection, runs, vectors)
                if self._progress is not None:
                    self._progress("articles", done, len(live))
            connection.execute(update(articles).values(changed=records.next_change(connection)))
            if noted:
                outbox.add_all(connection)
            database.replace_identity(connection, identity)
        self.identity = identity
        self._indexes.close()
        self._indexes = self._open_indexes(identity)
        self._indexes.rebuild()

    @contextmanager
    def _changing(self) -> Iterator[tuple[Connection, bool]]:
        """A transaction that changes articles, and whether a search server is to hear of it.

        On a server it first waits for whoever else is changing articles: what it reads
        then is what is so until it has committed. The model is looked at once more, as
        somebody may have embedded everything anew since this writer was opened.
        """
        if self._shared is not None:
            self._shared.keep()
        with database.writing(self._engine) as connection:
            if isinstance(self.location, Folder):
                yield connection, False
                return
            records.next_change(connection)
            database.check_embedder_in(connection, self.location, self.identity)
            yield connection, outbox.is_kept(connection)

    def _alone(self) -> AbstractContextManager[None]:
        """Nobody else writes meanwhile; to a folder nobody else does anyhow."""
        return self._shared.alone() if self._shared is not None else nullcontext()

    def _open_indexes(self, identity: Identity) -> Derived:
        return open_derived(self.location, self._engine, identity.dimension, self._progress)
