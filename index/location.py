"""Where an archive lies: a folder, or a database server with a search server beside it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from index.errors import ArchiveError

READABLE = (
    "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, where characters such as @ / : % # ? in a "
    "name or password are written %40 %2F %3A %25 %23 %3F"
)
"""What an address is expected to look like, for one that cannot be read."""

_SCHEMES = ("postgresql", "postgres")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*", re.ASCII)
_HINT = "postgresql://USER@HOST/DATABASE?milvus=http://HOST:19530"
_MILVUS = "milvus"
# What libpq takes: https://postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
_SECRETS = frozenset(
    "oauth_client_secret passfile password scram_client_key scram_server_key sslpassword".split()
)
_PARAMETERS = _SECRETS | frozenset(
    """
    application_name channel_binding client_encoding connect_timeout dbname
    fallback_application_name gssdelegation gssencmode gsslib host hostaddr keepalives
    keepalives_count keepalives_idle keepalives_interval krbsrvname load_balance_hosts
    max_protocol_version min_protocol_version oauth_client_id oauth_issuer oauth_scope options
    port replication require_auth requirepeer service servicefile ssl ssl_max_protocol_version
    ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey
    sslkeylogfile sslmode sslnegotiation sslrootcert sslsni target_session_attrs
    tcp_user_timeout user
    """.split()
)


@dataclass(frozen=True, slots=True)
class Folder:
    """An archive in a folder of this machine: SQLite, FAISS and tantivy."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True, repr=False)
class Remote:
    """An archive on servers: PostgreSQL holds it, and Milvus finds in it.

    `database` is the server's address as libpq reads it, which also takes what it
    lacks from PGPASSWORD and ~/.pgpass. `milvus` is where the search server listens;
    None where the archive itself says (it remembers from its making).
    """

    database: str
    milvus: str | None = None

    def __str__(self) -> str:
        """The address without its passwords: fit for a log, and for a reader."""
        address, _, query = self.database.partition("?")
        given = [each for each in _given(query) if _name(each).casefold() not in _SECRETS]
        if self.milvus is not None:
            given.append(f"{_MILVUS}={without_password(self.milvus)}")
        return without_password(address) + ("?" + "&".join(given) if given else "")

    def __repr__(self) -> str:
        return f"Remote({str(self)!r})"


Location = Folder | Remote


def parse(text: str | Path) -> Location:
    """A folder's path, or an address that begins with `postgresql://`.

    Raises ArchiveError for an address that names no database, or holds what would be
    read otherwise than it is meant; what it says repeats nothing that may be secret.
    """
    if isinstance(text, Path):
        return Folder(text)
    scheme, separator, _ = text.partition("://")
    if not separator:
        return Folder(Path(text).expanduser())
    if scheme not in _SCHEMES:
        named = f" at {scheme}://" if _SCHEME.fullmatch(scheme) else " there"
        raise ArchiveError(f"no archive can lie{named}; expected a folder, or {_HINT}")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _unreadable() from None
    if not parts.path.strip("/"):
        raise ArchiveError(f"the address names no database; expected {_HINT}")
    # Of a password with one of these in it, a part would be taken for a host, and shown.
    if parts.netloc.count("@") > 1 or "@" in parts.path or parts.fragment:
        raise _unreadable()
    given = _given(parts.query)
    _check(given)
    milvus = [unquote(each.partition("=")[2]) for each in given if _name(each) == _MILVUS]
    rest = "&".join(each for each in given if _name(each) != _MILVUS)
    database = f"postgresql://{parts.netloc}{parts.path}" + (f"?{rest}" if rest else "")
    return Remote(database, milvus[-1] if milvus else None)


def located(where: Location | Path | str) -> Location:
    """A location as it is; a path or a text as `parse` reads it."""
    return where if isinstance(where, Folder | Remote) else parse(where)


def as_argument(location: Location) -> str:
    """As a shell takes it, without passwords: a folder may have blanks in it, an address an &."""
    return shlex.quote(str(location))


def without_password(address: str) -> str:
    """The address of a server, SCHEME://USER@HOST:PORT/PATH, without what is secret in it."""
    scheme, separator, rest = address.partition("://")
    user, _, host = (rest if separator else address).rpartition("@")
    name, host = user.partition(":")[0], host.partition("?")[0]
    shown = f"{name}@{host}" if name else host
    return f"{scheme}://{shown}" if separator else shown


def _check(given: list[str]) -> None:
    """Raise ArchiveError for a parameter that nobody knows, or one that says nothing."""
    for each in given:
        name = _name(each)
        if name == _MILVUS and not each.partition("=")[2]:
            raise ArchiveError(f"the address names no search server; expected {_HINT}")
        if name == _MILVUS or name in _PARAMETERS:
            continue
        if "@" in each or not name.isidentifier():  # the end of a password, perhaps
            raise _unreadable()
        raise ArchiveError(
            f"the address has a parameter {name!r}, which is none; expected {_MILVUS}, or one of "
            "https://postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"
        )


def _unreadable() -> ArchiveError:
    return ArchiveError(f"the address cannot be read; expected {READABLE}")


def _given(query: str) -> list[str]:
    """The parameters of an address, as they are written: `NAME=VALUE`."""
    return [each for each in query.split("&") if each]


def _name(parameter: str) -> str:
    return unquote(parameter.partition("=")[0])
