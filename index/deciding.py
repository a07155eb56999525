"""What is to become of an article that came in, by what the archive holds of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import Connection, func, select

from index import rows
from index.drafts import Draft
from index.records import highest_version
from index.schema import addresses, articles, passages
from index.types import Article


class Action(Enum):
    """What to do with it."""

    PUT = auto()  # as a new article, or a new version of one
    REMEMBER = auto()  # its address alone: the archive says the same already
    LEAVE = auto()  # it was unpublished


@dataclass(frozen=True, slots=True)
class Decision:
    """Two that are equal were made of an archive that is the same, as far as it matters."""

    action: Action
    article_id: str
    version: int = 1  # that it is put as
    known: bool = False  # under this very address too


def begun(connection: Connection) -> int:
    """A mark of this moment: what is put from now on has passages with keys above it."""
    return connection.scalar(select(func.max(passages.c.key))) or 0


def decide(
    connection: Connection, found: Draft, settled: bool, since: int | None = None
) -> Decision:
    """Compare an article with the archive; `settled` where this run has met it before.

    `since` says when a run that several share began (`begun`).
    """
    article = found.article
    row = connection.execute(
        select(
            articles.c.id,
            articles.c.live,
            articles.c.modified,
            articles.c.fingerprint,
        ).where(articles.c.id == article.id)
    ).first()
    if row is None:
        twin = None if found.record else _twin(connection, found)
        if twin is not None:
            return Decision(Action.REMEMBER, twin)
        return Decision(Action.PUT, article.id, highest_version(connection, article.id) + 1)
    if not row.live:
        return Decision(Action.LEAVE, article.id)
    if row.fingerprint == found.fingerprint:
        known = found.address.address in _addresses(connection, article.id)
        return Decision(Action.REMEMBER, article.id, known=known)
    beside = since is not None and not settled and _put_since(connection, article.id, since)
    if _is_variant(found, settled, beside) and not _newer(article, row.modified):
        return Decision(Action.REMEMBER, article.id)
    return Decision(Action.PUT, article.id, highest_version(connection, article.id) + 1)


def _is_variant(found: Draft, settled: bool, beside: bool) -> bool:
    """Whether it is the same page once more (AMP, a tracking link), not a newer state of it.

    The page at its canonical URL is the article; of saved files, which have
    no URL of their own, the first one in a run is. What another ingester put
    `beside` this one may stand after it in the source as well as before: of two
    records, too, the first one is, unless the second says that it is newer.
    """
    if found.fetched_from is not None:
        return found.fetched_from != found.article.url or (found.record and beside)
    return settled or beside


def _put_since(connection: Connection, article_id: str, since: int) -> bool:
    query = select(passages.c.key).where(
        passages.c.article_id == article_id, passages.c.key > since
    )
    return connection.scalar(query.limit(1)) is not None


def _addresses(connection: Connection, article_id: str) -> set[str]:
    query = select(addresses.c.address).where(addresses.c.article_id == article_id)
    return set(connection.scalars(query))


def _twin(connection: Connection, found: Draft) -> str | None:
    """An article that says the very same, from a page that has no URL to tell them apart."""
    article = found.article
    query = (
        select(articles.c.id)
        .where(articles.c.fingerprint == found.fingerprint, articles.c.live == 1)
        .where(articles.c.id != article.id)
        .order_by(articles.c.id)
        .limit(1)
    )
    return connection.scalar(query) if article.url is None else None


def _newer(article: Article, known: str | None) -> bool:
    before = rows.moment(known)
    return article.modified is not None and (before is None or article.modified > before)
