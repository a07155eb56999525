"""What the derived indexes are made of, read from the database.

Everything here takes a change number: "what belongs in an index that has seen
change N already". From 0, that is everything.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection, Select, func, select

from index.base import Progress
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


def vectors_since(
    connection: Connection, dimension: int, since: int = 0, progress: Progress | None = None
) -> tuple[Keys, Vectors]:
    """Keys `(n,)` and vectors `(n, dimension) float32` of passages changed after `since`."""
    total = count_passages(connection, since)
    keys = np.empty(total, dtype=np.int64)
    vectors = np.empty((total, dimension), dtype=np.float32)
    at = 0
    query = _since(select(passages.c.key, passages.c.vector), since).order_by(passages.c.key)
    for rows in connection.execution_options(yield_per=_CHUNK).execute(query).partitions():
        block = rows[: total - at]
        keys[at : at + len(block)] = [row.key for row in block]
        raw = b"".join(row.vector for row in block)
        vectors[at : at + len(block)] = np.frombuffer(raw, np.float16).reshape(-1, dimension)
        at += len(block)
        if progress is not None:
            progress("vectors", at, total)
    return keys[:at], vectors[:at]


def documents_since(
    connection: Connection, since: int = 0, progress: Progress | None = None
) -> Iterator[TermDocument]:
    """What tantivy holds of the passages changed after `since`."""
    total = count_passages(connection, since) if progress else 0
    query = _since(
        select(
            passages.c.key,
            passages.c.article_id,
            passages.c.heading,
            func.substr(
                versions.c.body, passages.c.start + 1, passages.c.end - passages.c.start
            ).label("text"),
            versions.c.title,
            articles.c.source,
            articles.c.author,
            articles.c.section,
            articles.c.language,
            articles.c.published_day,
        ),
        since,
    ).join(
        versions,
        (versions.c.article_id == passages.c.article_id)
        & (versions.c.version == passages.c.version),
    )
    rows = connection.execution_options(yield_per=_CHUNK).execute(query)
    for done, row in enumerate(rows, start=1):
        yield TermDocument(
            key=row.key,
            article_id=row.article_id,
            text="\n".join(part for part in (row.title, row.heading, row.text) if part),
            about=" ".join(part for part in (row.source, row.author, row.section) if part),
            language=row.language,
            source=row.source,
            section=row.section,
            day=row.published_day,
        )
        if progress is not None and (done % _CHUNK == 0 or done == total):
            progress("words", done, total)


def teasers_since(connection: Connection, since: int = 0) -> Iterator[Teaser]:
    """The teasers beside the articles changed after `since`."""
    query = (
        select(
            asides.c.article_id,
            asides.c.text,
            articles.c.source,
            articles.c.section,
            articles.c.published_day,
        )
        .join(articles, articles.c.id == asides.c.article_id)
        .where(asides.c.label == Label.TEASER.value, articles.c.changed > since)
    )
    for row in connection.execution_options(yield_per=_CHUNK).execute(query):
        yield Teaser(row.article_id, row.text, row.source, row.section, row.published_day)


def check_seen(index: VectorIndex | TermIndex, change: int) -> None:
    """Raise DamagedIndex for an index that has seen more than the database's last change.

    The database was restored from a backup, or lost its last commits in a power
    cut: from here on the same numbers would stand for other changes.
    """
    if index.seen > change:
        raise DamagedIndex(f"has seen change {index.seen}, and the database ends at {change}")


def update_vectors(index: VectorIndex, connection: Connection, dimension: int, seen: int) -> None:
    """Bring an index from the change it has seen to `seen`.

    Keys that are no longer in the database stay behind in it; they find
    nothing when a hit is read, so they cost room and nothing else, and they
    are dropped at the next rebuild. Removing them needs their keys, which the
    writer has (`index.writer`); a reader does without.
    """
    keys, vectors = vectors_since(connection, dimension, index.seen)
    index.add(keys, vectors)
    index.seen = seen


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


def _since(query: Select[tuple[object, ...]], since: int) -> Select[tuple[object, ...]]:
    query = query.select_from(passages).join(articles, articles.c.id == passages.c.article_id)
    return query.where(articles.c.changed > since) if since else query
