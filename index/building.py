"""Writing a vector index: from everything, or from the one before and what came since.

Whatever the number of vectors, a bounded number of them is in memory: a sample to train
with, and one block after another, which leaves codes in a temporary file. The lists are
then put together one by one.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import numpy.typing as npt

from index.base import Progress
from index.catalogue import Keys, Mask, Names, Rows
from index.embed import Vectors
from index.files import replace_durably
from index.training import lists_for, sample_for, trained
from index.vector_file import Codes, Facts, RowNumbers, restate, write
from index.vectors import VectorIndex

_RECALL_AIM = 0.988  # of exact search's ten nearest, among the candidates
_CANDIDATES = 100  # that are compared exactly by whoever searches, or more (rag.retrieve)
_QUERIES = 400  # vectors, in pairs, to measure recall with
_NEAREST = 10
_RUN = 200_000  # vectors whose codes are put in order and written at a time
_LEAST_PROBES, _STEP = 4, 1.5  # lists that are looked into at first, and times as many then
# Vectors that one search compares, at most, whatever the aim: some 7 ms of a core. Beyond, what
# is near lies spread over so many lists that a little more found costs much more time.
_MOST_COMPARED = 100_000


@dataclass(frozen=True, slots=True)
class Block:
    """Some passages: what filters ask of them, and their vectors `(n, dimension) float32`."""

    rows: Rows
    vectors: Vectors


class Source(Protocol):
    """Where vectors come from. Read more than once, it gives the same."""

    names: Names  # of the blocks' sources and sections

    @property
    def count(self) -> int:
        """How many vectors there are."""

    def sample(self, count: int, seed: int) -> tuple[Keys, Vectors]:
        """So many, or all where there are fewer, chosen at random."""

    def blocks(self) -> Iterator[Block]:
        """All of them, some at a time."""


def build(
    path: Path, source: Source, dimension: int, seen: int, progress: Progress | None = None
) -> None:
    """Train an index for all of `source`, of which there is at least one, and write it."""
    _, sample = source.sample(sample_for(source.count), 1)
    # Training looks at the first of them for some things, and they may lie in order of time.
    np.random.default_rng(1).shuffle(sample)
    kind = trained(sample, min(lists_for(source.count), len(sample)), progress)
    del sample
    with ExitStack() as stack:
        test = _Test(*source.sample(_QUERIES, 2))
        runs = _Runs(kind, stack, path.parent)
        rows = runs.take(source, 0, test, progress)
        facts = Facts(seen, None, 1, len(rows))
        lists = (_put_together(runs.listed(number)) for number in range(kind.nlist))
        building = path.with_name(path.name + ".new")
        try:
            write(building, kind, lists, rows, source.names, facts)
            # what it finds is measured on the file itself, and then noted in it
            restate(building, test.passed(VectorIndex.load(building, dimension), facts))
            replace_durably(building, path)
        finally:
            building.unlink(missing_ok=True)


def fold(
    path: Path,
    old: VectorIndex,
    dead: Mask,
    source: Source,
    seen: int,
    progress: Progress | None = None,
) -> None:
    """Write an index anew: the old one but for its rows that are `dead`, and `source`.

    The names of `source` have begun with those of the old index. Raises DamagedIndex where
    the old one is not as it was written.
    """
    kept = ~dead
    numbers = np.cumsum(kept) - 1  # of the rows that are kept, once the others are gone

    def before(number: int) -> tuple[Codes, RowNumbers]:
        old.check((number,))
        codes, rows = old.listed(number)
        alive = kept[rows]
        return codes[alive], numbers[rows[alive]]

    with ExitStack() as stack:
        runs = _Runs(old.trained, stack, path.parent)
        first = int(np.count_nonzero(kept))
        rows = Rows.joined([old.rows.taken(kept), runs.take(source, first, None, progress)])
        lists = (
            _put_together([before(number), *runs.listed(number)])
            for number in range(old.trained.nlist)
        )
        facts = old.facts
        facts = Facts(seen, facts.recall, facts.probes, facts.trained_on)
        write(path, old.trained, lists, rows, source.names, facts)


class _Runs:
    """Codes in a temporary file, put in the order of their lists some thousands at a time."""

    def __init__(self, kind: Any, stack: ExitStack, folder: Path) -> None:
        self._kind = kind
        self._width = int(kind.sa_code_size()) - int(kind.code_size)  # bytes of a list's number
        temporary = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._file: IO[bytes] = stack.enter_context(temporary)
        self._codes: Codes | None = None
        self._runs: list[tuple[int, RowNumbers, npt.NDArray[np.int64]]] = []
        self._written = 0

    def take(
        self, source: Source, first: int, test: _Test | None, progress: Progress | None
    ) -> Rows:
        """Encode all of `source`, whose rows are numbered from `first` on; their rows."""
        rows: list[Rows] = []
        waiting: list[Codes] = []
        held, done, total = 0, 0, source.count
        for block in source.blocks():
            rows.append(block.rows)
            waiting.append(self._kind.sa_encode(block.vectors))
            if test is not None:
                test.look(block)
            held += len(block.rows)
            done += len(block.rows)
            if held >= _RUN:
                self._put(waiting, first + done - held)
                waiting, held = [], 0
            if progress is not None:
                progress("vectors", done, max(done, total))
        if held:
            self._put(waiting, first + done - held)
        self._file.flush()
        if self._written:
            mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            self._codes = np.frombuffer(mapped, np.uint8).reshape(-1, self._kind.code_size)
        return Rows.joined(rows)

    def listed(self, number: int) -> list[tuple[Codes, RowNumbers]]:
        """What belongs in a list."""
        found = []
        for start, rows, ends in self._runs:
            begin, end = int(ends[number]), int(ends[number + 1])
            if end > begin and self._codes is not None:
                found.append((self._codes[start + begin : start + end], rows[begin:end]))
        return found

    def _put(self, waiting: list[Codes], first: int) -> None:
        encoded: Codes = np.concatenate(waiting)
        padded = np.zeros((len(encoded), 8), dtype=np.uint8)
        padded[:, : self._width] = encoded[:, : self._width]  # a list's number comes first
        lists = padded.view("<i8")[:, 0]
        order = np.argsort(lists, kind="stable")
        ends = np.searchsorted(lists[order], np.arange(self._kind.nlist + 1))
        self._file.write(encoded[order, self._width :].tobytes())
        self._runs.append((self._written, order + first, ends))
        self._written += len(encoded)


class _Test:
    """Queries halfway between two vectors of an archive, and which others are nearest to them.

    A passage's own vector lies in the middle of its neighbours, and a few lists hold them
    all. Questions lie further out: at a million passages, vectors found .99 of their nearest
    in 4 lists, questions .88 in 4 and .99 in 32, and such queries .86 and .98.
    """

    def __init__(self, keys: Keys, vectors: Vectors) -> None:
        half = len(keys) // 2
        self._apart = np.stack([keys[:half], keys[half : 2 * half]], axis=1)  # not counted
        queries = vectors[:half] + vectors[half : 2 * half]
        length = np.linalg.norm(queries, axis=1, keepdims=True)
        self._queries: Vectors = queries / np.maximum(length, 1e-6)
        self._scores = np.full((half, _NEAREST + 2), -np.inf, dtype=np.float32)
        self._nearest = np.full((half, _NEAREST + 2), -1, dtype=np.int64)

    def look(self, block: Block) -> None:
        """Compare with a block by exact search."""
        scores = np.concatenate([self._scores, self._queries @ block.vectors.T], axis=1)
        keys = np.broadcast_to(block.rows.keys, (len(self._apart), len(block.rows)))
        keys = np.concatenate([self._nearest, keys], axis=1)
        best = np.argpartition(-scores, _NEAREST + 1, axis=1)[:, : _NEAREST + 2]
        self._scores = np.take_along_axis(scores, best, axis=1)
        self._nearest = np.take_along_axis(keys, best, axis=1)

    def passed(self, index: VectorIndex, facts: Facts) -> Facts:
        """With as many probes as the aim takes, or as are affordable."""
        order = np.argsort(-self._scores, axis=1, kind="stable")
        ranked = np.take_along_axis(self._nearest, order, axis=1).tolist()
        truth = [set(self._others(keys, n)[:_NEAREST]) for n, keys in enumerate(ranked)]
        lists = int(index.trained.nlist)
        most = min(lists, max(_LEAST_PROBES, _MOST_COMPARED * lists // max(1, len(index))))
        probes = _LEAST_PROBES
        while True:
            probes = min(probes, most)
            recall = self._recall(index, truth, probes)
            if recall >= _RECALL_AIM or probes == most:
                return Facts(facts.seen, recall, probes, facts.trained_on)
            probes = int(np.ceil(probes * _STEP))

    def _recall(self, index: VectorIndex, truth: list[set[int]], probes: int) -> float:
        shares = []
        for n, (query, nearest) in enumerate(zip(self._queries, truth, strict=True)):
            hits = index.search(query, _CANDIDATES, probes=probes)
            found = self._others([hit.key for hit in hits], n)
            shares.append(len(nearest.intersection(found)) / len(nearest) if nearest else 1.0)
        return float(np.mean(shares)) if shares else 1.0

    def _others(self, keys: Iterable[int], number: int) -> list[int]:
        """Those that the query was not made of."""
        return [key for key in keys if key != -1 and key not in self._apart[number]]


def _put_together(parts: list[tuple[Codes, RowNumbers]]) -> tuple[Codes, RowNumbers]:
    if not parts:
        return np.empty((0, 0), dtype=np.uint8), np.empty(0, dtype=np.int64)
    if len(parts) == 1:
        return parts[0]
    return (
        np.concatenate([codes for codes, _ in parts]),
        np.concatenate([rows for _, rows in parts]),
    )
