"""One archive's truth, searched by each engine that there is."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from index import database, snapshot
from index.base import Base
from index.derived import contents_of, teasers_of
from index.embed import Vectors
from index.embedded import EmbeddedSearch
from index.location import Folder
from index.milvus.collections import Names
from index.milvus.search import MilvusBase
from index.milvus.server import Server
from index.milvus.store import MilvusStore
from index.schema import articles
from index.snapshot import Snapshot
from index.types import Filters
from index.vectors import Scored

EMBEDDED, LITE, STANDALONE = "embedded", "milvus_lite", "milvus_standalone"
MILVUS = (LITE, STANDALONE)  # names of the fixtures that give a server's address
ENGINES = (EMBEDDED, *MILVUS)


class AsRead:
    """An archive in a folder as its readers search it: files, and over them what is newer.

    Of a small archive there is no file of vectors; they are all newer.
    """

    recall = 1.0

    def __init__(self, state: Snapshot) -> None:
        self._state = state
        self.vectors_seen = self.terms_seen = state.change
        self.passages = state.passages
        self.kind = state.base.kind
        self.teased = state.teased
        self.frequency = state.frequency

    def without(self, vectors: Collection[str], terms: Collection[str]) -> AsRead:
        raise NotImplementedError  # of an engine below, which is tried elsewhere

    def search_vectors(self, vector: Vectors, k: int, filters: Filters) -> list[Scored]:
        return self._state.search_vectors(vector, k, filters)[:k]

    def search_terms(
        self, text: str, k: int, filters: Filters, languages: Sequence[str]
    ) -> list[Scored]:
        return self._state.search_terms(text, k, filters)[:k]  # it gives some more


@contextmanager
def store_at(uri: str, dimension: int) -> Iterator[MilvusStore]:
    """New collections on a server, dropped in the end."""
    server = Server(uri)
    store = MilvusStore(server, Names.of(uuid.uuid4().hex), dimension)
    try:
        store.ensure()
        yield store
    finally:
        store.drop()
        server.close()


@contextmanager
def opened(engine: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Base]:
    """The archive in the folder, as this engine searches it."""
    truth = database.open_reader(Folder(folder))
    identity = database.identity_of(truth)
    assert identity is not None
    try:
        with database.reading(truth) as connection:
            change = database.last_change(connection)
            if engine == EMBEDDED:
                search = EmbeddedSearch(folder, truth, identity.dimension)
                yield AsRead(snapshot.take(search, truth, connection, identity.dimension))
                return
            ids = list(connection.scalars(select(articles.c.id)))
            documents, vectors = contents_of(connection, ids, identity.dimension)
            teasers = teasers_of(connection, ids)
        with store_at(request.getfixturevalue(engine), identity.dimension) as store:
            store.put(documents, vectors, teasers)
            store.flush()
            yield store.base(change)
    finally:
        truth.dispose()


def has_words(base: Base) -> bool:
    return not isinstance(base, MilvusBase) or base.has_words
