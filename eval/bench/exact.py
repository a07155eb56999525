"""The nearest vectors by comparing with all of them: what an index is measured against."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from index.building import Block
from index.embed import Vectors


def nearest(blocks: Iterable[Block], queries: Vectors, k: int) -> list[set[int]]:
    """For each of the queries `(n, dimension)`, the keys of the `k` nearest by inner product.

    All where there are fewer. One block after another is compared, and none is kept.
    """
    keys = np.full((len(queries), k), -1, dtype=np.int64)  # -1: none yet
    scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for block in blocks:
        some = np.broadcast_to(block.rows.keys, (len(queries), len(block.rows)))
        all_keys = np.concatenate([keys, some], axis=1)
        all_scores = np.concatenate([scores, queries @ block.vectors.T], axis=1)
        best = np.argpartition(-all_scores, k - 1, axis=1)[:, :k]
        keys = np.take_along_axis(all_keys, best, axis=1)
        scores = np.take_along_axis(all_scores, best, axis=1)
    return [set(row) - {-1} for row in keys.tolist()]


def share(found: Iterable[int], wanted: set[int]) -> float:
    """How much of what exact search finds was found, 0 to 1; 0 where there is nothing."""
    return len(wanted.intersection(found)) / max(1, len(wanted))
