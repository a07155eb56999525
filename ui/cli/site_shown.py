"""What the commands of `byline site` print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from ui.chat.words import long_date
from ui.cli.console import line, out, write

if TYPE_CHECKING:
    from datetime import datetime

    from ui.sites.store import Sites
    from ui.sites.types import Site

SCHEMA = "byline.site/1"
LIST_SCHEMA = "byline.sites/1"


def to_json(sites: Sites, site: Site) -> dict[str, Any]:
    """`byline.site/1`. Its secret is not in it: only `byline site secret` tells that."""
    from ui.sites.schema import filters_to_json

    return {
        "name": site.name,
        "key": site.key,
        "old_keys": [
            {"key": key, "ends": ends.isoformat()} for key, ends in sites.old_keys(site.name)
        ],
        "title": site.title,
        "origins": list(site.origins),
        "filters": filters_to_json(site.filters),
        "per_minute": site.per_minute,
        "per_day": site.per_day,
        "visitor_per_minute": site.visitor_per_minute,
        "private": site.private,
        "full_text": site.full_text,
        "created": site.created.isoformat(),
    }


def list_json(sites: Sites) -> dict[str, Any]:
    return {
        "schema": LIST_SCHEMA,
        "sites": [to_json(sites, each) for each in sites.list()],
        "revoked": [{"name": name, "when": when.isoformat()} for name, when in sites.revoked()],
    }


def show_list(sites: Sites) -> None:
    if not sites.list():
        write("There are no sites. Make one with: byline site add NAME --origin URL")
    for site in sites.list():
        write(f"{site.name}  {site.key}  {_origins(site)}  {_limits(site)}")
        for key, ends in sites.old_keys(site.name):
            write(f"{site.name}  {key}  an old key, until {_minute(ends)}")
    for name, when in sites.revoked():
        write(f"{name}  revoked on {long_date(when)}")


def show(sites: Sites, site: Site) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for label, value in _rows(sites, site):
        table.add_row(label, value)
    out.print(table)


def _rows(sites: Sites, site: Site) -> list[tuple[str, str]]:
    filters = site.filters
    days = ((filters.after, "from"), (filters.before, "to"))
    may_read = [
        *(f"section {line(each)}" for each in filters.sections),
        *(f"source {line(each)}" for each in filters.sources),
        *(f"{word} {long_date(day)}" for day, word in days if day),
    ]
    return [
        ("site", site.name),
        ("key", site.key),
        *(("old key", f"{key} until {_minute(ends)}") for key, ends in sites.old_keys(site.name)),
        *([("title", line(site.title))] if site.title else []),
        ("origins", _origins(site)),
        ("articles", ", ".join(may_read) or "all"),
        ("questions", _limits(site)),
        ("visitors", "need a token of the site's server" if site.private else "anybody"),
        ("reading", "whole articles" if site.full_text else "what stands around a quote"),
        ("since", long_date(site.created)),
    ]


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _origins(site: Site) -> str:
    return ", ".join(site.origins) or "no origin: its key holds on no page"


def _limits(site: Site) -> str:
    figures = (
        (site.per_minute, "a minute"),
        (site.per_day, "a day"),
        (site.visitor_per_minute, "a minute by one visitor"),
    )
    return ", ".join(f"{n:,} {what}" for n, what in figures if n) or "as many as are asked"
