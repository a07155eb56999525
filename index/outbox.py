"""Articles that a search server is still to be told of.

A row is written in the transaction that changes the article, and goes when the
server has what changed: killed anywhere in between, nothing is forgotten. What a
change to an article's links alters is in the database alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_, update

from index.database import last_change
from index.location import without_password
from index.records import upsert
from index.schema import articles, meta, pending

SEARCH = "search"  # in the archive's meta table: where its search server listens
COLLECTIONS = "collections"  # and what it is called there, as there may be others
# SQLAlchemy keeps no count of what is inserted otherwise.
_COUNTED = {"preserve_rowcount": True}
_PUSHING = 0x62796C6E  # of the advisory locks on articles that are being pushed


@dataclass(frozen=True, slots=True)
class Pending:
    """An article, and the change from which on the search server does not know it."""

    article_id: str
    change: int


def is_kept(connection: Connection) -> bool:
    """Whether the archive has a search server, so that changes are to be noted for it."""
    return search_server(connection) is not None


def search_server(connection: Connection) -> str | None:
    """Where the archive's search server listens, as it was when it was first given one."""
    return connection.scalar(select(meta.c.value).where(meta.c.key == SEARCH))


def begin(connection: Connection, server: str) -> None:
    """Remember an archive's first search server, which is to be told of every article.

    Two that begin at once remember the first one's. One that knows no article yet, as its
    address was wrong perhaps, gives way to another.
    """
    server, known = without_password(server), search_server(connection)
    if known is None:
        given = {SEARCH: server, COLLECTIONS: uuid.uuid4().hex}
        rows = [{"key": key, "value": value} for key, value in given.items()]
        made = connection.execute(
            upsert(connection, meta).values(rows).on_conflict_do_nothing(),
            execution_options=_COUNTED,
        )
        if made.rowcount:
            add_all(connection)
    elif known != server and nothing_pushed(connection):
        connection.execute(update(meta).where(meta.c.key == SEARCH).values(value=server))


def collections(connection: Connection) -> str | None:
    """What the archive is called on its search server."""
    return connection.scalar(select(meta.c.value).where(meta.c.key == COLLECTIONS))


def add(connection: Connection, article_id: str, change: int) -> None:
    """Note that an article is to be pushed, in the transaction that changes it."""
    query = upsert(connection, pending).values(article_id=article_id, change=change)
    connection.execute(
        query.on_conflict_do_update(index_elements=["article_id"], set_={"change": change})
    )


def add_all(connection: Connection) -> None:
    """Note every published article, as of its last change.

    Whoever is putting one just now and does not know that it is to be noted is waited
    for: it holds the row that changes are counted in.
    """
    connection.execute(select(meta.c.value).where(meta.c.key == "change").with_for_update())
    connection.execute(delete(pending))
    every = select(articles.c.id, articles.c.changed).where(articles.c.live == 1)
    connection.execute(insert(pending).from_select(["article_id", "change"], every))


def add_missing(connection: Connection) -> int:
    """Note every published article that is not noted yet; how many those were.

    Others may be noting theirs, or this very thing: in order, nobody waits in a circle.
    """
    every = select(articles.c.id, articles.c.changed).where(articles.c.live == 1)
    added = upsert(connection, pending).from_select(
        ["article_id", "change"], every.order_by(articles.c.id)
    )
    return connection.execute(added.on_conflict_do_nothing(), execution_options=_COUNTED).rowcount


def nothing_pushed(connection: Connection) -> bool:
    """Whether no published article has reached the search server."""
    waits = select(pending.c.article_id).where(pending.c.article_id == articles.c.id).exists()
    pushed = select(articles.c.id).where(articles.c.live == 1, ~waits)
    return connection.scalar(pushed.limit(1)) is None


def count(connection: Connection) -> int:
    """Articles that wait to be pushed."""
    return int(connection.scalar(select(func.count()).select_from(pending)) or 0)


def take(connection: Connection, limit: int) -> list[Pending]:
    """The `limit` articles that have waited longest, each for this transaction alone.

    Read what an article is only after this, push it, and say `done` in the same
    transaction (`database.writing`). Whoever asks meanwhile is given others; nobody who
    changes an article waits for it to be pushed.
    """
    taken: list[Pending] = []
    after = (-1, "")
    while len(taken) < limit:
        # Chosen first and locked then: a lock in the same query would fall on every row.
        first = (
            select(pending.c.article_id, pending.c.change)
            .where(tuple_(pending.c.change, pending.c.article_id) > after)
            .order_by(pending.c.change, pending.c.article_id)
            .limit(limit - len(taken))
            .cte("first")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )
        free = func.pg_try_advisory_xact_lock(_PUSHING, func.hashtext(first.c.article_id))
        found = connection.execute(select(first, free).order_by(first.c.change, first.c.article_id))
        rows = found.all()
        if not rows:
            break
        taken += [Pending(article_id, change) for article_id, change, mine in rows if mine]
        after = (rows[-1].change, rows[-1].article_id)
    return taken


def done(connection: Connection, pushed: Sequence[Pending]) -> None:
    """Forget what was pushed, but for articles that have changed since they were taken."""
    if pushed:
        gone = delete(pending).where(
            pending.c.article_id == bindparam("pushed"), pending.c.change <= bindparam("known")
        )
        connection.execute(gone, [{"pushed": p.article_id, "known": p.change} for p in pushed])


def searched(connection: Connection) -> int:
    """The last change up to which the search server knows all."""
    least = connection.scalar(select(func.min(pending.c.change)))
    return last_change(connection) if least is None else least - 1
