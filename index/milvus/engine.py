"""A Milvus server as an archive's engine: filled from the database, and searched.

What an article's change leaves to do is noted in the database (`index.outbox`), in the
very transaction that changes it. Whoever writes pushes what is noted, and takes the
note away when the server has it; of several writers each takes what no other has taken.
A server that has lost its collections is filled anew by the next who has something to push.
"""

from __future__ import annotations

import logging
from functools import cached_property

from sqlalchemy import Connection, Engine

from index import database, outbox
from index.base import Base, Progress
from index.derived import contents_of, more_than, teasers_of
from index.errors import ArchiveError
from index.location import Remote
from index.memory import NothingBase
from index.milvus.collections import Names
from index.milvus.server import Server
from index.milvus.store import MilvusStore

log = logging.getLogger(__name__)

_LOT = 100  # articles pushed in one transaction: some thousand passages
_MOST_BEHIND = 50_000  # passages that a reader takes into memory where the server lacks them


class MilvusSearch:
    """For reading. The server is asked nothing before a state of the archive is opened."""

    def __init__(self, location: Remote, engine: Engine, dimension: int) -> None:
        self._location = location
        self._engine = engine
        self._dimension = dimension

    def is_current(self, base: Base, connection: Connection | None = None) -> bool:
        # Without a connection: all that changes here is noted in the database.
        return connection is None or base.vectors_seen == self._seen(connection)

    def open(self, connection: Connection, progress: Progress | None = None) -> Base:
        """Raises SearchUnavailable."""
        connection.rollback()
        # In this order: what the database says has been pushed, the server shows.
        seen = self._seen(connection)
        if not self._store.is_there() and outbox.nothing_pushed(connection):
            return NothingBase(seen)  # the first writer, or one that rebuilds, is at work
        return self._store.base(seen)

    def sizes(self) -> tuple[int, int]:
        return 0, 0  # the server does not say

    def close(self) -> None:
        if "_store" in self.__dict__:
            self._store.close()

    @cached_property
    def _store(self) -> MilvusStore:
        with database.reading(self._engine) as connection:
            return _store(self._location, connection, self._dimension)

    def _seen(self, connection: Connection) -> int:
        seen = outbox.searched(connection)
        if not more_than(connection, _MOST_BEHIND, seen):
            return seen
        log.warning(
            "the search server lacks more than %s passages of the archive, and they are not "
            "found before it has them; run: byline rebuild, or let the one that runs finish",
            f"{_MOST_BEHIND:,}",
        )
        return database.last_change(connection)


class MilvusDerived:
    """For writing."""

    def __init__(
        self, location: Remote, engine: Engine, dimension: int, progress: Progress | None
    ) -> None:
        self._engine = engine
        self._dimension = dimension
        self._progress = progress
        with database.writing(engine) as connection:
            if location.milvus is not None:
                outbox.begin(connection, location.milvus)
            self._store = _store(location, connection, dimension)
        self._ensured = False

    def catch_up(self) -> None:
        """Push what is noted and no other writer is pushing. Raises SearchUnavailable."""
        done = 0
        while pushed := self._push():
            done += pushed
            if self._progress is not None and done > _LOT:
                with database.reading(self._engine) as connection:
                    self._progress("search", done, done + outbox.count(connection))

    def rebuild(self) -> None:
        """Fill the server anew. Until that is done, a reader finds what it has so far.

        Raises SearchUnavailable, and then has changed nothing.
        """
        self._store.is_there()
        with database.writing(self._engine) as connection:
            outbox.add_all(connection)  # first: whatever stops this, the next writer goes on
        self._store.drop()
        self._store.ensure()
        self._ensured = True
        self.catch_up()
        self._store.flush()

    def close(self) -> None:
        self._store.close()

    def _push(self) -> int:
        with database.writing(self._engine) as connection:
            lot = outbox.take(connection, _LOT)
            if not lot:
                return 0
            if not self._ensured:
                self._ensure()
            ids = [each.article_id for each in lot]
            documents, vectors = contents_of(connection, ids, self._dimension)
            self._store.replace(ids, documents, vectors, teasers_of(connection, ids))
            outbox.done(connection, lot)
            return len(lot)

    def _ensure(self) -> None:
        """Make the collections; where there are none (any more), everything is to be pushed.

        That is noted before they are made: nobody takes empty ones for the archive's.
        """
        self._store.server.require_words()
        if not self._store.is_there():
            with database.writing(self._engine) as connection:
                lost = outbox.add_missing(connection)
            if lost:
                log.warning(
                    "the search server does not hold the archive any more; it is filled anew, "
                    "with %s articles",
                    f"{lost:,}",
                )
        self._store.ensure()
        self._ensured = True


def _store(location: Remote, connection: Connection, dimension: int) -> MilvusStore:
    server = location.milvus or outbox.search_server(connection)
    name = outbox.collections(connection)
    if server is None or name is None:
        raise ArchiveError(
            f"the archive at {location} has no search server yet; the first command that "
            "writes to it with ?milvus=http://HOST:19530 in its address gives it one"
        )
    return MilvusStore(Server(server), Names.of(name), dimension)
