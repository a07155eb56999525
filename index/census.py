"""Counting what an archive holds: for filters, for the line under an answer, for status."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from index import postgres, rows
from index.base import Search
from index.embed import Identity
from index.embedded import size
from index.location import Folder, Location
from index.schema import articles, meta, metadata, versions
from index.snapshot import Snapshot
from index.sqlite import DATABASE
from index.types import Coverage, Facets, Filters, Stats


def coverage(connection: Connection, filters: Filters = Filters()) -> Coverage:
    """How many articles pass the filters, and the dates they span."""
    query = select(
        func.count(),
        func.min(articles.c.published_day),
        func.max(articles.c.published_day),
    ).where(rows.condition(filters))
    count, first, last = connection.execute(query).one()
    return Coverage(count, rows.day(first), rows.day(last))


def facets(connection: Connection, filters: Filters = Filters()) -> Facets:
    """What the filters can be set to, over the articles that these let through."""

    def values(
        column: ColumnElement[str | None], folded: ColumnElement[str | None]
    ) -> tuple[tuple[str, int], ...]:
        number, spelt = func.count(), func.min(column)  # of those that differ in case alone
        query = (
            select(spelt, number)
            .where(rows.condition(filters), column.is_not(None))
            .group_by(folded)
            .order_by(number.desc(), spelt)
        )
        return tuple((value or "", count) for value, count in connection.execute(query))

    span = coverage(connection, filters)
    return Facets(
        sources=values(articles.c.source, articles.c.source_folded),
        sections=values(articles.c.section, articles.c.section_folded),
        first=span.first,
        last=span.last,
    )


def stats(
    connection: Connection, location: Location, search: Search, identity: Identity, state: Snapshot
) -> Stats:
    """An archive in figures."""
    everything = coverage(connection)
    vectors_size, terms_size = search.sizes()
    copies = connection.scalar(
        select(func.count())
        .select_from(articles)
        .where(articles.c.live == 1, articles.c.original.is_not(None))
    )
    kept = connection.scalar(select(func.count()).select_from(versions))
    updated = connection.scalar(select(func.max(versions.c.recorded)))
    schema = connection.scalar(select(meta.c.value).where(meta.c.key == "schema_version"))
    return Stats(
        articles=everything.articles,
        copies=copies or 0,
        versions=kept or 0,
        passages=state.passages,
        first=everything.first,
        last=everything.last,
        updated=rows.moment(updated),
        embedder=identity.id,
        dimension=identity.dimension,
        schema_version=int(schema or 0),
        index_kind=state.base.kind,
        index_recall=state.base.recall,
        database_size=_database_size(connection, location),
        vectors_size=vectors_size,
        terms_size=terms_size,
    )


def _database_size(connection: Connection, location: Location) -> int:
    if isinstance(location, Folder):
        return size(location.path / DATABASE)
    return postgres.size(connection, *metadata.tables)
