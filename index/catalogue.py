"""What filters ask of each passage, in arrays: a filtered search asks no database.

Rows stand in the order of the vectors they belong to, and are known by that number.
28 bytes of a passage; an index that is open has 12 more, to find the passages of an article.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.types import Filters

Keys = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]

NOTHING = 0  # instead of a day or a name, where an article has none


@dataclass(frozen=True, slots=True)
class Rows:
    """Passages with what filters ask of them; every array is `(n,)`.

    `articles` are hashes of the articles' ids (`hashed`), `days` ordinals of their days;
    `sources` and `sections` are numbers of casefolded names in `names`.
    """

    keys: Keys
    articles: Hashes
    days: Numbers
    sources: Numbers
    sections: Numbers

    def __len__(self) -> int:
        return len(self.keys)

    def taken(self, which: Mask | Keys) -> Rows:
        """Those of a mask, or of these numbers."""
        return Rows(
            self.keys[which],
            self.articles[which],
            self.days[which],
            self.sources[which],
            self.sections[which],
        )

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        if not parts:
            return cls.none()
        return cls(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.articles for part in parts]),
            np.concatenate([part.days for part in parts]),
            np.concatenate([part.sources for part in parts]),
            np.concatenate([part.sections for part in parts]),
        )

    @classmethod
    def none(cls) -> Rows:
        numbers = np.empty(0, dtype=np.int32)
        return cls(
            np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64), numbers, numbers, numbers
        )


class Names:
    """The names of sources and sections by number; numbers only ever get more."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = list(names)
        self._numbers = {name: number for number, name in enumerate(self._names, start=1)}

    def __len__(self) -> int:
        return len(self._names)

    @property
    def all(self) -> tuple[str, ...]:
        """Every name in the order of its number, which begins at 1."""
        return tuple(self._names)

    def number(self, name: str | None) -> int:
        """Of a casefolded name, which gets one where it has none; 0 for no name."""
        if name is None:
            return NOTHING
        found = self._numbers.get(name)
        if found is None:
            self._names.append(name)
            found = self._numbers[name] = len(self._names)
        return found

    def known(self, names: Iterable[str]) -> list[int]:
        """The numbers of those that have one, whatever their case."""
        folded = (name.casefold() for name in names)
        return [self._numbers[name] for name in folded if name in self._numbers]


def hashed(article_ids: Iterable[str]) -> Hashes:
    """64 bits of each: of a billion articles, two fall together in one archive of 37."""
    return np.fromiter(map(_hash, article_ids), dtype=np.uint64)


def passing(rows: Rows, names: Names, filters: Filters) -> Mask:
    """Which rows the filters let through, as `index.rows.condition` does in the database."""
    mask = np.ones(len(rows), dtype=np.bool_)
    if filters.after:
        mask &= rows.days >= filters.after.toordinal()
    if filters.before:
        mask &= rows.days <= filters.before.toordinal()
    if filters.after or filters.before:
        mask &= rows.days != NOTHING
    for numbers, wanted in ((rows.sources, filters.sources), (rows.sections, filters.sections)):
        if wanted:
            known = names.known(wanted)  # first: another thread may give out a number meanwhile
            table = np.zeros(len(names) + 1, dtype=np.bool_)
            table[known] = True
            mask &= table[numbers]
    if filters.articles:
        mask &= np.isin(rows.articles, hashed(filters.articles))
    return mask


def _hash(article_id: str) -> int:
    digest = hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
