"""What an ingest did, counted: while it runs, and at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from index.types import Skip, SkipReason

_KEPT_SKIPS = 200  # named one by one; the others are only counted


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcome of an ingest. Counts are pages, except `passages`.

    `same` are pages that turned out to be an article already there under
    another address. `copies` (among the added and updated) are syndicated
    near-copies, linked to their originals.
    """

    added: int
    updated: int
    unchanged: int
    same: int
    copies: int
    passages: int
    skipped: tuple[tuple[SkipReason, int], ...]
    skips: tuple[Skip, ...]
    interrupted: bool

    @property
    def pages(self) -> int:
        return self.added + self.updated + self.unchanged + self.same + self.skips_total

    @property
    def skips_total(self) -> int:
        return sum(count for _, count in self.skipped)


@dataclass(slots=True)
class Tally:
    """Counts as they grow. Internal to the ingest; `summary()` is what leaves it."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    same: int = 0
    copies: int = 0
    passages: int = 0
    interrupted: bool = False
    reasons: Counter[SkipReason] = field(default_factory=Counter)
    skips: list[Skip] = field(default_factory=list)

    def skip(self, skip: Skip) -> None:
        self.reasons[skip.reason] += 1
        if len(self.skips) < _KEPT_SKIPS:
            self.skips.append(skip)

    def add(self, other: Summary) -> None:
        """Count what another ingest counted, too."""
        self.added += other.added
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.same += other.same
        self.copies += other.copies
        self.passages += other.passages
        self.interrupted |= other.interrupted
        self.reasons.update(dict(other.skipped))
        self.skips += other.skips[: max(0, _KEPT_SKIPS - len(self.skips))]

    def summary(self) -> Summary:
        return Summary(
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            same=self.same,
            copies=self.copies,
            passages=self.passages,
            skipped=tuple(self.reasons.most_common()),
            skips=tuple(self.skips),
            interrupted=self.interrupted,
        )
