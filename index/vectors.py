"""The FAISS index over passage vectors: derived from the database, replaceable.

Inverted lists of 8-bit codes (`index.training`) in a file that is mapped into memory
(`index.vector_file`). The vectors themselves are kept once, in the database; an archive
too small for lists has no such file, and its vectors are searched one by one
(`index.tail`), as are those that came since the file was written.

Vectors have unit length, so inner product is cosine similarity. As many lists are looked
into as it takes to find the aim (`index.building`) of what exact search finds.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.catalogue import Hashes, Keys, Mask, Names, Rows, hashed, passing
from index.embed import Vectors
from index.products import products
from index.types import Filters
from index.vector_file import ROW, Codes, Contents, DamagedIndex, Facts, RowNumbers, read

__all__ = ["DamagedIndex", "Keys", "Scored", "Selection", "VectorIndex"]

_faiss: Any = faiss  # its type stubs lag behind its keyword arguments
_KEPT = 64  # filters whose rows are remembered, a bit each: 8 MB at a million passages
_COMPARED = 2  # vectors, for each that is asked for, at least
_GRAPH_SHARE = 0.1  # of the lists; where more are wanted, all centres are compared
_TRIES = 5  # at opening a file that is replaced meanwhile


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage key with its score, best first where there are several."""

    key: int
    score: float


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows that may be found: a bit each, the first row's the lowest."""

    bits: npt.NDArray[np.uint8]
    count: int

    @classmethod
    def of(cls, mask: Mask) -> Selection:
        return cls(np.packbits(mask, bitorder="little"), int(np.count_nonzero(mask)))

    def both(self, other: Selection) -> Selection:
        bits = self.bits & other.bits
        return Selection(bits, int(np.bitwise_count(bits).sum()))


