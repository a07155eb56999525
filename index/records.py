"""What one article writes to the database, statement by statement.

Each function works inside its caller's transaction.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from index.columns import Chars, as_number
from index.embed import Vectors
from index.schema import addresses, articles, asides, bands, meta, passages, versions
from index.types import Article, Block, Passage


@dataclass(frozen=True, slots=True)
class Address:
    """Where an article was seen: a URL or a source's name for it, and the page's hash."""

    address: str
    seen: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is written of one article in one transaction."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: Vectors  # (len(passages), dimension) float32
    asides: tuple[Block, ...]
    bands: tuple[int, ...]
    fingerprint: str
    addresses: tuple[Address, ...]
    claims: tuple[str, ...] = ()  # articles that are copies of this one


def put(connection: Connection, entry: Entry) -> int:
    """Add an article or a new version of it; the number of the change that it is from now on."""
    article = entry.article
    change = next_change(connection)
    # A first version has nothing before it; others who commit wait for each statement.
    if article.version > 1:
        _drop_derived(connection, article.id)
    columns = {
        "version": article.version,
        "live": 1,
        "changed": change,
        "url": article.url,
        "source": article.source,
        "source_folded": article.source.casefold() if article.source else None,
        "author": article.author,
        "section": article.section,
        "section_folded": article.section.casefold() if article.section else None,
        "language": article.language,
        "published": article.published.isoformat() if article.published else None,
        "published_day": article.published.date().toordinal() if article.published else None,
        "modified": article.modified.isoformat() if article.modified else None,
        "original": article.original,
        "fingerprint": entry.fingerprint,
    }
    connection.execute(
        upsert(connection, articles)
        .values(id=article.id, **columns)
        .on_conflict_do_update(index_elements=["id"], set_=columns)
    )
    connection.execute(
        insert(versions).values(
            article_id=article.id,
            version=article.version,
            title=article.title,
            body=article.body,
            headings=json.dumps([[h.start, h.end] for h in article.headings]),
            modified=columns["modified"],
            recorded=datetime.now(UTC).isoformat(timespec="seconds"),
        )
    )
    _insert_asides(connection, entry)
    insert_passages(connection, entry.passages, entry.vectors)
    for address in entry.addresses:
        remember(connection, article.id, address)
    for copy in entry.claims:
        link(connection, copy, article.id)
    if article.original is not None:  # its copies are copies of that one
        _relink(connection, article.id, article.original)
    return change


def remove(connection: Connection, article_id: str) -> int:
    """Unpublish an article; the number of the change that this is."""
    change = next_change(connection)
    _drop_derived(connection, article_id)
    connection.execute(
        update(articles).where(articles.c.id == article_id).values(live=0, changed=change)
    )
    # Of what was a copy of it, the first to be published is the original now.
    copies = select(articles.c.id, articles.c.published_day).where(
        articles.c.original == article_id, articles.c.live == 1
    )
    first = min(
        connection.execute(copies),
        key=lambda row: (row.published_day or math.inf, row.id),
        default=None,
    )
    if first is not None:
        link(connection, first.id, None)
    _relink(connection, article_id, first.id if first is not None else None)
    return change


def link(connection: Connection, article_id: str, original: str | None) -> None:
    """Say that an article is a copy of another (or, with None, that it is not)."""
    connection.execute(
        update(articles)
        .where(articles.c.id == article_id)
        .values(original=original, changed=next_change(connection))
    )


def _relink(connection: Connection, old: str, new: str | None) -> None:
    """Make the copies of one article those of another."""
    for copy in connection.scalars(select(articles.c.id).where(articles.c.original == old)).all():
        link(connection, copy, new)


def _drop_derived(connection: Connection, article_id: str) -> None:
    """Delete what is derived from an article's text."""
    for table in (passages, asides, bands):
        connection.execute(delete(table).where(table.c.article_id == article_id))


def next_change(connection: Connection) -> int:
    """Count one change up, and return its number.

    Of several who write at once, whoever counts holds the row until its transaction
    ends, and the others wait: it comes first, so that changes become visible in the
    order of their numbers, and what is read after it stays as it is.
    """
    counted = as_number(meta.c.value) + 1
    query = update(meta).where(meta.c.key == "change").values(value=counted.cast(Chars))
    return int(connection.execute(query.returning(meta.c.value)).scalar_one())


def _insert_asides(connection: Connection, entry: Entry) -> None:
    article_id = entry.article.id
    if entry.asides:
        connection.execute(
            insert(asides),
            [
                {"article_id": article_id, "ordinal": n, "label": b.label.value, "text": b.text}
                for n, b in enumerate(entry.asides)
            ],
        )
    if entry.bands:
        connection.execute(
            upsert(connection, bands).on_conflict_do_nothing(),
            [{"band": band, "article_id": article_id} for band in entry.bands],
        )


def insert_passages(connection: Connection, runs: Sequence[Passage], vectors: Vectors) -> None:
    """`vectors`: `(len(runs), dimension) float32`; kept as float16."""
    if not runs:
        return
    connection.execute(
        insert(passages),
        [
            {
                "id": passage.id,
                "article_id": passage.article_id,
                "version": passage.version,
                "ordinal": passage.ordinal,
                "start": passage.start,
                "end": passage.end,
                "heading": passage.heading,
                "vector": vector.astype(np.float16).tobytes(),
            }
            for passage, vector in zip(runs, vectors, strict=True)
        ],
    )


def remember(connection: Connection, article_id: str, address: Address) -> None:
    """Note that an article was seen at an address."""
    columns = {
        "article_id": article_id,
        "seen": address.seen,
        "etag": address.etag,
        "last_modified": address.last_modified,
    }
    connection.execute(
        upsert(connection, addresses)
        .values(address=address.address, **columns)
        .on_conflict_do_update(index_elements=["address"], set_=columns)
    )


def highest_version(connection: Connection, article_id: str) -> int:
    """The newest version number that an article ever had; 0 for one never seen."""
    query = select(func.max(versions.c.version)).where(versions.c.article_id == article_id)
    return int(connection.scalar(query) or 0)


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what to do with a row that is there: each engine has its own."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
