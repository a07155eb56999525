"""What a reader searches: one state of the archive, never changed once made.

The engine below (`index.base`) may lag behind the database: an indexer is at work,
or was killed. What changed since is read from the database into small indexes in
memory beside it, so reading never writes and a new article is found at once. The
next state goes on from these: it reads no more than what has changed in between. Of
the words in memory there is one index alone, so a search that is under way may find
those of the next state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine, select

from index.analyze import language_key
from index.base import Base, Progress, Search
from index.catalogue import hashed
from index.database import last_change
from index.derived import PassageVectors, changed_articles, documents_since, teasers_since
from index.embed import Vectors
from index.schema import articles
from index.tail import Tail
from index.terms import TermIndex
from index.types import Filters
from index.vectors import Scored

_SLACK = 32  # candidates beyond k: some may be of articles that change as we search


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the archive. Safe for any number of threads.

    `whole` is the engine's state, and `base` the same without what changed since.
    """

    change: int
    whole: Base
    base: Base
    engine: Engine
    new_vectors: Tail
    new_terms: TermIndex | None
    vectors_changed: frozenset[str]  # articles, since the engine's vectors
    terms_changed: frozenset[str]  # and since its words
    languages: tuple[str, ...]

    @property
    def passages(self) -> int:
        return self.base.passages + len(self.new_vectors)

    def search_vectors(self, vector: Vectors, k: int, filters: Filters) -> list[Scored]:
        found = self.base.search_vectors(vector, k + _SLACK, filters)
        if len(self.new_vectors):
            found = _merged(found, self.new_vectors.search(vector, k + _SLACK, filters))
        return found

    def search_terms(self, text: str, k: int, filters: Filters) -> list[Scored]:
        found = self.base.search_terms(text, k + _SLACK, filters, self.languages)
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
    if previous is not None and search.is_current(previous.whole, connection):
        whole = previous.whole
    else:
        whole = search.open(connection, progress)
    change = last_change(connection)
    vectors, vectors_changed = _vectors(whole, connection, dimension, change, previous)
    terms, terms_changed = _terms(whole, connection, change, previous)
    base = whole.without(vectors_changed, terms_changed)
    return Snapshot(
        change=change,
        whole=whole,
        base=base,
        engine=engine,
        new_vectors=vectors,
        new_terms=terms,
        vectors_changed=vectors_changed,
        terms_changed=terms_changed,
        languages=_languages(connection, previous),
    )


def _vectors(
    whole: Base, connection: Connection, dimension: int, change: int, previous: Snapshot | None
) -> tuple[Tail, frozenset[str]]:
    """The vectors that the engine has not seen, and the articles that these are of."""
    seen = whole.vectors_seen
    if previous is not None and previous.whole.vectors_seen == seen <= previous.change:
        tail, known, since = previous.new_vectors, previous.vectors_changed, previous.change
        if since == change:
            return tail, known
        changed = changed_articles(connection, since)
        source = PassageVectors(connection, dimension, since, tail.names)
        tail = tail.extended(source.blocks(), hashed(changed))
        return tail, known.union(changed)
    if seen >= change:
        return Tail(dimension), frozenset()
    # From the very beginning there is nothing that these could stand in the place of.
    changed = changed_articles(connection, seen) if seen else []
    source = PassageVectors(connection, dimension, seen)
    return Tail(dimension, source.names).extended(source.blocks()), frozenset(changed)


def _terms(
    whole: Base, connection: Connection, change: int, previous: Snapshot | None
) -> tuple[TermIndex | None, frozenset[str]]:
    """The words that the engine has not seen, and the articles that these are of."""
    seen = whole.terms_seen
    if seen >= change:
        return None, frozenset()
    known: frozenset[str] = frozenset()
    terms, since = None, seen
    if previous is not None and previous.whole.terms_seen == seen <= previous.change:
        terms, known, since = previous.new_terms, previous.terms_changed, previous.change
    if since == change:
        return terms, known
    changed = changed_articles(connection, since)
    terms = terms or TermIndex()
    terms.update(
        documents_since(connection, since), teasers_since(connection, since), changed, change
    )
    terms.close()
    return terms, known.union(changed)


def _languages(connection: Connection, previous: Snapshot | None) -> tuple[str, ...]:
    """Analyzers that the published articles need; one no longer needed may stay a while."""
    query = select(articles.c.language).where(articles.c.live == 1).distinct()
    known: tuple[str, ...] = ()
    if previous is not None:
        known = previous.languages
        query = query.where(articles.c.changed > previous.change)
    found = {language_key(language) for language in connection.scalars(query)}
    return tuple(sorted(found.union(known)))


def _merged(first: list[Scored], second: list[Scored]) -> list[Scored]:
    """Both lists, best first; of a key in both, the second's score (it is newer)."""
    scores = {hit.key: hit.score for hit in first} | {hit.key: hit.score for hit in second}
    order = np.argsort([-score for score in scores.values()], kind="stable")
    keys = list(scores)
    return [Scored(keys[i], scores[keys[i]]) for i in order]
