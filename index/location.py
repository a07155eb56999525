"""Where an archive lies: a folder, or a database server with a search server beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from index.errors import ArchiveError

_SCHEMES = ("postgresql", "postgres")
_SECRETS = ("password", "sslpassword", "passfile")  # of libpq's parameters
_HINT = "postgresql://USER@HOST/DATABASE?milvus=http://HOST:19530"


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
        parts = urlsplit(self.database)
        given = [each for each in _given(parts) if _name(each) not in _SECRETS]
        if self.milvus is not None:
            given.append(f"milvus={without_password(self.milvus)}")
        return _joined(_netloc(parts), parts.path, given)

    def __repr__(self) -> str:
        return f"Remote({str(self)!r})"


Location = Folder | Remote


def parse(text: str | Path) -> Location:
    """A folder's path, or an address that begins with `postgresql://`.

    Raises ArchiveError for an address that names no database.
    """
    if isinstance(text, Path):
        return Folder(text)
    scheme, separator, _ = text.partition("://")
    if not separator:
        return Folder(Path(text).expanduser())
    if scheme not in _SCHEMES:
        raise ArchiveError(f"no archive can lie at {scheme}://; expected a folder, or {_HINT}")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ArchiveError(f"the address cannot be read; expected {_HINT}") from None
    if not parts.path.strip("/"):
        raise ArchiveError(f"the address names no database; expected {_HINT}")
    milvus = [unquote(each.partition("=")[2]) for each in _given(parts) if _name(each) == "milvus"]
    rest = [each for each in _given(parts) if _name(each) != "milvus"]
    return Remote(_joined(parts.netloc, parts.path, rest), milvus[-1] if milvus else None)


def located(where: Location | Path | str) -> Location:
    """A location as it is; a path or a text as `parse` reads it."""
    return where if isinstance(where, Folder | Remote) else parse(where)


def without_password(address: str) -> str:
    """The address of a server without what is secret in it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{_netloc(parts)}{parts.path}" if parts.netloc else parts.path


def _netloc(parts: SplitResult) -> str:
    """USER@HOST:PORT, or HOST:PORT."""
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return f"{name}@{host}" if name else host


def _given(parts: SplitResult) -> list[str]:
    """The parameters of an address, as they are written: `NAME=VALUE`."""
    return [each for each in parts.query.split("&") if each]


def _name(parameter: str) -> str:
    return parameter.partition("=")[0].casefold()


def _joined(netloc: str, path: str, parameters: list[str]) -> str:
    return f"postgresql://{netloc}{path}" + ("?" + "&".join(parameters) if parameters else "")
