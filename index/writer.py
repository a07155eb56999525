"""An archive, opened to be written to.

One transaction per article: it is in whole, or not at all. The derived indexes
follow at checkpoints; a writer killed in between leaves them behind, and
whoever opens the archive next catches them up from the database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, delete, select, update

from index import database, records, rows
from index.base import Derived, Progress
from index.embed import Identity, Vectors
from index.errors import ArchiveError
from index.indexes import DerivedIndexes
from index.lock import writer_lock
from index.records import Address, Entry
from index.schema import articles, passages, versions
from index.types import Article, Passage

_CHECKPOINT_SECONDS = 30.0
_CHECKPOINT_SHARE = 0.2  # of the time may go into checkpoints while articles come in


log = logging.getLogger(__name__)


class ArchiveWriter:
    """Adds, replaces and removes articles. Use it as a context manager.

    Makes the archive where there is none. Raises ArchiveLocked where another
    process writes to it, ArchiveReadOnly, EmbedderMismatch, and whatever
    opening it to read raises.
    """

    def __init__(
        self, folder: Path, identity: Identity, *, progress: Progress | None = None
    ) -> None:
        self.folder = folder
        self.identity = identity
        self._progress = progress
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"cannot make the folder {folder}: {error.strerror}") from error
        with ExitStack() as stack:
            stack.enter_context(writer_lock(folder))
            self._engine = database.open_writer(folder, identity)
            stack.callback(self._engine.dispose)
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
        with database.writing(self._engine) as connection:
            replaced = records.put(connection, entry)
        self._indexes.forget(replaced)

    def remember(self, article_id: str, address: Address) -> None:
        """Note that an article was seen at an address; nothing else changes."""
        with database.writing(self._engine) as connection:
            records.remember(connection, article_id, address)

    def link(self, article_id: str, original: str | None) -> None:
        """Say that an article is a copy of another (or, with None, that it is not)."""
        with database.writing(self._engine) as connection:
            records.link(connection, article_id, original)

    def remove(self, article_id: str) -> None:
        """Unpublish: gone from every index at once; its text is kept, unread."""
        with database.writing(self._engine) as connection:
            removed = records.remove(connection, article_id)
        self._indexes.forget(removed)

    def checkpoint_if_due(self) -> None:
        """Save the indexes now and then, so that a long run costs readers nothing.

        Saving takes longer the larger they are, and comes round the less often.
        """
        started = time.monotonic()
        if started < self._checkpoint_at:
            return
        self._indexes.catch_up()
        now = time.monotonic()
        rest = max(_CHECKPOINT_SECONDS, (now - started) / _CHECKPOINT_SHARE)
        self._checkpoint_at = now + rest

    def rebuild(self) -> None:
        """Make the derived indexes anew from the database."""
        self._indexes.rebuild()

    def reembed(
        self, identity: Identity, cut: Callable[[Article], tuple[Sequence[Passage], Vectors]]
    ) -> None:
        """Make every passage and vector anew with another model, in one transaction.

        Killed in between, the archive is as it was before.
        """
        with database.writing(self._engine) as connection:
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
            database.replace_identity(connection, identity)
        self.identity = identity
        self._indexes.close()
        self._indexes = self._open_indexes(identity)
        self._indexes.rebuild()

    def _open_indexes(self, identity: Identity) -> Derived:
        return DerivedIndexes(self.folder, self._engine, identity.dimension, self._progress)
