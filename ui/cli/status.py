"""`byline status`: an archive in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from rich.filesize import decimal
from rich.table import Table

from ui.chat.words import days
from ui.cli.console import line, out, write_json
from ui.cli.options import ArchiveOption, JsonOption, settings_for

if TYPE_CHECKING:
    from index.embed import Identity
    from index.location import Location
    from index.types import Stats

SCHEMA = "byline.status/1"


def status(ctx: typer.Context, archive: ArchiveOption = None, as_json: JsonOption = False) -> None:
    """Show what an archive holds: articles, dates, index, model and sizes."""
    from index.archive import Archive
    from ui.cli.progress import Bar

    location = settings_for(ctx, archive=archive).archive
    with Bar() as bar:
        opened = Archive(location, progress=bar.step)
    try:
        stats, identity = opened.stats(), opened.identity
    finally:
        opened.close()
    if as_json:
        write_json(to_json(location, stats, identity))
    else:
        _show(location, stats, identity)


def to_json(location: Location, stats: Stats, identity: Identity) -> dict[str, Any]:
    """`byline.status/1`: sizes in bytes, `index.recall` against exact search."""
    return {
        "schema": SCHEMA,
        "archive": str(location),
        "articles": stats.articles,
        "copies": stats.copies,
        "versions": stats.versions,
        "passages": stats.passages,
        "first": stats.first.isoformat() if stats.first else None,
        "last": stats.last.isoformat() if stats.last else None,
        "updated": stats.updated.isoformat() if stats.updated else None,
        "index": {"kind": stats.index_kind, "recall": stats.index_recall},
        "model": {
            "id": stats.embedder,
            "dimension": stats.dimension,
            "weights": identity.weights,
            "query_prefix": identity.query_prefix,
            "passage_prefix": identity.passage_prefix,
        },
        "sizes": {
            "database": stats.database_size,
            "vectors": stats.vectors_size,
            "terms": stats.terms_size,
        },
        "schema_version": stats.schema_version,
    }


def _show(location: Location, stats: Stats, identity: Identity) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for label, value in _rows(location, stats, identity):
        table.add_row(label, value)
    out.print(table)


def _rows(location: Location, stats: Stats, identity: Identity) -> list[tuple[str, str]]:
    recall = (
        "recall not measured"
        if stats.index_recall is None
        else f"measured recall {stats.index_recall:.3f}"
    )
    copies = f" ({stats.copies:,} of them syndicated copies)" if stats.copies else ""
    sizes = (stats.database_size, stats.vectors_size, stats.terms_size)
    named = zip(("articles", "vectors", "words"), sizes, strict=True)
    prefixes = [
        (f"{kind} prefix", repr(prefix))
        for kind, prefix in (
            ("query", identity.query_prefix),
            ("passage", identity.passage_prefix),
        )
        if prefix is not None
    ]
    return [
        ("archive", line(str(location))),
        ("articles", f"{stats.articles:,}{copies}"),
        ("versions", f"{stats.versions:,}"),
        ("passages", f"{stats.passages:,}"),
        ("dates", days(stats.first, stats.last) or "unknown"),
        ("updated", stats.updated.strftime("%Y-%m-%d %H:%M %Z") if stats.updated else "never"),
        ("index", f"{stats.index_kind}, {recall}"),
        ("model", f"{line(stats.embedder)}, {stats.dimension} dimensions"),
        *prefixes,
        ("size", f"{decimal(sum(sizes))}: " + ", ".join(f"{n} {decimal(s)}" for n, s in named)),
        ("format", str(stats.schema_version)),
    ]
