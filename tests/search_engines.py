"""One archive's truth, searched by each engine that there is."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import database
from index.base import Base
from index.derived import documents_since, teasers_since, vectors_since
from index.embedded import EmbeddedSearch
from index.milvus.collections import Names
from index.milvus.search import MilvusBase
from index.milvus.server import Server
from index.milvus.store import MilvusStore

EMBEDDED, LITE, STANDALONE = "embedded", "milvus_lite", "milvus_standalone"
MILVUS = (LITE, STANDALONE)  # names of the fixtures that give a server's address
ENGINES = (EMBEDDED, *MILVUS)


@contextmanager
def store_at(uri: str, dimension: int) -> Iterator[MilvusStore]:
    """New collections on a server, dropped in the end."""
    server = Server(uri)
    store = MilvusStore(server, Names.of(uuid.uuid4().hex), dimension)
    store.ensure()
    try:
        yield store
    finally:
        store.drop()
        server.close()


@contextmanager
def opened(engine: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Base]:
    """The archive in the folder, as this engine searches it."""
    truth = database.open_reader(folder)
    identity = database.identity_of(truth)
    assert identity is not None
    try:
        with database.reading(truth) as connection:
            change = database.last_change(connection)
            if engine == EMBEDDED:
                yield EmbeddedSearch(folder, truth, identity.dimension).open(connection)
                return
            documents = {each.key: each for each in documents_since(connection)}
            keys, vectors = vectors_since(connection, identity.dimension)
            teasers = list(teasers_since(connection))
        with store_at(request.getfixturevalue(engine), identity.dimension) as store:
            store.put([documents[int(key)] for key in keys], vectors, teasers)
            store.flush()
            yield store.base(change)
    finally:
        truth.dispose()


def has_words(base: Base) -> bool:
    return not isinstance(base, MilvusBase) or base.has_words
