"""What a site's settings may be. Names go into logs and listings, so they are plain words."""

from __future__ import annotations

import re
from dataclasses import replace

from ui.chat.words import clean
from ui.sites.errors import SiteError
from ui.sites.types import Site

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LONGEST_TITLE = 200  # characters: a line over the chat
_MOST_ORIGINS = 50  # they all stand in one header, and proxies allow headers of 4 to 8 KB
# Questions; a quota above these is none. Those of a minute are kept one by one.
_MOST = {"per_minute": 60_000, "per_day": 10_000_000, "visitor_per_minute": 60_000}


def checked(site: Site) -> Site:
    """The site, with its lists free of repeats. Raises SiteError."""
    if not _NAME.fullmatch(site.name):
        raise SiteError(
            "a site's name has lower-case letters a to z, digits and hyphens, 63 at most, "
            "as in news-politics"
        )
    if len(site.origins) > _MOST_ORIGINS:
        raise SiteError(f"a site has {_MOST_ORIGINS} origins at most; make a second one")
    for about, most in _MOST.items():
        if not 0 <= getattr(site, about) <= most:
            flag = "--" + about.replace("_", "-")
            raise SiteError(f"{flag}: expected 0 (no limit) to {most:,} questions")
    filters = site.filters
    if filters.after and filters.before and filters.after > filters.before:
        raise SiteError(f"no day is after {filters.after} and before {filters.before} too")
    if filters.articles:
        raise SiteError("a site cannot be filtered to single articles")
    return replace(
        site,
        title=_title(site.title),
        origins=tuple(dict.fromkeys(site.origins)),
        filters=replace(
            filters,
            sources=tuple(dict.fromkeys(filters.sources)),
            sections=tuple(dict.fromkeys(filters.sections)),
        ),
    )


def _title(text: str | None) -> str | None:
    """A title on one line; an empty one is none."""
    title = " ".join(clean(text or "").split())
    if len(title) > _LONGEST_TITLE:
        raise SiteError(f"--title: {_LONGEST_TITLE} characters at most, this has {len(title)}")
    return title or None
