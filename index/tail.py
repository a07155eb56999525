"""What came since the vector index was written: in memory, searched one by one.

A tail is extended in place: the next one shares its arrays, and looks at more of them.
One that is searched meanwhile sees no more than it did.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from index.building import Block
from index.catalogue import Hashes, Mask, Names, Rows, passing
from index.embed import Vectors
from index.products import products
from index.types import Filters
from index.vectors import Scored

_LEAST_ROOM = 256  # vectors that there is room for at first
_LIVING_SHARE = 0.5  # of the vectors; where fewer are left, the others are left behind


class Tail:
    """Passages with their unit vectors. Never changed; safe for any number of threads.

    Only the last of a line of tails may be extended.
    """

    def __init__(self, dimension: int, names: Names | None = None) -> None:
        self.names = names if names is not None else Names()
        self._store: Vectors = np.empty((0, dimension), dtype=np.float32)  # with room at its end
        self._rows = Rows.none()
        self._alive: Mask = np.empty(0, dtype=np.bool_)
        self._count = 0

    def __len__(self) -> int:
        """Passages that may be found."""
        return self._count

    def extended(self, blocks: Iterable[Block], replaced: Hashes | None = None) -> Tail:
        """Without the passages of the articles `replaced`, and with those of `blocks`."""
        store, rows, alive = self._store, self._rows, self._alive
        if replaced is not None and len(replaced):
            alive = alive & ~np.isin(rows.articles, replaced)
        if np.count_nonzero(alive) < _LIVING_SHARE * len(rows):
            store, rows = store[: len(rows)][alive], rows.taken(alive)
            alive = np.ones(len(rows), dtype=np.bool_)
        parts, used = [rows], len(rows)
        for block in blocks:
            needed = used + len(block.rows)
            if needed > len(store):
                room = np.empty((max(_LEAST_ROOM, 2 * needed), store.shape[1]), dtype=np.float32)
                room[:used] = store[:used]
                store = room
            store[used:needed] = block.vectors
            parts.append(block.rows)
            used = needed
        tail = Tail(store.shape[1], self.names)
        tail._store = store
        tail._rows = Rows.joined(parts)
        tail._alive = np.concatenate([alive, np.ones(used - len(rows), dtype=np.bool_)])
        tail._count = int(np.count_nonzero(tail._alive))
        return tail

    def search(self, vector: Vectors, k: int, filters: Filters = Filters()) -> list[Scored]:
        """The `k` nearest that filters let through, by cosine similarity, best first."""
        if not self._count or k < 1:
            return []
        mask = self._alive
        if filters:
            mask = mask & passing(self._rows, self.names, filters)
        among = np.flatnonzero(mask)
        scores = products(self._store[: len(self._rows)], vector.astype(np.float32))
        scores = scores[among]
        if k < len(among):
            best = np.argpartition(-scores, k - 1)[:k]
            among, scores = among[best], scores[best]
        order = np.argsort(-scores, kind="stable")
        keys = self._rows.keys[among[order]]
        return [
            Scored(key, score)
            for key, score in zip(keys.tolist(), scores[order].tolist(), strict=True)
        ]
