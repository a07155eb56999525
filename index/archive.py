"""An archive, opened to be read.

Opening an archive and searching it never modify it. Any number of threads and
processes may read while one writes; what the writer commits is found by the
next search, without opening the archive again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, delete, insert

from index import census, database, postgres, reading, snapshot, transfer
from index.base import Progress
from index.counted import Counts
from index.embed import Identity, Vectors
from index.engines import open_search
from index.errors import ArchiveMissing
from index.location import Location, as_argument, located
from index.reading import Compared
from index.schema import feedback, feedback_by_answer
from index.snapshot import Snapshot
from index.types import Article, Coverage, Facets, Filters, Headline, Stats, Stored
from index.vectors import Scored
from index.watch import Version, Watch

_T = TypeVar("_T")
_MOST_FEEDBACK = 100_000  # verdicts: whoever may send them is not to fill the disk
_JUDGING = 0x42796C696E65_04  # the advisory lock of those who keep a verdict
_REST = 10.0  # a refresh is followed by this many times its duration without another


class Archive:
    """An archive: a folder with SQLite, FAISS and tantivy, or PostgreSQL and its search.

    Raises ArchiveMissing, ArchiveTooNew or ArchiveDamaged where there is no archive
    that this version can read, and ArchiveError where its server cannot be reached.
    """

    def __init__(
        self,
        where: Location | Path,
        *,
        progress: Progress | None = None,
    ) -> None:
        self.location = located(where)
        self._engine = database.open_reader(self.location)
        self._watch = Watch(self._engine)
        self._looked: Version | None = None  # the version of the database that was looked at last
        self._refreshing = threading.Lock()
        self._counts = Counts(self._engine)
        self._fresh_until = 0.0
        with ExitStack() as stack:
            stack.callback(self._engine.dispose)
            found = database.identity_of(self._engine)
            if found is None:
                raise ArchiveMissing(
                    f"the archive at {self.location} was never finished; run: "
                    f"byline index SOURCE --archive {as_argument(self.location)}"
                )
            transfer.require_whole(self._engine, self.location)
            self.identity = found
            self._search = open_search(self.location, self._engine, found.dimension)
            stack.callback(self._search.close)
            with database.reading(self._engine) as connection:
                self._snapshot = self._take(connection, None, progress)
            stack.pop_all()

    def require(self, identity: Identity) -> None:
        """Raise EmbedderMismatch where the vectors came from another model."""
        database.check_embedder(self._engine, self.location, identity)

    def close(self) -> None:
        self._counts.close()
        self._watch.close()
        self._search.close()
        self._engine.dispose()

    # -- searching ---------------------------------------------------------

    def search_vectors(self, vector: Vectors, k: int, filters: Filters = Filters()) -> list[Scored]:
        """About `k` passages nearest to a unit vector `(dimension,)`, by cosine, best first."""
        return self._current().search_vectors(vector, k, filters)

    def search_terms(self, text: str, k: int, filters: Filters = Filters()) -> list[Scored]:
        """About `k` passages that best match the words of `text`, by BM25, best first."""
        return self._current().search_terms(text, k, filters)

    def read(self, keys: Sequence[int]) -> dict[int, Stored]:
        """The passages of these keys; one that has been replaced or removed is left out."""
        with database.looking(self._engine) as connection:
            return reading.stored(connection, keys)

    def compared(self, keys: Sequence[int]) -> Compared:
        """Articles and stored vectors of those of these passages that there still are."""
        with database.looking(self._engine) as connection:
            return reading.compared(connection, keys, self.identity.dimension)

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """The stored vectors of these passages, `(dimension,) float32` each."""
        found = self.compared(keys)
        return dict(zip(found.keys, found.vectors, strict=True))

    def articles_of(self, keys: Sequence[int]) -> dict[int, str]:
        """The article id of each of these passages."""
        found = self.compared(keys)
        return dict(zip(found.keys, found.articles, strict=True))

    def frequency(self, word: str, key: str) -> int:
        """In how many passages an analysed word of one of the archive's languages stands.

        As of the state that was looked at last: each word of a question is asked for a few
        times, beside searches that look whether there is another.
        """
        return self._snapshot.frequency(word, key)

    @property
    def change(self) -> int:
        """Grows with every change of what is published."""
        return self._current().change

    @property
    def passages(self) -> int:
        return self._current().passages

    @property
    def languages(self) -> tuple[str, ...]:
        """The analyzers (`index.analyze.LANGUAGES`) that the published articles need."""
        return self._current().languages

    # -- articles ----------------------------------------------------------

    def article(
        self, article_id: str, version: int | None = None, filters: Filters = Filters()
    ) -> Article | None:
        """An article as it is now, or an earlier version of it; None if there is none."""
        with database.looking(self._engine) as connection:
            return reading.article(connection, article_id, version, filters)

    def articles(self, ids: Iterable[str], filters: Filters = Filters()) -> dict[str, Article]:
        """Those of these articles that are published, as they are now, by id."""
        with database.looking(self._engine) as connection:
            return reading.articles_as_now(connection, ids, filters)

    def article_at(self, url: str) -> str | None:
        """The id of the article that was seen under this address, however it is tracked."""
        with database.reading(self._engine) as connection:
            return reading.seen_at(connection, url)

    def passage_at(self, article_id: str, offset: int) -> str | None:
        """The id of the current passage of an article in which `body[offset]` stands."""
        with database.looking(self._engine) as connection:
            return reading.passage_at(connection, article_id, offset)

    def passage_keys(self, article_id: str) -> list[int]:
        """The keys of an article's passages, in order."""
        with database.looking(self._engine) as connection:
            return reading.passage_keys(connection, article_id)

    def headlines(self, ids: Iterable[str], filters: Filters = Filters()) -> dict[str, Headline]:
        with database.looking(self._engine) as connection:
            return reading.headlines(connection, ids, filters)

    def copies(
        self, originals: Iterable[str], filters: Filters = Filters()
    ) -> dict[str, tuple[Headline, ...]]:
        """The syndicated copies of each of these articles."""
        with database.looking(self._engine) as connection:
            copies = reading.copies(connection, originals, filters)
        found: dict[str, tuple[Headline, ...]] = {}
        for copy in copies:
            found[copy.original or ""] = (*found.get(copy.original or "", ()), copy)
        return found

    def newest(self, count: int, filters: Filters = Filters()) -> tuple[Headline, ...]:
        """The most recently published articles, copies left out."""
        with database.looking(self._engine) as connection:
            return reading.newest(connection, count, filters)

    def teased(self, text: str, k: int = 5, filters: Filters = Filters()) -> list[str]:
        """Teasers of other stories that best match the words of `text`; never evidence."""
        return self._current().teased(text, k, filters)

    def coverage(self, filters: Filters = Filters()) -> Coverage:
        """How many articles pass the filters, and the dates they span.

        Of a large archive that was changed a moment ago, the count may be of before.
        """
        return self._counted(census.coverage, filters)

    def facets(self, filters: Filters = Filters()) -> Facets:
        """What the filters can be set to, over the articles that these let through.

        Counted as in `coverage`.
        """
        return self._counted(census.facets, filters)

    def _counted(self, count: Callable[[Connection, Filters], _T], filters: Filters) -> _T:
        state = self._current()
        return self._counts.of(count, filters, state.change, state.passages)

    def stats(self) -> Stats:
        """The archive in figures."""
        state = self._current()
        with database.reading(self._engine) as connection:
            return census.stats(connection, self.location, self._search, self.identity, state)

    # -- feedback ----------------------------------------------------------

    def add_feedback(
        self,
        *,
        answer_id: str,
        question: str,
        answer: str,
        confidence: float,
        helpful: bool,
        reason: str,
    ) -> None:
        """Keep a reader's verdict. The one thing that a reader may write; it touches no index.

        The newest of an answer takes the place of those before it, and what is not
        among the last 100,000 that were given goes. Raises ArchiveReadOnly where the archive
        cannot be written to.
        """
        engine = database.reopen_to_write(self.location)
        try:
            with database.writing(engine) as connection:
                postgres.one_at_a_time(connection, _JUDGING)  # two may judge one answer at once
                feedback_by_answer.create(connection, checkfirst=True)  # archives made before it
                connection.execute(delete(feedback).where(feedback.c.answer_id == answer_id))
                done = connection.execute(
                    insert(feedback).values(
                        at=datetime.now(UTC).isoformat(timespec="seconds"),
                        answer_id=answer_id,
                        question=question,
                        answer=answer,
                        confidence=confidence,
                        helpful=int(helpful),
                        reason=reason,
                    )
                )
                (newest,) = done.inserted_primary_key or (0,)
                # ids only grow, so this is the table's beginning: there is nothing to count
                connection.execute(delete(feedback).where(feedback.c.id <= newest - _MOST_FEEDBACK))
        finally:
            engine.dispose()

    # -- inside ------------------------------------------------------------

    def _current(self) -> Snapshot:
        """The newest state; while another thread is taking it, the one before."""
        if time.monotonic() < self._fresh_until:
            return self._snapshot
        version = self._watch.version()
        known = version is not None and version == self._looked
        if known and self._search.is_current(self._snapshot.base):
            return self._snapshot
        if not self._refreshing.acquire(blocking=False):
            return self._snapshot
        try:
            version = self._watch.version()  # before the look: what comes after it is news
            started = time.monotonic()
            with database.reading(self._engine) as connection:
                if database.last_change(
                    connection
                ) != self._snapshot.change or not self._search.is_current(
                    self._snapshot.base, connection
                ):
                    self.require(self.identity)  # it may have been embedded anew
                    self._snapshot = self._take(connection, self._snapshot)
                    now = time.monotonic()
                    self._fresh_until = now + _REST * max(0.0, now - started - 0.05)
            self._looked = version
        finally:
            self._refreshing.release()
        return self._snapshot

    def _take(
        self,
        connection: Connection,
        previous: Snapshot | None,
        progress: Progress | None = None,
    ) -> Snapshot:
        return snapshot.take(
            self._search, self._engine, connection, self.identity.dimension, previous, progress
        )
