"""Which texts are embedded together: of like length, and as many as are quickest at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def batches(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Positions in `lengths`, the longest first, in runs of at most `tokens` with their padding.

    Of like length, they need little padding; with the longest first, what several
    threads are given last is small, and none waits long for another. A text longer
    than `tokens` is alone.
    """
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    first = 0
    while first < len(order):
        longest = max(1, lengths[order[first]])
        last = first + max(1, tokens // longest)
        yield order[first:last]
        first = last
