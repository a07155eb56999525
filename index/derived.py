"""What the derived indexes are made of, read from the database.

Everything here takes a change number: "what belongs in an index that has seen
change N already". From 0, that is everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, bindparam, func, select

from index.base import Progress
from index.building import Block
from index.catalogue import NOTHING, Names, Rows, hashed
from index.documents import Teaser, TermDocument
from index.embed import Vectors
from index.schema import articles, asides, passages, versions
from index.terms import TermIndex
from index.types import Label
from index.vectors import DamagedIndex, Keys, VectorIndex

_CHUNK = 2_000  # rows read at a time


def changed_articles(connection: Connection, since: int) -> list[str]:
    """Ids of the articles touched after change `since`, live or not."""
    rows = connection.scalars(select(articles.c.id).where(articles.c.changed > since))
    return list(rows)


def count_passages(connection: Connection, since: int = 0) -> int:
    query = select(func.count()).select_from(passages)
    if since:
        query = query.join(articles).where(articles.c.changed > since)
    return int(connection.scalar(query) or 0)


def more_than(connection: Connection, count: int, since: int = 0) -> bool:
    """Whether more than `count` passages changed after `since`; no more are looked at."""
    some = _since(select(passages.c.key), since).limit(count + 1).subquery()
    found = connection.scalar(select(func.count()).select_from(some))
    return int(found or 0) > count


class PassageVectors:
    """The passages changed after `since`, as a vector index is built from them.

    Read from the database each time that they are asked for: a block at a time is held.
    """

    def __init__(
        self, connection: Connection, dimension: int, since: int = 0, names: Names | None = None
    ) -> None:
        self.names = names if names is not None else Names()
        self._connection = connection
        self._dimension = dimension
        self._since = since
        self._count: int | None = None

    @property
    def count(self) -> int:
        if self._count is None:
            self._count = count_passages(self._connection, self._since)
        return self._count

    def sample(self, count: int, seed: int) -> tuple[Keys, Vectors]:
        """Some chosen at random, in the order of their keys: as they lie on the disk."""
        query = _since(select(passages.c.key), self._since)
        keys = np.fromiter(self._connection.scalars(query), dtype=np.int64)
        if len(keys) > count:
            keys = np.random.default_rng(seed).choice(keys, count, replace=False)
        keys.sort()
        vectors = np.empty((len(keys), self._dimension), dtype=np.float32)
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK].tolist()
            found = self._connection.execute(_VECTORS, {"keys": some})
            rows = sorted(found, key=lambda row: int(row.key))
            raw = b"".join(row.vector for row in rows)
            vectors[start : start + len(rows)] = _matrix(raw, self._dimension)
        return keys, vectors

    def blocks(self) -> Iterator[Block]:
        query = _since(_ROWS, self._since)
        if not self._since:
            query = query.order_by(passages.c.key)
        number = self.names.number
        results = self._connection.execution_options(yield_per=_CHUNK).execute(query)
        for rows in results.partitions():
            keys, vectors, ids, days, sources, sections = zip(*rows, strict=True)
            yield Block(
                Rows(
                    np.array(keys, dtype=np.int64),
                    hashed(ids),
                    np.array([day or NOTHING for day in days], dtype=np.int32),
                    np.array([number(name) for name in sources], dtype=np.int32),
                    np.array([number(name) for name in sections], dtype=np.int32),
                ),
                _matrix(b"".join(vectors), self._dimension),
            )


def documents_since(
    connection: Connection, since: int = 0, progress: Progress | None = None
) -> Iterator[TermDocument]:
    """What tantivy holds of the passages changed after `since`."""
    total = count_passages(connection, since) if progress else 0
    query = _since(_DOCUMENTS, since).join(versions, _VERSION)
    rows = connection.execution_options(yield_per=_CHUNK).execute(query)
    for done, row in enumerate(rows, start=1):
        yield _document(row)
        if progress is not None and (done % _CHUNK == 0 or done == total):
            progress("words", done, total)


def teasers_since(connection: Connection, since: int = 0) -> Iterator[Teaser]:
    """The teasers beside the articles changed after `since`."""
    query = _TEASERS
    if since:
        query = query.where(asides.c.article_id.in_(_changed(since)))
    for row in connection.execution_options(yield_per=_CHUNK).execute(query):
        yield Teaser(row.article_id, row.text, row.source, row.section, row.published_day)


def contents_of(
    connection: Connection, ids: Sequence[str], dimension: int
) -> tuple[list[TermDocument], Vectors]:
    """The passages of these articles, and their vectors, `(n, dimension) float32`, in order."""
    query = _since(_DOCUMENTS.add_columns(passages.c.vector), 0).join(versions, _VERSION)
    rows = connection.execute(query.where(passages.c.article_id.in_(ids))).all()
    vectors = _matrix(b"".join(row.vector for row in rows), dimension)
    return [_document(row) for row in rows], vectors


def teasers_of(connection: Connection, ids: Sequence[str]) -> list[Teaser]:
    """The teasers beside these articles, where they are published."""
    rows = connection.execute(_TEASERS.where(articles.c.live == 1, articles.c.id.in_(ids)))
    return [
        Teaser(row.article_id, row.text, row.source, row.section, row.published_day) for row in rows
    ]


def check_seen(index: VectorIndex | TermIndex, change: int) -> None:
    """Raise DamagedIndex for an index that has seen more than the database's last change.

    The database was restored from a backup, or lost its last commits in a power
    cut: from here on the same numbers would stand for other changes.
    """
    seen = index.furthest if isinstance(index, TermIndex) else index.seen
    if seen > change:
        raise DamagedIndex(f"has seen change {seen}, and the database ends at {change}")


def update_terms(
    index: TermIndex,
    connection: Connection,
    since: int,
    seen: int,
    progress: Progress | None = None,
) -> None:
    """Bring an index from change `since` to `seen`; replaying twice does no harm."""
    replaced = changed_articles(connection, since) if since else []
    index.update(
        documents_since(connection, since, progress),
        teasers_since(connection, since),
        replaced,
        seen,
    )


def _since(query: Select[*tuple[Any, ...]], since: int) -> Select[*tuple[Any, ...]]:
    query = query.select_from(passages).join(articles, articles.c.id == passages.c.article_id)
    return query.where(passages.c.article_id.in_(_changed(since))) if since else query


def _changed(since: int) -> Select[str]:
    """The articles changed after `since`, to look others up by: a join, SQLite may turn round.

    It did, and read a million passages for the words of one.
    """
    return select(articles.c.id).where(articles.c.changed > since)


def _matrix(raw: bytes, dimension: int) -> Vectors:
    """`(n, dimension) float32` of what the database holds."""
    return np.frombuffer(raw, np.float16).astype(np.float32).reshape(-1, dimension)


def _document(row: Row[*tuple[Any, ...]]) -> TermDocument:
    """From a row of `_DOCUMENTS`."""
    return TermDocument(
        key=row.key,
        article_id=row.article_id,
        text="\n".join(part for part in (row.title, row.heading, row.text) if part),
        about=" ".join(part for part in (row.source, row.author, row.section) if part),
        language=row.language,
        source=row.source,
        section=row.section,
        day=row.published_day,
    )


_TEXT = func.substr(versions.c.body, passages.c.start + 1, passages.c.end - passages.c.start)
_DOCUMENTS = select(
    passages.c.key,
    passages.c.article_id,
    passages.c.heading,
    _TEXT.label("text"),
    versions.c.title,
    articles.c.source,
    articles.c.author,
    articles.c.section,
    articles.c.language,
    articles.c.published_day,
)
_VERSION = (versions.c.article_id == passages.c.article_id) & (
    versions.c.version == passages.c.version
)
_TEASERS = (
    select(
        asides.c.article_id,
        asides.c.text,
        articles.c.source,
        articles.c.section,
        articles.c.published_day,
    )
    .join(articles, articles.c.id == asides.c.article_id)
    .where(asides.c.label == Label.TEASER.value)
)
_ROWS = select(
    passages.c.key,
    passages.c.vector,
    passages.c.article_id,
    articles.c.published_day,
    articles.c.source_folded,
    articles.c.section_folded,
)
_VECTORS = select(passages.c.key, passages.c.vector).where(
    passages.c.key.in_(bindparam("keys", expanding=True))
)
