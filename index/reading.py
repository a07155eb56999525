"""Articles read from the database, whole or by their headlines, within filters or not."""

from __future__ import annotations

from urllib.parse import urldefrag

from sqlalchemy import ColumnElement, Connection, select

from index import rows
from index.schema import addresses, articles, passages, versions
from index.types import Article, Filters, Headline


def article(
    connection: Connection, article_id: str, version: int | None, filters: Filters
) -> Article | None:
    """A published article as it is now, or an earlier version of it; None if there is none."""
    which = (
        rows.CURRENT
        if version is None
        else (versions.c.article_id == articles.c.id) & (versions.c.version == version)
    )
    query = (
        select(*rows.HEADLINE, versions.c.body, versions.c.headings)
        .join(versions, which)
        .where(articles.c.id == article_id, rows.condition(filters))
    )
    row = connection.execute(query).first()
    return rows.article(row) if row else None


def headlines(
    connection: Connection,
    condition: ColumnElement[bool],
    filters: Filters = Filters(),
    limit: int | None = None,
) -> tuple[Headline, ...]:
    """Published articles, the newest first."""
    query = (
        select(*rows.HEADLINE)
        .join(versions, rows.CURRENT)
        .where(rows.condition(filters), condition)
        .order_by(articles.c.published_day.desc(), articles.c.id)
        .limit(limit)
    )
    return tuple(rows.headline(row) for row in connection.execute(query))


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


def passage_keys(connection: Connection, article_id: str) -> list[int]:
    """The keys of an article's passages, in order."""
    query = select(passages.c.key).where(passages.c.article_id == article_id)
    return list(connection.scalars(query.order_by(passages.c.ordinal)))
