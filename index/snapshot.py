"""What a reader searches: one state of the archive, never changed once made.

The engine below (`index.base`) may lag behind the database: an indexer is at work,
or was killed. What changed since is read from the database into small indexes in
memory beside it, so reading never writes and a new article is found at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine, select

from index.analyze import language_key
from index.base import Base, Progress, Search
from index.database import last_change
from index.derived import count_passages, documents_since, teasers_since, vectors_since
from index.embed import Vectors
from index.embedded import allowed
from index.schema import articles
from index.terms import TermIndex
from index.types import Filters
from index.vectors import Scored, VectorIndex

_SLACK = 32  # candidates beyond k: some may be of articles that change as we search
_MOST_STALE = 10_000  # and this many more where articles have changed since the last checkpoint


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the archive. Safe for any number of threads."""

    change: int
    base: Base
    engine: Engine
    new_vectors: VectorIndex | None
    new_terms: TermIndex | None
    stale: int  # passages in the base that were replaced or removed since
    passages: int
    languages: tuple[str, ...]

    def search_vectors(self, vector: Vectors, k: int, filters: Filters) -> list[Scored]:
        found = self.base.search_vectors(vector, k + _SLACK + self.stale, filters)
        if self.new_vectors is not None:
            keys = allowed(self.engine, filters)
            found = _merged(found, self.new_vectors.search(vector, k + _SLACK, keys))
        return found

    def search_terms(self, text: str, k: int, filters: Filters) -> list[Scored]:
        found = self.base.search_terms(text, k + _SLACK + self.stale, filters, self.languages)
        if self.new_terms is not None:
            new = self.new_terms.search(text, k + _SLACK, filters, self.languages)
            found = _merged(found, new)
        return found

    def teased(self, text: str, k: int, filters: Filters) -> list[str]:
        new = self.new_terms.teased(text, k, filters) if self.new_terms is not None else []
        return self.base.teased(text, k, filters) + new

    def frequency(self, word: str, key: str) -> int:
        new = self.new_terms.frequency(word, key) if self.new_terms is not None else 0
        return self.base.frequency(word, key) + new


def take(
    search: Search,
    engine: Engine,
    connection: Connection,
    dimension: int,
    previous: Snapshot | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """The archive's state as `connection` sees it, reusing what has not changed.

    Ends the transaction that `connection` may be in, and begins another.
    """
    if previous is not None and search.is_current(previous.base, connection):
        base = previous.base
    else:
        base = search.open(connection, progress)
    change = last_change(connection)
    seen = min(base.vectors_seen, base.terms_seen)
    new_vectors = new_terms = None
    stale = 0
    if seen < change:
        unchanged = count_passages(connection) - count_passages(connection, seen)
        stale = min(_MOST_STALE, max(0, base.passages - unchanged))
        keys, vectors = vectors_since(connection, dimension, seen)
        new_vectors = VectorIndex.build(keys, vectors, dimension)
        new_terms = TermIndex()
        new_terms.update(
            documents_since(connection, seen), teasers_since(connection, seen), (), change
        )
        new_terms.close()
    languages = connection.scalars(
        select(articles.c.language).where(articles.c.live == 1).distinct()
    )
    return Snapshot(
        change=change,
        base=base,
        engine=engine,
        new_vectors=new_vectors,
        new_terms=new_terms,
        stale=stale,
        passages=count_passages(connection),
        languages=tuple(sorted({language_key(language) for language in languages})),
    )


def _merged(first: list[Scored], second: list[Scored]) -> list[Scored]:
    """Both lists, best first; of a key in both, the second's score (it is newer)."""
    scores = {hit.key: hit.score for hit in first} | {hit.key: hit.score for hit in second}
    order = np.argsort([-score for score in scores.values()], kind="stable")
    keys = list(scores)
    return [Scored(keys[i], scores[keys[i]]) for i in order]
