"""The sites of an archive: in sites.db beside it, or in its database on a server.

The command line changes them and a running server sees it: before it looks
anything up it asks, `refresh` seconds after the last time at the earliest,
whether the file says something new. What cannot be read just now (a disk that
fails, a writer that holds it) leaves in force what was read last; a file that
is gone leaves no site.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, insert, select, update

from index.location import Location, located
from index.types import Filters
from ui.sites import keys, places
from ui.sites.checks import checked
from ui.sites.errors import SiteError
from ui.sites.known import Key, Known, load
from ui.sites.origins import normalised
from ui.sites.schema import from_row, sites, to_row
from ui.sites.schema import keys as rows_of_keys
from ui.sites.types import PER_DAY, PER_MINUTE, VISITOR_PER_MINUTE, Site

log = logging.getLogger(__name__)

T = TypeVar("T")


class Sites:
    """The sites of an archive, for many threads."""

    def __init__(self, where: Location | Path, *, refresh: float = 0.5) -> None:
        """`refresh` is in seconds. Raises SiteError where they cannot be read."""
        self._location = located(where)
        self._refresh = refresh
        self._lock = threading.Lock()
        # Keys are looked up by a digest that nobody outside can foresee, so that
        # the time it takes says nothing about how much of a key was right.
        self._pepper = secrets.token_bytes(32)
        self._known = Known()
        self._asked = time.monotonic()
        self._failed = False
        self._read()

    @classmethod
    def open(cls, where: Location | Path, *, refresh: float = 0.5) -> Sites:
        """The sites of the archive there; there may be none yet. Raises SiteError."""
        return cls(where, refresh=refresh)

    def by_key(self, key: str) -> Site | None:
        """The site that goes by a key; its `key` is the one that was given, if an old one."""
        found = self._find(key)
        return found.site_at(datetime.now(UTC)) if found else None

    def was_key(self, key: str) -> bool:
        """Whether this is, or once was, a key of ours: then it is no guess."""
        return self._find(key) is not None

    def secret(self, key: str) -> str | None:
        """What the tokens of a site are signed with: its characters as bytes."""
        found = self._find(key)
        return found.secret if found and found.site_at(datetime.now(UTC)) else None

    def origins(self) -> frozenset[str]:
        """Of all sites that are not revoked."""
        return self._current().origins

    def list(self) -> tuple[Site, ...]:
        """The sites that are not revoked, by name."""
        return self._current().sites

    def old_keys(self, name: str) -> tuple[tuple[str, datetime], ...]:
        """Keys of a site from before it was given another, while they hold, with their ends."""
        now = datetime.now(UTC)
        found = (
            (key.ends, key.text)
            for key in self._current().by_digest.values()
            if key.site is not None and key.site.name == name and key.ends and now < key.ends
        )
        return tuple((text, ends) for ends, text in sorted(found))

    def revoked(self) -> tuple[tuple[str, datetime], ...]:
        """Names of those that are, and since when."""
        return self._current().revoked

    def get(self, name: str) -> Site:
        """The site of a name. Raises SiteError with the names there are."""
        self._read()
        if found := [site for site in self._known.sites if site.name == name]:
            return found[0]
        raise self._unknown(name)

    def add(
        self,
        name: str,
        *,
        origins: Sequence[str] = (),
        title: str | None = None,
        filters: Filters = Filters(),
        per_minute: int = PER_MINUTE,
        per_day: int = PER_DAY,
        visitor_per_minute: int = VISITOR_PER_MINUTE,
        private: bool = False,
        full_text: bool = False,
        allow_http: bool = False,
    ) -> Site:
        """A new site with a new key. Raises SiteError."""
        site = checked(
            Site(
                name=name,
                key=keys.new(),
                origins=tuple(normalised(each, allow_http=allow_http) for each in origins),
                created=datetime.now(UTC),
                title=title,
                filters=filters,
                per_minute=per_minute,
                per_day=per_day,
                visitor_per_minute=visitor_per_minute,
                private=private,
                full_text=full_text,
            )
        )
        if not site.origins and not site.private:
            raise SiteError("a site's key holds on its own pages alone: name them with --origin")

        def work(connection: Connection) -> None:
            row = connection.execute(select(sites).where(sites.c.name == name)).first()
            if row is not None and row.revoked is None:
                raise SiteError(
                    f"there is a site {name} already; change it with: byline site edit {name}"
                )
            put = insert(sites) if row is None else update(sites).where(sites.c.name == name)
            connection.execute(put.values(to_row(site) | {"revoked": None}))
            keys.add(connection, site)

        self._change(work)
        return site

    def edit(self, name: str, change: Callable[[Site], Site]) -> Site:
        """Make a site what `change` makes of it; name, key and birth stay. Raises SiteError.

        Origins that it adds have to be `normalised`.
        """

        def work(connection: Connection) -> Site:
            before = self._active(connection, name)
            after = change(before)
            site = checked(replace(after, name=name, key=before.key, created=before.created))
            connection.execute(update(sites).where(sites.c.name == name).values(to_row(site)))
            return site

        return self._change(work)

    def rotate(self, name: str, *, keep_old: timedelta = timedelta()) -> Site:
        """Give a site a new key and a new secret. Those before it hold for `keep_old` yet."""

        def work(connection: Connection) -> Site:
            site = replace(self._active(connection, name), key=keys.new())
            ends = datetime.now(UTC) + keep_old
            keys.end(connection, name, ends)
            keys.add(connection, site)
            return site

        return self._change(work)

    def end_old(self, name: str) -> None:
        """End the keys that still hold from before; the site's own key stays. Raises SiteError."""

        def work(connection: Connection) -> None:
            site = self._active(connection, name)
            keys.end(connection, name, datetime.now(UTC), but=site.key)

        self._change(work)

    def revoke(self, name: str) -> None:
        """End a site and all its keys, at once and for good. Raises SiteError."""

        def work(connection: Connection) -> None:
            self._active(connection, name)
            now = datetime.now(UTC)
            keys.end(connection, name, now)
            connection.execute(
                update(sites).where(sites.c.name == name).values(revoked=now.isoformat())
            )

        self._change(work)

    def _change(self, work: Callable[[Connection], T]) -> T:
        """Do it in one transaction, and know it from now on."""
        with places.writing(self._location) as connection:
            done = work(connection)
        self._read()
        return done

    def _active(self, connection: Connection, name: str) -> Site:
        row = connection.execute(
            select(sites, rows_of_keys.c.key)
            .join(rows_of_keys, rows_of_keys.c.name == sites.c.name)
            .where(sites.c.name == name, sites.c.revoked.is_(None), rows_of_keys.c.ends.is_(None))
        ).first()
        if row is None:
            raise self._unknown(name)
        return from_row(row, row.key)

    def _unknown(self, name: str) -> SiteError:
        if name in dict(self._known.revoked):
            return SiteError(
                f"{name} was revoked; the name may be taken again with: byline site add {name}"
            )
        there = ", ".join(site.name for site in self._known.sites)
        return SiteError(
            f"there is no site of that name; there are: {there}"
            if there
            else "there are no sites yet; make one with: byline site add NAME --origin URL"
        )

    def _find(self, key: str) -> Key | None:
        if not keys.FORM.fullmatch(key):
            return None
        found = self._current().by_digest.get(self._digest(key))
        return found if found and hmac.compare_digest(found.text.encode(), key.encode()) else None

    def _digest(self, key: str) -> bytes:
        return blake2b(key.encode(), key=self._pepper, digest_size=16).digest()

    def _current(self) -> Known:
        """What the file says, or said a moment ago."""
        if time.monotonic() - self._asked >= self._refresh:
            # before it is opened: who asks while it cannot be read is not to wait for it too
            self._asked = time.monotonic()
            try:
                self._read()
            except SiteError as error:
                if not self._failed:
                    log.error("the sites are those known before: %s", error)
                self._failed = True
            else:
                self._failed = False
            finally:
                self._asked = time.monotonic()  # a file that is slow to fail is not all we do
        return self._known

    def _read(self) -> None:
        with self._lock, places.reading(self._location) as opened:
            if opened is None:
                self._known = Known()
            elif opened[1] != self._known.state:
                self._known = load(*opened, self._digest)
