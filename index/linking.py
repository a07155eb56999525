"""Which earlier article a new one is a copy of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from index import copies, rows
from index.schema import articles, bands, versions
from index.types import Article

_CANDIDATES = 12  # likely copies that are compared word for word
_NO_DATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """`original` is the article that this one copies. `claims` are copies of this one."""

    original: str | None = None
    claims: tuple[str, ...] = ()


def find(connection: Connection, article: Article, keys: tuple[int, ...]) -> Link:
    """Compare an article with those whose sketches share a band with its own.

    The original is the one published first; of two without a date, the one
    that was in the archive first.
    """
    if not keys:
        return Link()
    shared = func.count().label("shared")
    alike_in_part = (
        select(bands.c.article_id, shared)
        .where(bands.c.band.in_(keys), bands.c.article_id != article.id)
        .group_by(bands.c.article_id)
        .subquery()
    )
    query = (
        select(*rows.HEADLINE, versions.c.body)
        .join(versions, rows.CURRENT)
        .join(alike_in_part, alike_in_part.c.article_id == articles.c.id)
        .where(articles.c.live == 1)
        .order_by(
            alike_in_part.c.shared.desc(), articles.c.published.asc().nulls_first(), articles.c.id
        )
        .limit(_CANDIDATES)
    )
    likely = connection.execute(query).all()
    if not likely:  # as nearly always: others who commit wait for this
        return Link()
    own = copies.shingles(article.body)
    alike = [row for row in likely if copies.is_copy(own, copies.shingles(row.body))]
    if not alike:
        return Link()
    roots = {row.original or row.id for row in alike}
    roots.discard(article.id)
    if not roots:
        return Link()
    dates = {
        row.id: rows.moment(row.published) or _NO_DATE
        for row in connection.execute(
            select(articles.c.id, articles.c.published).where(articles.c.id.in_(roots))
        )
    }
    first = min(dates, key=lambda root: (dates[root], root))
    if (article.published or _NO_DATE) < dates[first]:
        copied = connection.scalars(select(articles.c.id).where(articles.c.original.in_(roots)))
        return Link(claims=tuple(sorted({*dates, *copied} - {article.id})))
    return Link(original=first)
