"""Archives of any size, made from a small real one: for measuring speed, not answers.

A passage is mixed from two real ones that lie near each other: sentences of both in
turn, so that words keep their frequencies (Zipf's law) and a passage its subject; and
the vector between theirs, with noise. So the cluster structure that an index lives on
stays, and so does the distance to the nearest neighbours, roughly: these are denser
than real ones where the archive is much larger than what it was mixed from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from index import database
from index.building import Block
from index.catalogue import Keys, Names, Rows
from index.embed import Identity, Vectors
from index.errors import ArchiveError
from index.location import Folder
from index.schema import passages, versions
from index.sentences import split

PER_ARTICLE = 5  # passages
BLOCK = 10_000  # passages made at a time
FIRST_DAY = date(2016, 1, 1)
DAYS = 3650
_NEIGHBOURS = 32  # a passage is mixed with one of so many nearest
_NEAR = 0.7  # of the passages are; the others with any passage at all
_NOISE = 0.35  # length of the noise that is added to a unit vector
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

    query = (
        select(
            versions.c.title, versions.c.body, passages.c.start, passages.c.end, passages.c.vector
        )
        .join(
            versions,
            (versions.c.article_id == passages.c.article_id)
            & (versions.c.version == passages.c.version),
        )
        .order_by(passages.c.key)
        .limit(_MOST_REAL)
    )
    engine = database.open_reader(Folder(folder))
    try:
        identity = database.identity_of(engine)
        with database.reading(engine) as connection:
            rows = connection.execute(query).all()
    finally:
        engine.dispose()
    if identity is None or len(rows) < 2:
        raise ArchiveError(
            f"expected articles of at least 2 passages to mix more from, found {len(rows)}; "
            "name others with --data"
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
    for number, start in enumerate(range(0, count, BLOCK)):
        yield mixed(of, min(BLOCK, count - start), seed + number)


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
        """From some of the blocks where there are many: all are alike.

        As many from each, so fewer than `count` where the last one is short of them.
        """
        generator = np.random.default_rng(seed)
        starts = np.arange(0, self.count, BLOCK)
        if len(starts) > _SAMPLED:
            starts = np.sort(generator.choice(starts, _SAMPLED, replace=False))
        share = -(-min(count, self.count) // len(starts))
        keys, vectors = [], []
        for start in starts.tolist():
            block = mixed(self._of, min(BLOCK, self.count - start), start // BLOCK)
            chosen = generator.permutation(len(block.vectors))[:share]
            keys.append(chosen + start)
            vectors.append(block.vectors[chosen])
        return np.concatenate(keys)[:count], np.concatenate(vectors)[:count]

    def blocks(self) -> Iterator[Block]:
        start = 0
        for block in blocks(self._of, self.count):
            keys = np.arange(start, start + len(block.vectors), dtype=np.int64)
            article = keys // PER_ARTICLE
            none = np.zeros(len(keys), dtype=np.int32)
            days = (article * 7919 % DAYS + FIRST_DAY.toordinal()).astype(np.int32)
            yield Block(Rows(keys, article.astype(np.uint64), days, none, none), block.vectors)
            start += len(keys)
