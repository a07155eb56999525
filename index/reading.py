"""Articles read from the database, whole or by their headlines, within filters or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urldefrag

import numpy as np
from sqlalchemy import Column, Connection, Select, bindparam, func, select

from index import rows
from index.columns import IDS, KEYS, is_among
from index.embed import Vectors
from index.schema import addresses, articles, passages, versions
from index.types import Article, Filters, Headline, Stored


@dataclass(frozen=True, slots=True)
class Compared:
    """Passages as they are compared: keys and article ids, one by one, and vectors.

    `vectors` is `(len(keys), dimension) float32`.
    """

    keys: tuple[int, ...]
    articles: tuple[str, ...]
    vectors: Vectors


_IDS = bindparam("ids", type_=IDS)
_KEPT = 256  # statements of a kind, a few kilobytes each
_Query = Select[*tuple[Any, ...]]


def article(
    connection: Connection, article_id: str, version: int | None, filters: Filters
) -> Article | None:
    """A published article as it is now, or an earlier version of it; None if there is none."""
    if version is None:
        return articles_as_now(connection, (article_id,), filters).get(article_id)
    given = {"id": article_id, "version": version}
    row = connection.execute(_earlier(filters), given).first()
    return rows.article(row) if row else None


def articles_as_now(
    connection: Connection, ids: Iterable[str], filters: Filters
) -> dict[str, Article]:
    """Those of these articles that are published, as they are now, by id."""
    found = connection.execute(_as_now(filters), {"ids": list(ids)})
    return {row.id: rows.article(row) for row in found}


def headlines(
    connection: Connection, ids: Iterable[str], filters: Filters = Filters()
) -> dict[str, Headline]:
    """Those of these articles that are published, by id, the newest first."""
    found = connection.execute(_headlines(filters, articles.c.id), {"ids": list(ids)})
    return {row.id: rows.headline(row) for row in found}


def copies(
    connection: Connection, originals: Iterable[str], filters: Filters = Filters()
) -> tuple[Headline, ...]:
    """The published copies of these articles, the newest first."""
    found = connection.execute(_headlines(filters, articles.c.original), {"ids": list(originals)})
    return tuple(rows.headline(row) for row in found)


def newest(
    connection: Connection, count: int, filters: Filters = Filters()
) -> tuple[Headline, ...]:
    """The most recently published articles, copies left out."""
    found = connection.execute(_newest(filters), {"count": count})
    return tuple(rows.headline(row) for row in found)


def seen_at(connection: Connection, url: str) -> str | None:
    """The id of the published article that was seen under this address.

    The address is brought into the form that articles are cited by, as on the way in.
    """
    # Imported here: they bring all that reads pages, and most of reading an archive needs none.
    from index.drafts import article_id as id_of
    from index.extract.urls import clean_url

    cleaned = clean_url(url)
    if cleaned is None:
        return None
    published = select(articles.c.id).where(articles.c.live == 1)
    found: str | None = connection.scalar(published.where(articles.c.id == id_of(cleaned)))
    if found is not None:
        return found
    # A second address of it, such as the page for phones, is kept as it was fetched.
    fetched = (url.strip(), urldefrag(url.strip()).url, cleaned)
    query = (
        published.join(addresses, addresses.c.article_id == articles.c.id)
        .where(addresses.c.address.in_(fetched))
        .order_by(articles.c.id)
        .limit(1)
    )
    found = connection.scalar(query)
    return str(found) if found is not None else None


def passage_at(connection: Connection, article_id: str, offset: int) -> str | None:
    """The id of the current passage of an article in which `body[offset]` stands."""
    query = select(passages.c.id).where(
        passages.c.article_id == article_id,
        passages.c.start <= offset,
        passages.c.end > offset,
    )
    return connection.scalar(query)


def stored(connection: Connection, keys: Sequence[int]) -> dict[int, Stored]:
    """The passages of these keys; one that has been replaced or removed is left out."""
    found = connection.execute(_STORED, {"keys": keys}).all()
    return {row.key: rows.stored(row) for row in found}


def compared(connection: Connection, keys: Sequence[int], dimension: int) -> Compared:
    """What candidates are compared by; of one that has been replaced or removed, nothing."""
    found = connection.execute(_COMPARED, {"keys": keys}).all()
    joined = np.frombuffer(b"".join([vector for _, _, vector in found]), np.float16)
    return Compared(
        keys=tuple([key for key, _, _ in found]),
        articles=tuple([article_id for _, article_id, _ in found]),
        vectors=joined.astype(np.float32).reshape(len(found), dimension),
    )


def passage_keys(connection: Connection, article_id: str) -> list[int]:
    """The keys of an article's passages, in order."""
    query = select(passages.c.key).where(passages.c.article_id == article_id)
    return list(connection.scalars(query.order_by(passages.c.ordinal)))


def _cached(make: Callable[..., _Query]) -> Callable[..., _Query]:
    """A statement is made once for the filters in use: to make one costs more than to run it.

    Not where they name articles, of which there can be any number.
    """
    kept = lru_cache(maxsize=_KEPT)(make)

    def statement(filters: Filters, *more: object) -> _Query:
        return make(filters, *more) if filters.articles else kept(filters, *more)

    return statement


@_cached
def _as_now(filters: Filters) -> _Query:
    return (
        select(*rows.HEADLINE, versions.c.body, versions.c.headings)
        .join(versions, rows.CURRENT)
        .where(is_among(articles.c.id, _IDS), rows.condition(filters))
    )


@_cached
def _earlier(filters: Filters) -> _Query:
    which = (versions.c.article_id == articles.c.id) & (versions.c.version == bindparam("version"))
    return (
        select(*rows.HEADLINE, versions.c.body, versions.c.headings)
        .join(versions, which)
        .where(articles.c.id == bindparam("id"), rows.condition(filters))
    )


@_cached
def _headlines(filters: Filters, column: Column[str]) -> _Query:
    return _in_order(filters).where(is_among(column, _IDS))


@_cached
def _newest(filters: Filters) -> _Query:
    return _in_order(filters).where(articles.c.original.is_(None)).limit(bindparam("count"))


def _in_order(filters: Filters) -> _Query:
    return (
        select(*rows.HEADLINE)
        .join(versions, rows.CURRENT)
        .where(rows.condition(filters))
        .order_by(articles.c.published_day.desc().nulls_last(), articles.c.id)
    )


_BODY = func.substr(versions.c.body, passages.c.start + 1, passages.c.end - passages.c.start)
_AMONG = is_among(passages.c.key, bindparam("keys", type_=KEYS))
_STORED = (
    select(*rows.HEADLINE, *rows.PASSAGE, _BODY.label("text"))
    .select_from(passages)
    .join(articles, articles.c.id == passages.c.article_id)
    .join(
        versions,
        (versions.c.article_id == articles.c.id) & (versions.c.version == passages.c.version),
    )
    .where(_AMONG)
)
_COMPARED = select(passages.c.key, passages.c.article_id, passages.c.vector).where(_AMONG)
