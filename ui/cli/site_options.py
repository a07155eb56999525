"""The options of `byline site`, and what their words mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import SettingsError
from index.types import Filters
from ui.cli.console import line, say
from ui.cli.options import settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from ui.sites.store import Sites

_QUESTIONS = "0 is no limit."

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The site's name.", show_default=False)
]
OriginOption = Annotated[
    list[str] | None,
    typer.Option(
        "--origin",
        metavar="ORIGIN",
        help="Where its pages are, as https://news.example.org; may be repeated.",
        show_default=False,
    ),
]
AddOriginOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ORIGIN",
        help="Let its key hold on pages of this origin too; may be repeated.",
        show_default=False,
    ),
]
RemoveOriginOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ORIGIN",
        help="End that for this origin; may be repeated.",
        show_default=False,
    ),
]
AllowHttpOption = Annotated[
    bool,
    typer.Option(
        "--allow-http",
        help="Take origins on plain http too, not only of this machine. Whoever stands between "
        "such a page and its reader can ask in its name.",
    ),
]
FilterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--archive-filter",
        metavar="NAME=VALUE",
        help="Which articles it may ask of: section=politics, source=Wire, after=2020-01-01, "
        "before=2024-12-31; may be repeated, and any one of several sections or sources will do.",
        show_default=False,
    ),
]
PerMinuteOption = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        help=f"Questions a minute of the whole site. {_QUESTIONS} (default 60)",
        show_default=False,
    ),
]
PerDayOption = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        help=f"Questions a day (UTC) of the whole site. {_QUESTIONS} (default 5000)",
        show_default=False,
    ),
]
VisitorPerMinuteOption = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        help=f"Questions a minute of one visitor. {_QUESTIONS} (default 12)",
        show_default=False,
    ),
]
SiteTitleOption = Annotated[
    str | None,
    typer.Option("--title", metavar="TEXT", help="The name over its chat.", show_default=False),
]


def sites_at(ctx: typer.Context, archive: Path | None) -> tuple[Path, Sites]:
    """The archive that is set, which has to be there, and its sites."""
    from index.database import DATABASE
    from index.errors import ArchiveMissing
    from ui.sites.store import Sites

    folder = settings_for(ctx, archive=archive).archive
    if not (folder / DATABASE).is_file():
        raise ArchiveMissing(
            f"there is no archive at {folder}; make one with: "
            f"byline index SOURCE --archive {folder}"
        )
    return folder, Sites.open(folder)


def filters_from(given: Sequence[str], folder: Path) -> Filters:
    """The filters of some NAME=VALUE. Raises SettingsError; says what the archive has none of."""
    found = Filters()
    for each in given:
        name, separator, value = (part.strip() for part in each.partition("="))
        if not separator or not value:
            raise SettingsError(f"--archive-filter: expected NAME=VALUE, got {each!r}")
        if name == "section":
            found = replace(found, sections=(*found.sections, value))
        elif name == "source":
            found = replace(found, sources=(*found.sources, value))
        elif name in ("after", "before"):
            if getattr(found, name) is not None:
                raise SettingsError(f"--archive-filter: {name} is given twice")
            day = _day(name, value)
            found = replace(found, after=day) if name == "after" else replace(found, before=day)
        else:
            raise SettingsError(
                f"--archive-filter: unknown filter {name!r}; there are section, source, after "
                "and before"
            )
    if found.sections or found.sources:
        _say_what_is_missing(found, folder)
    return found


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise SettingsError(
            f"--archive-filter: {name} is a day, as {name}=2024-12-31; got {value!r}"
        ) from error


def _say_what_is_missing(filters: Filters, folder: Path) -> None:
    """A misspelt section would otherwise be found out by readers who get no answers."""
    from index.archive import Archive

    archive = Archive(folder)
    try:
        facets = archive.facets()
    finally:
        archive.close()
    for kind, asked, there in (
        ("section", filters.sections, facets.sections),
        ("source", filters.sources, facets.sources),
    ):
        known = {name.casefold() for name, _ in there}
        for name in asked:
            if name.casefold() not in known:
                some = ", ".join(line(name) for name, _ in there[:8])
                say(f"note: no article has the {kind} {line(name)!r} yet; there are: {some}")
