"""Asking an archive without some of its articles, as if they had never come.

From a copy of it, from which they have been removed the way `byline remove`
does. A filter would leave traces: their words would count in how rare a word
is, and a name that only they mention would still be known.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import or_, select

from index import database, sqlite
from index.archive import Archive
from index.errors import SourceError
from index.extract.urls import clean_url
from index.location import Folder, Location, Remote
from index.schema import addresses, articles
from index.writer import ArchiveWriter
from rag.assistant import Assistant

Opener = Callable[[Location], Assistant]


@contextmanager
def asked_without(
    location: Location, names: Collection[str], opener: Opener
) -> Iterator[Assistant]:
    """The assistant over an archive without these articles; over itself where none is named.

    `names` are ids or addresses; an article goes together with its copies, which
    say the same. Raises SourceError for one that the archive does not hold and for an
    archive on servers, which is not copied, and whatever `opener` raises.
    """
    with ExitStack() as stack:
        if names:
            if isinstance(location, Remote):
                raise SourceError(
                    f"articles can be withheld from an archive in a folder alone, and {location} "
                    "is on servers: ask cases that withhold nothing, or an archive of the same "
                    "articles in a folder"
                )
            location = Folder(Path(stack.enter_context(_copied(location.path, names))))
        yield stack.enter_context(opener(location))


def ids_of(location: Location, names: Collection[str]) -> dict[str, str]:
    """The article that each of these ids and addresses names; one that names none is left out."""
    engine = database.open_reader(location)
    found: dict[str, str] = {}
    try:
        with database.reading(engine) as connection:
            for name in names:
                tried = {name, clean_url(name) or name}
                seen = select(addresses.c.article_id).where(addresses.c.address.in_(tried))
                named = or_(
                    articles.c.id == name, articles.c.url.in_(tried), articles.c.id.in_(seen)
                )
                query = (
                    select(articles.c.id)
                    .where(named)
                    .order_by(articles.c.live.desc(), articles.c.id)
                )
                article_id = connection.scalar(query)
                if article_id is not None:
                    found[name] = article_id
    finally:
        engine.dispose()
    return found


@contextmanager
def _copied(folder: Path, names: Collection[str]) -> Iterator[str]:
    found = ids_of(Folder(folder), names)
    missing = sorted(set(names) - set(found))
    if missing:
        raise SourceError(f"there is no article {missing[0]!r:.200} to be withheld")
    with tempfile.TemporaryDirectory(prefix="byline-eval-") as name:
        made = Path(name) / "archive"
        # The indexes first: they may be behind the database, never ahead of it.
        shutil.copytree(folder, made, ignore=shutil.ignore_patterns(f"{sqlite.DATABASE}*"))
        source = f"file:{quote(str((folder / sqlite.DATABASE).resolve()))}?mode=ro"
        with (
            closing(sqlite3.connect(source, uri=True)) as here,
            closing(sqlite3.connect(made / sqlite.DATABASE)) as there,
        ):
            here.backup(there)
        with closing(Archive(made)) as archive:
            identity = archive.identity
            gone = _with_copies(archive, sorted(set(found.values())))
        with ArchiveWriter(made, identity) as writer:
            for article_id in gone:
                writer.remove(article_id)
        yield str(made)


def _with_copies(archive: Archive, ids: Sequence[str]) -> list[str]:
    """These articles with their originals and all copies, in order."""
    heads = archive.headlines(ids)
    roots = sorted({head.original or head.id for head in heads.values()})
    copies = archive.copies(roots)
    return sorted({*heads, *roots, *(copy.id for root in roots for copy in copies.get(root, ()))})
