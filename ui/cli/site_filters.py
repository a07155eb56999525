"""What `--archive-filter` means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from index.errors import SettingsError
from index.types import Filters
from ui.cli.console import line, say

if TYPE_CHECKING:
    from index.location import Location


def filters_from(given: Sequence[str], location: Location) -> Filters:
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
        _say_what_is_missing(found, location)
    return found


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise SettingsError(
            f"--archive-filter: {name} is a day, as {name}=2024-12-31; got {value!r}"
        ) from error


def _say_what_is_missing(filters: Filters, location: Location) -> None:
    """A misspelt section would otherwise be found out by readers who get no answers."""
    from index.archive import Archive

    archive = Archive(location)
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
