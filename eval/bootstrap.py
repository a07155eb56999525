"""Percentile bootstrap intervals (Efron 1979): how far a figure may be luck.

Rows of one group (turns of a conversation, questions of a paragraph) resemble
one another, so whole groups are drawn and not rows (the cluster bootstrap,
Field and Welsh 2007); without groups every row is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLES = 2000  # resamples: the ends of an interval then move by about a tenth of its width
_LEVEL = 95.0  # percent of the resamples that lie inside an interval

Interval = tuple[float, float]


def interval(
    values: Sequence[float],
    *,
    groups: Sequence[str] | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
) -> Interval:
    """The 95 % interval of the mean of `values`; `groups` names the cluster of each.

    Raises ValueError where there are no values, one is not finite, or the lengths differ.
    """
    rows = _members(len(values), groups)
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError("a value to average is not a finite number")
    sums = np.array([array[members].sum() for members in rows])
    sizes = np.array([len(members) for members in rows])
    draw = np.random.default_rng(seed)
    means = []
    for _ in range(samples):
        drawn = draw.integers(0, len(rows), len(rows))
        means.append(float(sums[drawn].sum() / sizes[drawn].sum()))
    return _ends(means)


def statistic_interval(
    statistic: Callable[..., float | None],
    *arrays: Sequence[Any],
    groups: Sequence[str] | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
) -> Interval | None:
    """The 95 % interval of `statistic(*arrays)`, whose arrays are drawn row by row together.

    A resample of which the statistic is None (one class alone has no AUROC) is
    left out; None where it is so of every one. Raises ValueError where there
    are no rows or the lengths differ.
    """
    if len({len(array) for array in arrays}) != 1:
        raise ValueError(f"arrays of different lengths: {[len(array) for array in arrays]}")
    rows = _members(len(arrays[0]), groups)
    columns = [np.asarray(array) for array in arrays]
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(samples):
        drawn = np.concatenate([rows[n] for n in draw.integers(0, len(rows), len(rows))])
        value = statistic(*(column[drawn] for column in columns))
        if value is not None:
            found.append(value)
    return _ends(found) if found else None


def _members(size: int, groups: Sequence[str] | None) -> list[NDArray[np.intp]]:
    """The rows of each group, groups in the order in which they first appear."""
    if not size:
        raise ValueError("nothing to draw from")
    if groups is None:
        return list(np.arange(size).reshape(-1, 1))
    if len(groups) != size:
        raise ValueError(f"{len(groups)} groups for {size} values")
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    return [np.array(rows, dtype=np.intp) for rows in members.values()]


def _ends(values: Sequence[float]) -> Interval:
    tail = (100 - _LEVEL) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)
