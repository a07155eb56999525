"""What sites.db says, read whole: its sites, and the keys that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from ui.sites.schema import from_row, keys, moment, sites
from ui.sites.types import Site


@dataclass(frozen=True, slots=True)
class Key:
    """A key that a site goes by, or once went by."""

    text: str
    secret: str
    ends: datetime | None
    site: Site | None  # None where the site was revoked

    def site_at(self, now: datetime) -> Site | None:
        return self.site if self.ends is None or now < self.ends else None


@dataclass(frozen=True, slots=True)
class Known:
    """Everything in the file, as it was read."""

    state: tuple[int, str] | None = None
    sites: tuple[Site, ...] = ()
    revoked: tuple[tuple[str, datetime], ...] = ()
    origins: frozenset[str] = frozenset()
    by_digest: Mapping[bytes, Key] = field(default_factory=dict)


def load(connection: Connection, state: tuple[int, str], digest: Callable[[str], bytes]) -> Known:
    """What the file holds in this state. Keys are to be looked up by their `digest`."""
    rows = {row.name: row for row in connection.execute(select(sites).order_by(sites.c.name))}
    active: list[Site] = []
    by_digest: dict[bytes, Key] = {}
    for row in connection.execute(select(keys).order_by(keys.c.name)):
        owner = rows[row.name]
        site = from_row(owner, row.key) if owner.revoked is None else None
        ends = moment(row.ends) if row.ends else None
        by_digest[digest(row.key)] = Key(row.key, row.secret, ends, site)
        if site is not None and ends is None:
            active.append(site)
    return Known(
        state=state,
        sites=tuple(active),
        revoked=tuple((r.name, moment(r.revoked)) for r in rows.values() if r.revoked),
        origins=frozenset(each for site in active for each in site.origins),
        by_digest=by_digest,
    )
