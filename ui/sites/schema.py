"""The tables of an archive's sites, and a site as a row."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, MetaData, Row, Table

from index.columns import Chars
from index.types import Filters
from ui.sites.types import Site

SCHEMA_VERSION = 1

metadata = MetaData()

# "schema_version", and "change": a word that is another after every change
meta = Table(
    "meta",
    metadata,
    Column("key", Chars, primary_key=True),
    Column("value", Chars, nullable=False),
)

sites = Table(
    "sites",
    metadata,
    Column("name", Chars, primary_key=True),
    Column("title", Chars),
    Column("origins", Chars, nullable=False),  # a JSON list
    Column("filters", Chars, nullable=False),  # a JSON object
    Column("per_minute", Integer, nullable=False),
    Column("per_day", Integer, nullable=False),
    Column("visitor_per_minute", Integer, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("full_text", Boolean, nullable=False),
    Column("created", Chars, nullable=False),  # ISO 8601 in UTC, as all times here
    Column("revoked", Chars),
)

# Keys that have ended stay: who still uses one is out of date, and guesses nothing.
keys = Table(
    "keys",
    metadata,
    Column("key", Chars, primary_key=True),
    Column("name", Chars, ForeignKey("sites.name"), nullable=False, index=True),
    Column("secret", Chars, nullable=False),
    Column("ends", Chars),  # NULL for the one key that a site goes by
)

# the same as `meta`, of sites that share a database with their archive, which has its own
sites_meta = meta.to_metadata(metadata, name="sites_meta")


def to_row(site: Site) -> dict[str, Any]:
    """A site's own columns; its key has a table to itself."""
    return {
        "name": site.name,
        "title": site.title,
        "origins": json.dumps(site.origins),
        "filters": json.dumps(filters_to_json(site.filters)),
        "per_minute": site.per_minute,
        "per_day": site.per_day,
        "visitor_per_minute": site.visitor_per_minute,
        "private": site.private,
        "full_text": site.full_text,
        "created": site.created.isoformat(),
    }


def from_row(row: Row[Any], key: str) -> Site:
    return Site(
        name=row.name,
        key=key,
        origins=tuple(json.loads(row.origins)),
        created=moment(row.created),
        title=row.title,
        filters=_filters(json.loads(row.filters)),
        per_minute=row.per_minute,
        per_day=row.per_day,
        visitor_per_minute=row.visitor_per_minute,
        private=bool(row.private),
        full_text=bool(row.full_text),
    )


def filters_to_json(filters: Filters) -> dict[str, Any]:
    """Filters as plain values; those that are empty are left out."""
    found = {
        "after": filters.after.isoformat() if filters.after else None,
        "before": filters.before.isoformat() if filters.before else None,
        "sources": list(filters.sources),
        "sections": list(filters.sections),
    }
    return {name: value for name, value in found.items() if value}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _filters(found: dict[str, Any]) -> Filters:
    return Filters(
        after=date.fromisoformat(found["after"]) if "after" in found else None,
        before=date.fromisoformat(found["before"]) if "before" in found else None,
        sources=tuple(found.get("sources", ())),
        sections=tuple(found.get("sections", ())),
    )
