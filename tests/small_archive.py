"""Small archives of made-up stories, for tests of the index."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from index import copies, database
from index.archive import Archive
from index.location import Location
from index.passages import cut, embedding_text
from index.records import Address, Entry
from index.schema import addresses, articles, asides, bands, passages, versions
from index.types import Article, Passage
from index.vectors import Scored
from index.writer import ArchiveWriter
from tests.fake_embedder import FakeEmbedder

EMBEDDER = FakeEmbedder()
IDENTITY = EMBEDDER.identity
_AS_IT_HAPPENED = {"changed", "recorded", "key"}  # columns that say when, and not what


def story(number: int, words: str = "", *, version: int = 1, **about: Any) -> Article:
    """Article `number`, with words of its own: "word7", "place7"."""
    body = (
        f"The council of place{number} met about word{number} on Monday. {words}\n\n"
        f"“We will see,” said the mayor of place{number}, Ms. Name{number}. It rained."
    )
    fields: dict[str, Any] = {
        "source": "The Sample Gazette",
        "section": "City",
        "language": "en",
        "published": datetime(2025, 1, 1 + number % 28, 12, tzinfo=UTC),
    }
    return Article(
        f"story{number}",
        f"https://gazette.example/{number}",
        f"Title of {number}",
        body,
        version=version,
        **(fields | about),
    )


def entry(article: Article, embedder: FakeEmbedder = EMBEDDER) -> Entry:
    runs = cut(article, embedder)
    return Entry(
        article=article,
        passages=runs,
        vectors=embedder.embed_passages([embedding_text(article, run) for run in runs]),
        asides=(),
        bands=copies.bands(copies.shingles(article.body)),
        fingerprint=hashlib.sha256(repr(article).encode()).hexdigest(),
        addresses=(Address(article.url or article.id, f"hash of {article.version}"),),
    )


def make(folder: Path, *numbers: int) -> Path:
    with ArchiveWriter(folder, IDENTITY) as writer:
        for number in numbers:
            writer.put(entry(story(number)))
    return folder


def live(archive: Archive, hits: list[Scored]) -> list[str]:
    """The articles of hits, best first, as a searcher gets to see them."""
    stored = archive.read([hit.key for hit in hits])
    found = [stored[hit.key].article.id for hit in hits if hit.key in stored]
    return list(dict.fromkeys(found))


def by_words(archive: Archive, text: str, **filters: Any) -> list[str]:
    return live(archive, archive.search_terms(text, 5, **filters))


def by_vector(archive: Archive, text: str, **filters: Any) -> list[str]:
    return live(archive, archive.search_vectors(EMBEDDER.embed_query(text), 5, **filters))


def passages_of(archive: Archive, article_id: str) -> tuple[Passage, ...]:
    article = archive.article(article_id)
    assert article is not None
    return cut(article, EMBEDDER)


def contents(location: Location) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that says what is in an archive, and nothing of when it came there."""
    engine = database.open_reader(location)
    try:
        with database.reading(engine) as connection:
            return {
                table.name: sorted(
                    map(
                        tuple,
                        connection.execute(
                            select(*[c for c in table.c if c.name not in _AS_IT_HAPPENED])
                        ),
                    ),
                    key=repr,
                )
                for table in (articles, versions, asides, addresses, passages, bands)
            }
    finally:
        engine.dispose()


def dump(folder: Path, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    connection = sqlite3.connect(folder / "archive.db")
    try:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)
            for (name,) in names.fetchall()
            if name not in without
        }
    finally:
        connection.close()


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and time of change, but for SQLite's notes on who is reading."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("archive.db-shm", "archive.db-wal")
    }


def assert_holds(archive: Archive, numbers: Sequence[int], absent: Sequence[int] = ()) -> None:
    """That these stories are all that is found, and those are not."""
    for number in numbers:
        assert by_words(archive, f"word{number}") == [f"story{number}"]
        assert f"story{number}" in by_vector(archive, story(number).body)
    for number in absent:
        assert by_words(archive, f"word{number}") == []
        assert f"story{number}" not in by_vector(archive, story(number).body)
    assert archive.coverage().articles == len(numbers)


def drop_vectors(folder: Path) -> None:
    (folder / "vectors.faiss").unlink()


def drop_terms(folder: Path) -> None:
    shutil.rmtree(folder / "terms")


def drop_both(folder: Path) -> None:
    drop_vectors(folder)
    drop_terms(folder)
