"""The options of `byline site`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.options import settings_for
from ui.sites.types import PER_DAY, PER_MINUTE, VISITOR_PER_MINUTE

if TYPE_CHECKING:
    from index.location import Location
    from ui.sites.store import Sites


def _origins(about: str, *flags: str) -> Any:
    """A flag for one origin after another."""
    return typer.Option(
        *flags, metavar="ORIGIN", help=f"{about}; may be repeated.", show_default=False
    )


def _limit(about: str, default: int) -> Any:
    """A flag for a number of questions, of which `default` are allowed to a new site."""
    return typer.Option(
        metavar="N",
        min=0,
        help=f"{about}. 0 is no limit. ({default} for a new site)",
        show_default=False,
    )


NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The site's name.", show_default=False)
]
OriginOption = Annotated[
    list[str] | None,
    _origins("Where its pages are, as https://news.example.org", "--origin"),
]
AddOriginOption = Annotated[
    list[str] | None, _origins("Let its key hold on pages of this origin too")
]
RemoveOriginOption = Annotated[list[str] | None, _origins("End that for this origin")]
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
PerMinuteOption = Annotated[int | None, _limit("Questions a minute of the whole site", PER_MINUTE)]
PerDayOption = Annotated[int | None, _limit("Questions a day (UTC) of the whole site", PER_DAY)]
VisitorPerMinuteOption = Annotated[
    int | None, _limit("Questions a minute of one visitor", VISITOR_PER_MINUTE)
]
SiteTitleOption = Annotated[
    str | None,
    typer.Option("--title", metavar="TEXT", help="The name over its chat.", show_default=False),
]


def sites_at(ctx: typer.Context, archive: str | None) -> tuple[Location, Sites]:
    """The archive that is set, which has to be there, and its sites."""
    from index import database
    from ui.sites.store import Sites

    location = settings_for(ctx, archive=archive).archive
    if not database.exists(location):
        raise database.missing(location)
    return location, Sites.open(location)
