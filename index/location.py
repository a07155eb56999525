"""Where an archive lies: a folder, or a database server with a search server beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from index.errors import ArchiveError

_SCHEMES = ("postgresql", "postgres")
_HINT = "postgresql://USER@HOST/DATABASE?milvus=http://HOST:19530"


@dataclass(frozen=True, slots=True)
class Folder:
    """An archive in a folder of this machine: SQLite, FAISS and tantivy."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class Remote:
    """An archive on servers: PostgreSQL holds it, and Milvus finds in it.

    `database` is the server's address as libpq reads it. `milvus` is where the search
    server listens; None where the archive itself says (it remembers from its making).
    """

    database: str
    milvus: str | None = None

    def __str__(self) -> str:
        """The address without its password: fit for a log, and for a reader."""
        parts = urlsplit(self.database)
        host = parts.netloc.rpartition("@")[2]
        shown = f"{parts.username}@{host}" if parts.username else host
        return urlunsplit((parts.scheme, shown, parts.path, "", ""))


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
    parts = urlsplit(text)
    if not parts.path.strip("/"):
        raise ArchiveError(f"the address names no database; expected {_HINT}")
    given = parse_qsl(parts.query, keep_blank_values=True)
    milvus = [value for key, value in given if key == "milvus"]
    rest = urlencode([(key, value) for key, value in given if key != "milvus"])
    database = urlunsplit(("postgresql", parts.netloc, parts.path, rest, ""))
    return Remote(database, milvus[-1] if milvus else None)
