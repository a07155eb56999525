"""Archives of any size, made from a small real one: for measuring speed, not answers.

A passage is mixed from two real ones that lie near each other: sentences of both in
turn, so that words keep their frequencies (Zipf's law) and a passage its subject; and
the vector between theirs, with noise. So the cluster structure that an index lives on
stays, and so does the distance to the nearest neighbours, roughly: these are denser
than real ones where the archive is much larger than what it was mixed from.

Rows go into the database many articles at a time, in the form that `index.records`
gives them; all that is derived from them is made by the writer itself.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Table, insert, select, update

from index import database
from index.building import Block
from index.catalogue import Keys, Names, Rows
from index.embed import Identity, Vectors
from index.errors import ArchiveError
from index.location import Folder
from index.schema import addresses, articles, meta, passages, versions
from index.sentences import split
from index.writer import ArchiveWriter

Progress = Callable[[str, int, int], None]

_PER_ARTICLE = 5  # passages
_BLOCK = 10_000  # passages made and written at a time
_NEIGHBOURS = 32  # a passage is mixed with one of so many nearest
_NEAR = 0.7  # of the passages are; the others with any passage at all
_NOISE = 0.35  # length of the noise that is added to a unit vector
_SOURCES, _SECTIONS, _DAYS = 40, 12, 3650
_FIRST_DAY = date(2016, 1, 1)
_SAMPLED = 100  # blocks that a sample is taken from, at most
_MOST_REAL = 20_000  # passages to mix from


@dataclass(frozen=True, slots=True)
class Material:
    """Real passages to mix from: sentences, titles, unit vectors and who is near whom."""

    sentences: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    vectors: Vectors  # (n, dimension) float32
    near: npt.NDArray[np.int64]  # (n, up to 32): the nearest others
    identity: Identity = field(repr=False)

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])


def material(folder: Path) -> Material:
    """What the archive in `folder` holds. Raises ArchiveError where that is too little."""
    import faiss

    engine = database.open_reader(Folder(folder))
    identity = database.identity_of(engine)
    query = (
        select(
            versions.c.title, versions.c.body, passages.c.start, passages.c.end, passages.c.vector
        )
        .join(
            versions,
            (versions.c.article_id == passages.c.article_id)
            & (versions.c.version == passages.c.version),
        )
        .limit(_MOST_REAL)
    )
    try:
        with database.reading(engine) as connection:
            rows = connection.execute(query).all()
    finally:
        engine.dispose()
    if identity is None or len(rows) < 2:
        raise ArchiveError(
            f"{folder} holds {len(rows)} passages; expected at least 2 to mix more from. "
            "Add articles to it with: byline index"
        )
    raw = b"".join(row.vector for row in rows)
    vectors = np.frombuffer(raw, np.float16).astype(np.float32).reshape(len(rows), -1)
    exact: Any = faiss.IndexFlatIP(vectors.shape[1])
    exact.add(vectors)
    _, near = exact.search(vectors, min(_NEIGHBOURS + 1, len(rows)))
    texts = (row.body[row.start : row.end] for row in rows)
    return Material(
        sentences=tuple(
            tuple(text[span.start : span.end] for span in split(text)) or (text,) for text in texts
        ),
        titles=tuple(row.title for row in rows),
        vectors=vectors,
        near=near[:, 1:],
        identity=identity,
    )


@dataclass(frozen=True, slots=True)
class Mixed:
    """Which two real passages each made one is of, and its vector."""

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    vectors: Vectors


def mixed(of: Material, count: int, seed: int) -> Mixed:
    """`count` vectors `(count, dimension) float32` of unit length; the same for a seed."""
    generator = np.random.default_rng(seed)
    real = len(of.vectors)
    first = generator.integers(real, size=count)
    near = of.near[first, generator.integers(of.near.shape[1], size=count)]
    second = np.where(generator.random(count) < _NEAR, near, generator.integers(real, size=count))
    share = generator.beta(2.0, 2.0, size=(count, 1)).astype(np.float32)
    made = share * of.vectors[first] + (1 - share) * of.vectors[second]
    noise = generator.standard_normal(made.shape, dtype=np.float32)
    made += noise * np.float32(_NOISE / np.sqrt(of.dimension))
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return Mixed(first, second, made)


def blocks(of: Material, count: int, seed: int = 0) -> Iterator[Mixed]:
    """`count` passages in blocks, the same each time: nothing has to be kept."""
    for number, start in enumerate(range(0, count, _BLOCK)):
        yield mixed(of, min(_BLOCK, count - start), seed + number)


class MadeVectors:
    """Made vectors alone as what an index is built from (`index.building.Source`).

    Nothing is kept: each block is made when it is asked for, the same every time. Every
    five are an article of one day.
    """

    def __init__(self, of: Material, count: int) -> None:
        self.names = Names()
        self.count = count
        self._of = of

    @property
    def dimension(self) -> int:
        return self._of.dimension

    def sample(self, count: int, seed: int) -> tuple[Keys, Vectors]:
        """From some of the blocks where there are many: all are alike."""
        generator = np.random.default_rng(seed)
        starts = np.arange(0, self.count, _BLOCK)
        if len(starts) > _SAMPLED:
            starts = np.sort(generator.choice(starts, _SAMPLED, replace=False))
        share = -(-min(count, self.count) // len(starts))
        keys, vectors = [], []
        for start in starts.tolist():
            block = mixed(self._of, min(_BLOCK, self.count - start), start // _BLOCK)
            chosen = generator.permutation(len(block.vectors))[:share]
            keys.append(chosen + start)
            vectors.append(block.vectors[chosen])
        return np.concatenate(keys)[:count], np.concatenate(vectors)[:count]

    def blocks(self) -> Iterator[Block]:
        start = 0
        for block in blocks(self._of, self.count):
            keys = np.arange(start, start + len(block.vectors), dtype=np.int64)
            article = keys // _PER_ARTICLE
            none = np.zeros(len(keys), dtype=np.int32)
            days = (article * 7919 % _DAYS + _FIRST_DAY.toordinal()).astype(np.int32)
            yield Block(Rows(keys, article.astype(np.uint64), days, none, none), block.vectors)
            start += len(keys)


def grow(folder: Path, of: Material, count: int, progress: Progress | None = None) -> None:
    """Make the archive in `folder` hold `count` passages, derived indexes and all.

    Made again where it was left off: what is there already is counted.
    """
    fill(folder, of, count, progress)
    with ArchiveWriter(folder, of.identity, progress=progress):
        pass  # whoever opens an archive to write catches its indexes up


def fill(folder: Path, of: Material, count: int, progress: Progress | None = None) -> None:
    """The database's rows alone: `count` passages, or as many as there are already."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = database.open_writer(Folder(folder), of.identity)
    try:
        with database.reading(engine) as connection:
            start = database.last_change(connection) * _PER_ARTICLE
        if start % _BLOCK:
            raise ArchiveError(
                f"{folder} holds articles of its own; expected an archive made by this bench"
            )
        for block in itertools.islice(blocks(of, count), start // _BLOCK, None):
            with database.writing(engine) as connection:
                _write(connection, _rows(of, block, start))
            start += len(block.first)
            if progress is not None:
                progress("passages", start, count)
        database.compact(engine)
    finally:
        engine.dispose()


def _rows(of: Material, block: Mixed, start: int) -> dict[Table, list[dict[str, Any]]]:
    """Rows by table, for the passages that are number `start` and on of the archive."""
    rows: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (articles, versions, addresses, passages)
    }
    halves = block.vectors.astype(np.float16)
    for at in range(0, len(block.first), _PER_ARTICLE):
        number = (start + at) // _PER_ARTICLE
        within = range(at, min(at + _PER_ARTICLE, len(block.first)))
        texts = [_text(of, int(block.first[i]), int(block.second[i])) for i in within]
        article_id = hashlib.sha256(str(number).encode()).hexdigest()[:16]
        title = of.titles[int(block.first[at])]
        url = f"https://made.example/{number}"
        day = _FIRST_DAY + timedelta(days=number * 7919 % _DAYS)
        # the first sources and sections publish the most, as anywhere
        source = f"Paper {int(_SOURCES * (number * 0.6180339887 % 1) ** 2)}"
        section = f"Section {int(_SECTIONS * (number * 0.7548776662 % 1) ** 2)}"
        rows[articles].append(
            {
                "id": article_id,
                "version": 1,
                "live": 1,
                "changed": number + 1,
                "url": url,
                "source": source,
                "source_folded": source.casefold(),
                "section": section,
                "section_folded": section.casefold(),
                "language": "en",
                "published": f"{day.isoformat()}T12:00:00+00:00",
                "published_day": day.toordinal(),
                "fingerprint": article_id,
            }
        )
        rows[versions].append(
            {
                "article_id": article_id,
                "version": 1,
                "title": title,
                "body": "\n\n".join(texts),
                "headings": "[]",
                "recorded": "2026-01-01T00:00:00+00:00",
            }
        )
        rows[addresses].append({"address": url, "article_id": article_id, "seen": article_id})
        offset = 0
        for ordinal, (i, text) in enumerate(zip(within, texts, strict=True)):
            rows[passages].append(
                {
                    "id": f"{article_id}.v1.{ordinal}",
                    "article_id": article_id,
                    "version": 1,
                    "ordinal": ordinal,
                    "start": offset,
                    "end": offset + len(text),
                    "vector": halves[i].tobytes(),
                }
            )
            offset += len(text) + 2
    return rows


def _text(of: Material, first: int, second: int) -> str:
    """Sentences of two passages in turn, as many as the first has."""
    one, other = of.sentences[first], of.sentences[second]
    return " ".join((one, other)[i % 2][i % len((one, other)[i % 2])] for i in range(len(one)))


def _write(connection: Connection, rows: dict[Table, list[dict[str, Any]]]) -> None:
    for table, values in rows.items():
        connection.execute(insert(table), values)
    last = max(row["changed"] for row in rows[articles])
    connection.execute(update(meta).where(meta.c.key == "change").values(value=str(last)))
