"""The keys that sites go by: what one looks like, and how they begin and end."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from sqlalchemy import Connection, insert, or_, update

from ui.sites.schema import keys
from ui.sites.types import Site

PREFIX = "byl_"
FORM = re.compile(PREFIX + "[A-Za-z0-9_-]{32}", re.ASCII)
_BYTES = 24  # 192 bits: a billion guesses a second for a billion years find none
_SECRET_BYTES = 32  # what HS256 wants at least (RFC 7518, 3.2)


def new() -> str:
    return PREFIX + secrets.token_urlsafe(_BYTES)


def add(connection: Connection, site: Site) -> None:
    """Let a site go by its key, with a new secret."""
    values = {"key": site.key, "name": site.name, "secret": secrets.token_urlsafe(_SECRET_BYTES)}
    connection.execute(insert(keys).values(values))


def end(connection: Connection, name: str, ends: datetime, *, but: str = "") -> None:
    """End those of a site that would hold for longer, `but` one."""
    later = or_(keys.c.ends.is_(None), keys.c.ends > ends.isoformat())
    connection.execute(
        update(keys)
        .where(keys.c.name == name, keys.c.key != but, later)
        .values(ends=ends.isoformat())
    )
