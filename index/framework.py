"""Models in sentence-transformers: any but the default, and the default on a GPU.

It brings PyTorch along, which takes seconds to load.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

_BATCH, _BATCH_GPU = 32, 256  # texts at once


def has_gpu() -> bool:
    """Whether PyTorch sees a GPU. Loads PyTorch."""
    import torch

    return torch.cuda.is_available()


def load(name: str, folder: Path | None) -> SentenceTransformer:
    """The model of that name, from its folder or else from the hub. Raises ModelError."""
    # Imported here: it takes seconds, and much of Byline does without it.
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    cast(Callable[[], None], disable_progress_bar)()  # a library prints nothing
    log.info("loading embedding model %s", name)
    try:
        return SentenceTransformer(
            str(folder) if folder else name,
            device="cuda" if has_gpu() else "cpu",
            local_files_only=folder is not None,
        )
    except Exception as error:  # the framework, the hub and the files' formats have their own
        raise ModelError(
            f"cannot load the embedding model {name!r}: {error}. Name a folder that holds a "
            "sentence-transformers model, or leave --model out to use the default"
        ) from error


def encode(model: SentenceTransformer, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Unit vectors, `(n, dimension)`, of texts with their prefix. Raises ModelError."""
    vectors = model.encode(
        list(texts),
        batch_size=_size(model),
        normalize_embeddings=True,
        show_progress_bar=False,
        prompt="",
    )
    found = np.ascontiguousarray(vectors, dtype=np.float32)
    if not np.isfinite(found).all():  # an archive that held one would have no index any more
        raise ModelError(
            "the embedding model gives vectors that hold no numbers (NaN or infinity), and cannot "
            "be used. Name another, or leave --model out to use the default"
        )
    return found


def embed(
    model: SentenceTransformer, texts: Sequence[str]
) -> Iterator[tuple[list[int], npt.NDArray[np.float32]]]:
    """Batches of vectors with the places of their texts: those of like length together."""
    order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
    size = _size(model)
    for first in range(0, len(order), size):
        chosen = order[first : first + size]
        yield chosen, encode(model, [texts[at] for at in chosen])


def _size(model: SentenceTransformer) -> int:
    return _BATCH if model.device.type == "cpu" else _BATCH_GPU
