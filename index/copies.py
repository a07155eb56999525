"""Finding near-copies: a wire story that several outlets print almost word for word.

MinHash over five-word shingles (Broder 1997), cut into bands so that likely
copies are found by equality (Leskovec, Rajaraman, Ullman, "Mining of Massive
Datasets", 3.4), then checked on the texts themselves: the share of the shorter
text's shingles that the longer one has. A trimmed copy keeps a high share
where the Jaccard similarity would fall.
"""

from __future__ import annotations

import hashlib
import re
import zlib

import numpy as np
import numpy.typing as npt

_SHINGLE = 5  # words
_ROWS = 3  # hashes a band
_BANDS = 16  # a pair with Jaccard similarity .7 shares a band with probability .998
_FEWEST_WORDS = 40  # shorter texts look alike for other reasons
_COPY = 0.8  # of the shorter text's shingles
_WORD = re.compile(r"\w+")

_generator = np.random.default_rng(20_240_101)
_SEEDS = _generator.integers(0, 1 << 63, size=(_BANDS * _ROWS, 1), dtype=np.uint64)


def shingles(text: str) -> npt.NDArray[np.uint64]:
    """The distinct hashes of the text's five-word runs, sorted; empty for a short text."""
    words = _WORD.findall(text.casefold())
    if len(words) < _FEWEST_WORDS:
        return np.empty(0, dtype=np.uint64)
    hashes = [
        zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode("utf-8", "replace"))
        for i in range(len(words) - _SHINGLE + 1)
    ]
    return np.unique(np.array(hashes, dtype=np.uint64))


def bands(hashes: npt.NDArray[np.uint64]) -> tuple[int, ...]:
    """Signed 64-bit keys of which two near-copies almost surely share one."""
    if not len(hashes):
        return ()
    signature = _mixed(hashes ^ _SEEDS).min(axis=1).reshape(_BANDS, _ROWS)
    keys = []
    for number, band in enumerate(signature):
        digest = hashlib.blake2b(bytes([number]) + band.tobytes(), digest_size=8).digest()
        keys.append(int.from_bytes(digest, "big", signed=True))
    return tuple(keys)


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's finaliser (Steele et al. 2014): every bit depends on every other.

    A hash that keeps the order of its input, as one without overflow does, would
    choose the same shingle in every row.
    """
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def is_copy(first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64]) -> bool:
    """Whether one text is, but for small changes, a part or the whole of the other."""
    shorter = min(len(first), len(second))
    if not shorter or shorter * 2 < max(len(first), len(second)):
        return False
    return len(np.intersect1d(first, second, assume_unique=True)) >= _COPY * shorter