class VectorIndex:
    """A file of inverted lists, open. Never changed; safe for any number of threads."""

    def __init__(self, contents: Contents, index: Any, dimension: int) -> None:
        self.dimension = dimension
        self._contents = contents
        self._index = index
        self._sound = np.zeros(len(contents.sizes), dtype=np.bool_)  # lists checked already
        quantizer = faiss.downcast_index(contents.trained.quantizer)
        self._centres: Vectors | None = None  # where a graph finds them
        if isinstance(quantizer, faiss.IndexHNSWFlat):
            self._centres = quantizer.reconstruct_n(0, quantizer.ntotal)
        self._sorted = contents.rows.articles[contents.by_article]
        self._selections: OrderedDict[Filters, Selection] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, path: Path, dimension: int) -> VectorIndex:
        """Raises DamagedIndex where the file is missing, cut short, altered or foreign."""
        try:
            for _ in range(_TRIES):
                with path.open("rb") as stream:
                    contents = read(stream, dimension)
                    index = _mapped(path, contents)
                    # faiss opens it by its name, under which another may lie by now
                    if os.fstat(stream.fileno()).st_ino == path.stat().st_ino:
                        return cls(contents, index, dimension)
        except (OSError, RuntimeError) as error:
            raise DamagedIndex(f"{path}: {error}") from error
        raise DamagedIndex(f"{path}: replaced again and again while it was opened")

    @property
    def facts(self) -> Facts:
        return self._contents.facts

    @property
    def seen(self) -> int:
        """The archive's change that this index has caught up with."""
        return self.facts.seen

    @property
    def recall(self) -> float | None:
        """Of exact search's ten nearest, among a hundred found; measured when it was trained."""
        return self.facts.recall

    @property
    def kind(self) -> str:
        return "inverted lists, 8 bit"

    @property
    def rows(self) -> Rows:
        return self._contents.rows

    @property
    def names(self) -> Names:
        return self._contents.names

    @property
    def trained(self) -> Any:
        """The empty faiss index that these lists were made with."""
        return self._contents.trained

    def __len__(self) -> int:
        return len(self.rows)

    def search(
        self, vector: Vectors, k: int, among: Selection | None = None, probes: int | None = None
    ) -> list[Scored]:
        """The `k` nearest of all, or of the rows `among`, by cosine similarity, best first.

        Raises DamagedIndex where a list that is looked into is not as it was written.
        """
        wanted = len(self) if among is None else among.count
        if not wanted:
            return []
        # Few may be found, or many are asked for: look into more lists, so that as many are
        # compared, and twice as many as are asked for.
        every = self._index.nlist
        least = max((probes or self.facts.probes) * len(self), _COMPARED * k * every)
        probes = min(every, int(np.ceil(least / wanted)))
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        nearness, lists = self._nearest_lists(query, probes)
        self.check(lists[0])
        # the selector does not keep its bits alive; the name does, until the search is done
        selector = None if among is None else _faiss.IDSelectorBitmap(among.bits)
        k = min(k, wanted)
        scores = np.empty(k, dtype=np.float32)
        found = np.empty(k, dtype=np.int64)
        # the wrapper of this call takes no parameters, and what is set on the index is shared
        self._index.search_preassigned_c(
            1,
            faiss.swig_ptr(query),
            k,
            faiss.swig_ptr(lists),
            faiss.swig_ptr(nearness),
            faiss.swig_ptr(scores),
            faiss.swig_ptr(found),
            False,
            _faiss.SearchParametersIVF(sel=selector, nprobe=probes),
        )
        there = found >= 0
        keys = self.rows.keys[found[there]]
        return [
            Scored(key, score)
            for key, score in zip(keys.tolist(), scores[there].tolist(), strict=True)
        ]

    def selection(self, filters: Filters) -> Selection | None:
        """The rows that filters let through; None where there are no filters."""
        if not filters:
            return None
        with self._lock:
            known = self._selections.get(filters)
            if known is not None:
                self._selections.move_to_end(filters)
                return known
        if filters.articles:
            mask = self.rows_of(hashed(filters.articles))
            some = np.flatnonzero(mask)
            rest = Filters(filters.after, filters.before, filters.sources, filters.sections)
            mask[some] = passing(self.rows.taken(some), self.names, rest)
            return Selection.of(mask)  # not kept: there can be any number of these
        found = Selection.of(passing(self.rows, self.names, filters))
        with self._lock:
            self._selections[filters] = found
            while len(self._selections) > _KEPT:
                self._selections.popitem(last=False)
        return found

    def rows_of(self, articles: Hashes) -> Mask:
        """Which rows are of these articles."""
        mask = np.zeros(len(self), dtype=np.bool_)
        starts = np.searchsorted(self._sorted, articles, side="left")
        ends = np.searchsorted(self._sorted, articles, side="right")
        order = self._contents.by_article
        for start, end in zip(starts[ends > starts], ends[ends > starts], strict=True):
            mask[order[start:end]] = True
        return mask

    def listed(self, number: int) -> tuple[Codes, RowNumbers]:
        """A list's codes `(n, code size)` and rows `(n,)`: views, valid as long as this is."""
        size = int(self._contents.sizes[number])
        codes = self._raw(number)[: size * self._index.code_size]
        rows = self._raw(number)[size * self._index.code_size :]
        return codes.reshape(size, self._index.code_size), rows.view(np.int64)

    def check(self, lists: Iterable[int] | None = None) -> None:
        """Raise DamagedIndex where one of these lists, or of all, is not as it was written."""
        for number in range(len(self._sound)) if lists is None else lists:
            if number < 0 or self._sound[number]:  # a graph may find fewer than asked for
                continue
            if zlib.crc32(self._raw(number).data) != self._contents.checksums[number]:
                raise DamagedIndex(f"list {number} of the vectors: checksum differs")
            self._sound[number] = True

    def _nearest_lists(self, query: Vectors, probes: int) -> tuple[Vectors, RowNumbers]:
        """Products with the nearest centres, and their lists, `(1, probes)` each, best first."""
        if self._centres is None or probes < _GRAPH_SHARE * len(self._centres):
            found: tuple[Vectors, RowNumbers] = self._index.quantizer.search(query, probes)
            return found
        # A graph is quick to find a few of its nodes, and not sure to find them all.
        near = products(self._centres, query[0])
        order = np.argsort(-near)[:probes]
        return near[order][None], order[None]

    def _raw(self, number: int) -> Codes:
        """The bytes of a list, seen through the same pages that faiss reads."""
        size = int(self._contents.sizes[number]) * (self._index.code_size + ROW)
        if not size:
            return np.empty(0, dtype=np.uint8)
        start = self._index.invlists.get_codes(int(number))
        raw: Codes = _faiss.rev_swig_ptr(start, size)
        return raw


def _mapped(path: Path, contents: Contents) -> Any:
    """The trained index over the lists in the file, which is only mapped."""
    index: Any = faiss.clone_index(contents.trained)
    lists: Any = faiss.OnDiskInvertedLists(index.nlist, index.code_size, str(path))
    lists.read_only = True
    lists.prefetch_nthread = 0  # threads that would read ahead, for every search anew
    if len(contents.sizes) != index.nlist or contents.sizes.sum() != len(contents.rows):
        raise DamagedIndex(f"{path}: its lists are not those of its index")
    sizes = contents.sizes.astype(np.uint64)  # by a name: a pointer does not keep it alive
    lists.set_all_lists_sizes(faiss.swig_ptr(sizes))
    lists.totsize = int(contents.sizes.sum()) * (index.code_size + ROW)
    if lists.totsize:
        lists.do_mmap()
    index.replace_invlists(lists, True)
    lists.this.disown()
    index.ntotal = len(contents.rows)
    return index
