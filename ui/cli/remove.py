"""`byline remove`: unpublish articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.console import fail, line, write, write_json
from ui.cli.options import ArchiveOption, JsonOption, settings_for

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SCHEMA = "byline.remove/1"


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a name on the command line stands for."""

    id: str
    title: str
    url: str | None
    live: bool


def remove(
    ctx: typer.Context,
    article: Annotated[
        list[str],
        typer.Argument(
            metavar="URL_OR_ID...",
            help="The article's address (canonical, or any that it was seen under), its file, or "
            "its id.",
            show_default=False,
        ),
    ],
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Unpublish articles: they leave every index at once and are never cited again.

    A later `byline index` does not bring them back.
    """
    from index.writer import ArchiveWriter
    from ui.cli.interrupt import Interruption
    from ui.cli.opening import existing_identity
    from ui.cli.progress import Bar

    location = settings_for(ctx, archive=archive).archive
    identity = existing_identity(location)
    removed: list[Found] = []
    earlier: list[Found] = []
    unknown: list[str] = []
    with (
        Interruption() as stop,
        Bar() as bar,
        ArchiveWriter(location, identity, progress=bar.step) as writer,
    ):
        for name in dict.fromkeys(article):
            with writer.reading() as connection:
                found = look_up(connection, name)
            if found is None:
                unknown.append(name)
            elif not found.live:
                earlier.append(found)
            else:
                writer.remove(found.id)
                removed.append(found)
        stop.saving()
    if as_json:
        write_json(
            {
                "schema": _SCHEMA,
                "removed": [_json(each) for each in removed],
                "removed_earlier": [_json(each) for each in earlier],
                "unknown": unknown,
            }
        )
    else:
        for each in removed:
            write(f"Removed: {_named(each)}")
        for each in earlier:
            write(f"Removed earlier: {_named(each)}")
    for name in unknown:
        fail(f"no article in {location} has the address or id {name}")
    if unknown:
        raise typer.Exit(1)


def look_up(connection: Connection, name: str) -> Found | None:
    """The article with this id, canonical URL or address; published ones first.

    A URL is tried as it was given and without its tracking; a path as the
    full one, which is how files are remembered.
    """
    from pathlib import Path

    from sqlalchemy import or_, select

    from index import rows
    from index.extract.urls import clean_url
    from index.schema import addresses, articles, versions
    from index.sources.local import shown

    names = {name, clean_url(name) or name}
    if "://" not in name:
        names.add(shown(Path(name)))
    seen = select(addresses.c.article_id).where(addresses.c.address.in_(names))
    query = (
        select(articles.c.id, articles.c.url, articles.c.live, versions.c.title)
        .join(versions, rows.CURRENT)
        .where(or_(articles.c.id == name, articles.c.url.in_(names), articles.c.id.in_(seen)))
        .order_by(articles.c.live.desc(), articles.c.id)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Found(row.id, row.title, row.url, bool(row.live))


def _named(found: Found) -> str:
    where = f" ({line(found.url)})" if found.url else ""
    return f"{line(found.title)}{where}, id {found.id}"


def _json(found: Found) -> dict[str, Any]:
    return {"article_id": found.id, "title": found.title, "url": found.url}
