"""Training the vector index: which lists there are, and how a vector is written in them.

An inverted file with 8-bit scalar quantisation of what is left of a vector beside its
list's centre (Jegou et al. 2011, "Product quantization for nearest neighbor search";
faiss "IVF,SQ8"). The centres are found in two levels, as in hierarchical k-means (Nister
and Stewenius 2006): 4,096 of 200,000 vectors take seconds so, and minutes in one level.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np

from index.base import Progress
from index.embed import Vectors

_LISTS_PER_ROOT = 4  # lists, per square root of the number of vectors
_LEAST_IN_LIST = 8  # vectors: fewer are not worth a list
_SAMPLE_PER_LIST = 50  # vectors that a centre is found from
_MOST_SAMPLE = 400_000  # vectors, 600 MB of them at 384 dimensions
_ROUNDS = 10  # of k-means
_ONE_LEVEL = 256  # lists, up to which the centres are found in one level
_MOST_CODED = 100_000  # vectors of the sample that the codes' range is found from
_ROOM = 10.0  # over the root of their number: the share of the range that is left on both sides
_GRAPH = 8192  # lists, from which on the nearest centres are found through a graph
_GRAPH_LINKS = 32  # of each centre
_GRAPH_BUILD, _GRAPH_SEARCH = 80, 128  # centres looked at on the way


def lists_for(count: int) -> int:
    """How many lists suit so many vectors: a power of two."""
    wanted = round(np.log2(_LISTS_PER_ROOT * np.sqrt(max(1, count))))
    most = int(np.log2(max(1, count // _LEAST_IN_LIST)))
    return int(2 ** min(wanted, most))


def sample_for(count: int) -> int:
    """From how many of so many vectors their index is trained."""
    return min(count, _MOST_SAMPLE, max(10_000, _SAMPLE_PER_LIST * lists_for(count)))


def trained(sample: Vectors, lists: int, progress: Progress | None = None) -> Any:
    """An empty faiss index of so many lists. `sample`: `(n, dimension) float32`, `n >= lists`."""
    dimension = sample.shape[1]
    centres = _centres(sample, lists, progress)
    if lists >= _GRAPH:
        quantizer: Any = faiss.IndexHNSWFlat(dimension, _GRAPH_LINKS, faiss.METRIC_INNER_PRODUCT)
        quantizer.hnsw.efConstruction = _GRAPH_BUILD
        quantizer.hnsw.efSearch = _GRAPH_SEARCH
    else:
        quantizer = faiss.IndexFlatIP(dimension)
    quantizer.add(centres)
    index: Any = faiss.IndexIVFScalarQuantizer(
        quantizer,
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        True,
    )
    some = sample[: max(lists, _MOST_CODED)]
    # Codes reach as far as the sample does, and what lies beyond is cut off: the fewer were
    # seen, the more room is left.
    index.sq.rangestat_arg = _ROOM / np.sqrt(len(some))
    index.train(some)
    return index


def _centres(sample: Vectors, lists: int, progress: Progress | None) -> Vectors:
    """Unit vectors `(lists, dimension) float32`, the more where the sample is denser."""
    if lists <= _ONE_LEVEL:
        return _k_means(sample, lists)
    coarse = int(np.sqrt(lists))
    nearest: Any = faiss.IndexFlatIP(sample.shape[1])
    nearest.add(_k_means(sample[: coarse * 1_000], coarse))
    _, found = nearest.search(sample, 1)
    order = np.argsort(found[:, 0], kind="stable")
    ends = np.cumsum(np.bincount(found[:, 0], minlength=coarse))
    # as many lists up to each end as its share of the sample: none is lost to rounding
    shares = ends * lists // len(sample)
    parts, start, done = [], 0, 0
    for end, upto in zip(ends, shares, strict=True):
        if upto > done:
            parts.append(_k_means(sample[order[start:end]], int(upto - done)))
        start, done = int(end), int(upto)
        if progress is not None:
            progress("training", done, lists)
    return np.concatenate(parts)


def _k_means(sample: Vectors, count: int) -> Vectors:
    means: Any = faiss.Kmeans(
        sample.shape[1],
        count,
        niter=_ROUNDS,
        seed=1,
        spherical=True,
        min_points_per_centroid=1,  # faiss warns on stderr below 39, and it is only a warning
        max_points_per_centroid=len(sample),
    )
    means.train(np.ascontiguousarray(sample))
    centres: Vectors = means.centroids
    return centres
