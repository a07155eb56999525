"""The default embedding model in bfloat16, for processors that multiply it several times faster.

Matrices are multiplied in bfloat16 and summed in single precision. The sums
that run through all layers (the residual stream) and their normalisations stay
in single precision: rounding those as well makes the error twice as large. With
them, no text tried, from one word to the longest, lies further than a cosine of
.9999 from what single precision gives; `byline eval bench embedding` measures it.

Each core computes batches of its own, small enough for its caches. Cores that
share every step of one batch wait for one another at each, and all the more so
on a machine that has other work to do.

Not offered is the model in 8-bit integers: see `eval/LOG.md`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.batches import batches
from index.minilm import DIMENSION, padded
from index.threads import workers

if TYPE_CHECKING:
    from torch import Tensor

_BATCH_TOKENS = 2_048  # of one batch, which one core computes
_HEADS = 12
_EPSILON = 1e-12  # of the normalisations, as in the model's config.json


@cache
def is_quick() -> bool:
    """Whether this machine's processor multiplies matrices of bfloat16 (Intel's AMX)."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:  # no Linux
        return False
    return " amx_bf16 " in flags


class Bfloat16Minilm:
    """Encodes texts. Brings PyTorch along: for many passages, not for a question.

    Safe to share between threads. `folder` holds the weights: check their hash before.
    `tokens` is `Minilm.tokens`.
    """

    def __init__(self, folder: Path, tokens: Callable[[Sequence[str]], list[list[int]]]) -> None:
        import torch
        from safetensors.torch import load_file

        self._torch = torch
        self._tokens = tokens
        weights = load_file(folder / "model.safetensors")
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._first = _Norm(torch, weights, "embeddings.LayerNorm")
        depth = 1 + max(int(name.split(".")[2]) for name in weights if "encoder.layer." in name)
        self._layers = [_Layer(torch, weights, f"encoder.layer.{n}.") for n in range(depth)]
        self._pool = _pool(torch, workers())

    def embed(self, texts: Sequence[str]) -> Iterator[tuple[list[int], npt.NDArray[np.float32]]]:
        """Batches of unit vectors, `(n, 384)`, each with the places of its texts."""
        rows = self._tokens(texts)
        chosen = list(batches([len(row) for row in rows], _BATCH_TOKENS))
        found = self._pool.map(self.encode, ([rows[at] for at in each] for each in chosen))
        return zip(chosen, found, strict=True)

    def encode(self, rows: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        """Unit vectors, `(n, 384)`; quickest where the rows are about equally long."""
        torch = self._torch
        ids, counts = padded(rows)
        n, longest = ids.shape
        lengths = torch.from_numpy(counts)
        with torch.inference_mode():
            hidden = self._words[torch.from_numpy(ids)]
            hidden += self._places[:longest]
            hidden = self._first(hidden).view(n * longest, DIMENSION)
            there = torch.arange(longest) < lengths[:, None]  # (n, longest)
            mask = None if bool(there.all()) else there[:, None, None, :]
            for layer in self._layers:
                hidden = layer(hidden, n, mask)
            sums = (hidden.view(n, longest, DIMENSION) * there[:, :, None]).sum(1)
            vectors = torch.nn.functional.normalize(sums / lengths[:, None], dim=1)
        return np.ascontiguousarray(vectors.numpy())


class _Layer:
    """One layer of the encoder (Devlin et al. 2019) over tokens in single precision."""

    def __init__(self, torch: Any, weights: dict[str, Tensor], name: str) -> None:
        self._torch = torch
        attention = f"{name}attention."
        self._asked = _Linear(
            torch, weights, *(f"{attention}self.{part}" for part in ("query", "key", "value"))
        )
        self._mixed = _Linear(torch, weights, f"{attention}output.dense")
        self._between = _Norm(torch, weights, f"{attention}output.LayerNorm")
        self._wide = _Linear(torch, weights, f"{name}intermediate.dense", then="gelu")
        self._narrow = _Linear(torch, weights, f"{name}output.dense")
        self._last = _Norm(torch, weights, f"{name}output.LayerNorm")

    def __call__(self, hidden: Tensor, n: int, mask: Tensor | None) -> Tensor:
        """`hidden` is `(n * longest, 384)`; it is written over."""
        attention = self._torch.nn.functional.scaled_dot_product_attention
        parts = self._asked(hidden).view(n, -1, 3, _HEADS, DIMENSION // _HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        found = attention(query, key, value, attn_mask=mask)
        found = found.transpose(1, 2).reshape(-1, DIMENSION)
        hidden = self._between(hidden.add_(self._mixed(found)))
        return self._last(hidden.add_(self._narrow(self._wide(hidden))))


class _Linear:
    """One or several products side by side, in bfloat16, of whatever they are given.

    `then` is done to each sum before it is rounded: a tenth quicker than after it.
    """

    def __init__(
        self, torch: Any, weights: dict[str, Tensor], *names: str, then: str = "none"
    ) -> None:
        self._half = torch.bfloat16
        self._then = then
        weight = torch.cat([weights[f"{name}.weight"] for name in names]).to(self._half)
        self._bias = torch.cat([weights[f"{name}.bias"] for name in names]).to(self._half)
        # Laid out once as the processor wants it, and not at every product: a tenth of the time.
        self._product = torch.ops.mkldnn._linear_pointwise
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight, _BATCH_TOKENS)

    def __call__(self, given: Tensor) -> Tensor:
        found: Tensor = self._product(
            given.to(self._half), self._weight, self._bias, self._then, [], "none"
        )
        return found


class _Norm:
    """A normalisation of layers (Ba et al. 2016), in single precision."""

    def __init__(self, torch: Any, weights: dict[str, Tensor], name: str) -> None:
        self._norm = torch.nn.functional.layer_norm
        self._weight, self._bias = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def __call__(self, given: Tensor) -> Tensor:
        found: Tensor = self._norm(given, (DIMENSION,), self._weight, self._bias, _EPSILON)
        return found


def _pool(torch: Any, size: int) -> ThreadPoolExecutor:
    """Threads each of which computes on one core."""
    before = torch.get_num_threads()
    # PyTorch keeps a number for each thread that has begun and one for those to come. The
    # latter is put back once all of these have begun.
    started = threading.Barrier(size + 1)

    def begin() -> None:
        torch.set_num_threads(1)
        # What is set holds for a thread only once it has read it, else what is put back below.
        torch.get_num_threads()
        started.wait()

    pool = ThreadPoolExecutor(size, "embed")
    for _ in range(size):
        pool.submit(begin)
    started.wait()
    torch.set_num_threads(before)
    return pool
