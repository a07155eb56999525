"""Made-up vectors, and a source of them that counts how many are held at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.building import Block, build
from index.catalogue import Keys, Names, Rows, hashed
from index.embed import Vectors
from index.vectors import Selection, VectorIndex

DIMENSION = 16


def unit(count: int, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    result: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result


def clustered(count: int, seed: int = 0) -> Vectors:
    """Like text: around topics, not evenly everywhere."""
    centres = unit(40, seed)
    noise = unit(count, seed + 1)
    rows = centres[np.arange(count) % len(centres)] + 0.7 * noise
    result: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result


def keys_of(count: int) -> Keys:
    """Far apart and far from 0, as keys may be."""
    return np.arange(count, dtype=np.int64) * 7 + 1_000_000_000_000


class Given:
    """Vectors in memory as a source: passage `n` is of article `n // 2` and of day `n % 100`."""

    def __init__(self, vectors: Vectors, keys: Keys | None = None, names: Names | None = None):
        self.names = names if names is not None else Names()
        self.vectors = vectors
        self.keys = keys_of(len(vectors)) if keys is None else keys
        self.handed_out = 0  # the most vectors at a time
        self.rows = Rows(
            keys=self.keys,
            articles=hashed(f"article{n // 2}" for n in self.keys.tolist()),
            days=(self.keys % 100 + 700_000).astype(np.int32),
            sources=np.array([self.names.number(f"s{n % 5}") for n in self.keys], np.int32),
            sections=np.array(
                [self.names.number(f"t{n % 3}" if n % 4 else None) for n in self.keys], np.int32
            ),
        )

    @property
    def count(self) -> int:
        return len(self.vectors)

    def sample(self, count: int, seed: int) -> tuple[Keys, Vectors]:
        self.handed_out = max(self.handed_out, min(count, len(self.vectors)))
        generator = np.random.default_rng(seed)
        chosen = generator.permutation(len(self.vectors))[:count]
        return self.keys[chosen], self.vectors[chosen]

    def blocks(self) -> Iterator[Block]:
        for start in range(0, len(self.vectors), 100):
            some = np.arange(start, min(start + 100, len(self.vectors)))
            self.handed_out = max(self.handed_out, len(some))
            yield Block(self.rows.taken(some), self.vectors[some])


def built(folder: Path, source: Given, seen: int = 1) -> VectorIndex:
    build(folder / "vectors.faiss", source, DIMENSION, seen)
    return VectorIndex.load(folder / "vectors.faiss", DIMENSION)


def oracle(query: Vectors, keys: Keys, rows: Vectors, k: int) -> list[int]:
    return [int(key) for key in keys[np.argsort(-(rows @ query), kind="stable")[:k]]]


def found(index: VectorIndex, query: Vectors, k: int, among: Selection | None = None) -> list[int]:
    return [hit.key for hit in index.search(query, k, among)]


def recall(index: VectorIndex, queries: Vectors, source: Given) -> float:
    """Of exact search's ten nearest."""
    shares = [
        len(set(found(index, query, 10)) & set(oracle(query, source.keys, source.vectors, 10))) / 10
        for query in queries
    ]
    return float(np.mean(shares))
