"""Database rows to the types that cross module boundaries, and back."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam

from index.columns import IDS, is_among
from index.schema import articles, passages, versions
from index.types import Article, Filters, Headline, Passage, Span, Stored

HEADLINE = (
    articles.c.id,
    articles.c.url,
    versions.c.title,
    articles.c.source,
    articles.c.author,
    articles.c.section,
    articles.c.language,
    articles.c.published,
    articles.c.modified,
    versions.c.version,
    articles.c.original,
)
CURRENT = (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)


def headline(row: Row[*tuple[Any, ...]]) -> Headline:
    """From a row of `HEADLINE`."""
    return Headline(
        id=row.id,
        url=row.url,
        title=row.title,
        source=row.source,
        author=row.author,
        section=row.section,
        language=row.language,
        published=moment(row.published),
        modified=moment(row.modified),
        version=row.version,
        original=row.original,
    )


def stored(row: Row[*tuple[Any, ...]]) -> Stored:
    """From a row of `HEADLINE` and the passage's columns, with its `text`."""
    passage = Passage(
        id=row.passage_id,
        article_id=row.id,
        version=row.version,
        ordinal=row.ordinal,
        start=row.start,
        end=row.end,
        text=row.text,
        heading=row.heading,
    )
    return Stored(row.key, passage, headline(row))


def article(row: Row[*tuple[Any, ...]]) -> Article:
    """From a row of `HEADLINE` with the version's `body` and `headings`."""
    return Article(
        id=row.id,
        url=row.url,
        title=row.title,
        body=row.body,
        source=row.source,
        author=row.author,
        section=row.section,
        language=row.language,
        published=moment(row.published),
        modified=moment(row.modified),
        version=row.version,
        headings=tuple(Span(start, end) for start, end in json.loads(row.headings)),
        original=row.original,
    )


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


def condition(filters: Filters) -> ColumnElement[bool]:
    """The filters, and being published, as a condition on `articles`."""
    clauses: list[ColumnElement[bool]] = [articles.c.live == 1]
    if filters.after:
        clauses.append(articles.c.published_day >= filters.after.toordinal())
    if filters.before:
        clauses.append(articles.c.published_day <= filters.before.toordinal())
    for column, values in (
        (articles.c.source_folded, filters.sources),
        (articles.c.section_folded, filters.sections),
    ):
        if values:
            clauses.append(column.in_([value.casefold() for value in values]))
    if filters.articles:
        # One parameter however many they are: databases allow only so many in one statement.
        named = bindparam(None, filters.articles, IDS, unique=True)
        clauses.append(is_among(articles.c.id, named))
    return and_(*clauses)


PASSAGE = (
    passages.c.key,
    passages.c.id.label("passage_id"),
    passages.c.ordinal,
    passages.c.start,
    passages.c.end,
    passages.c.heading,
)
