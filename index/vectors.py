"""The FAISS index over passage vectors: derived from the database, replaceable.

Exact while small. Beyond `_EXACT_LIMIT` passages an inverted file with 8-bit
scalar quantisation (Jegou et al. 2011; faiss "IVF,SQ8"), probing as many lists
as it takes to find `_RECALL_AIM` of what exact search finds on a sample of its
own vectors. Vectors have unit length, so inner product is cosine similarity.

A saved index is an ordinary FAISS file with a footer: JSON that says which
change of the archive it has seen, and a checksum.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.files import replace_durably

_faiss: Any = faiss  # its type stubs lag behind its keyword arguments
Keys = npt.NDArray[np.int64]

_EXACT_LIMIT = 100_000  # passages; exact search takes about 7 ms at this size
_RECALL_AIM = 0.98  # of exact search's ten nearest
_SAMPLE = 200  # queries to measure recall with
_MAGIC = b"BYLINEVX"
_TRAILER = struct.Struct("<IQ8s")  # length of the JSON, crc32 of all before, magic


class DamagedIndex(Exception):
    """A derived index cannot be read. It never reaches a user: it is rebuilt."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage key with its score, best first where there are several."""

    key: int
    score: float


class VectorIndex:
    """Passage keys and unit vectors. Reads are thread-safe while nothing is added."""

    def __init__(self, dimension: int) -> None:
        self.seen = 0  # the archive's change that this index has caught up with
        self.recall: float | None = 1.0
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    @classmethod
    def build(cls, keys: Keys, vectors: Vectors, dimension: int) -> VectorIndex:
        """The kind that suits the number of vectors. `vectors`: `(n, dimension) float32`."""
        self = cls(dimension)
        if len(keys) > _EXACT_LIMIT:
            self._index, self.recall = _inverted(keys, vectors, dimension)
        elif len(keys):
            self._index.add_with_ids(vectors, keys)
        return self

    @property
    def kind(self) -> str:
        return "inverted lists, 8 bit" if self._is_inverted else "exact"

    @property
    def outgrown(self) -> bool:
        """Whether another kind would now suit better."""
        return not self._is_inverted and len(self) > _EXACT_LIMIT

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors; keys already there are replaced."""
        if len(keys):
            self.remove(keys)
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), keys)

    def remove(self, keys: Keys) -> None:
        if len(keys) and len(self):
            self._index.remove_ids(keys)

    def search(self, vector: Vectors, k: int, allowed: Keys | None = None) -> list[Scored]:
        """The `k` nearest of all keys, or of those `allowed`, by cosine similarity."""
        if not len(self) or (allowed is not None and not len(allowed)):
            return []
        selector = None if allowed is None else faiss.IDSelectorBatch(allowed)
        if self._is_inverted:
            # Few are allowed: look into more lists, so that as many are compared.
            share = 1.0 if allowed is None else min(1.0, len(allowed) / len(self))
            probes = min(self._index.nlist, int(np.ceil(self._index.nprobe / share)))
            parameters = _faiss.SearchParametersIVF(sel=selector, nprobe=probes)
        else:
            parameters = _faiss.SearchParameters(sel=selector)
        scores, keys = self._index.search(
            vector.reshape(1, -1).astype(np.float32), min(k, len(self)), params=parameters
        )
        return [
            Scored(int(key), float(score))
            for key, score in zip(keys[0], scores[0], strict=True)
            if key >= 0
        ]

    def save(self, path: Path) -> None:
        temporary = path.with_name(path.name + ".tmp")
        faiss.write_index(self._index, str(temporary))
        footer = json.dumps({"format": 1, "seen": self.seen, "recall": self.recall}).encode()
        checksum = _crc(temporary)
        with temporary.open("ab") as stream:
            stream.write(footer)
            checksum = zlib.crc32(footer, checksum)
            stream.write(_TRAILER.pack(len(footer), checksum, _MAGIC))
        replace_durably(temporary, path)

    @classmethod
    def load(cls, path: Path, dimension: int) -> VectorIndex:
        """Raises DamagedIndex where the file is missing, cut short, altered or foreign."""
        try:
            with path.open("rb") as stream:
                stream.seek(-_TRAILER.size, 2)
                length, checksum, magic = _TRAILER.unpack(stream.read())
                if magic != _MAGIC:
                    raise DamagedIndex(f"{path}: not one of ours")
                stream.seek(-_TRAILER.size - length, 2)
                footer = json.loads(stream.read(length))
            if _crc(path, drop=_TRAILER.size) != checksum:
                raise DamagedIndex(f"{path}: checksum differs")
            self = cls(dimension)
            self._index = faiss.read_index(str(path))
        except (OSError, ValueError, RuntimeError, struct.error) as error:
            raise DamagedIndex(f"{path}: {error}") from error
        if self._index.d != dimension:
            raise DamagedIndex(f"{path}: {self._index.d} dimensions, not {dimension}")
        self.seen, self.recall = int(footer["seen"]), footer["recall"]
        return self

    @property
    def _is_inverted(self) -> bool:
        return isinstance(self._index, faiss.IndexIVF)


def _inverted(keys: Keys, vectors: Vectors, dimension: int) -> tuple[Any, float]:
    """A trained IVF,SQ8 index, and its measured recall@10 against exact search."""
    lists = int(2 ** round(np.log2(4 * np.sqrt(len(keys)))))
    index: Any = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    generator = np.random.default_rng(0)
    size = min(len(keys), lists * 64)
    index.train(vectors[generator.choice(len(keys), size, replace=False)])
    index.add_with_ids(vectors, keys)
    queries = vectors[generator.choice(len(keys), _SAMPLE, replace=False)]
    _, exact = faiss.knn(queries, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    truth = keys[exact]
    recall = 0.0
    index.nprobe = 4
    while recall < _RECALL_AIM and index.nprobe < lists:
        index.nprobe *= 2
        _, found = index.search(queries, 10)
        recall = float(
            np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, truth, strict=True)])
        )
    return index, recall


def _crc(path: Path, drop: int = 0) -> int:
    """crc32 of a file but for its last `drop` bytes."""
    left, checksum = path.stat().st_size - drop, 0
    with path.open("rb") as stream:
        while left > 0 and (block := stream.read(min(left, 1 << 22))):
            checksum = zlib.crc32(block, checksum)
            left -= len(block)
    return checksum
