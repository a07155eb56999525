"""A sentence-transformers cross-encoder as a reader: for who has a larger one.

It scores pairs of texts, so every sentence is a pair of its own, with its
title; that takes several times as long as one pass over the passage, and the
sentence is seen without those around it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from index.errors import ModelError
from rag.reader import Extract, Reading, reading

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

log = logging.getLogger(__name__)

_BATCH = 32
_CERTAIN = 1e-6  # probabilities nearer to 0 or 1 than this give no greater log-odds


class CrossEncoderReader:
    """A cross-encoder by its folder or hub id; loads on first use, once.

    Its one output must be the logit that the second text answers the first, as
    those trained on MS MARCO give it. Raises ModelError where there is no such
    model or it has more outputs than one.
    """

    def __init__(self, model: str) -> None:
        self._name = model
        self._lock = threading.Lock()
        self._loaded: CrossEncoder | None = None

    @property
    def id(self) -> str:
        """The folder or hub id."""
        return self._name

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        """One reading per extract, in order. Raises ModelError."""
        pairs = [
            (question, f"{extract.title}. {sentence}" if extract.title else sentence)
            for extract in extracts
            for sentence in extract.sentences
        ]
        scores = iter(self._scores(pairs))
        return [reading([next(scores) for _ in extract.sentences]) for extract in extracts]

    def _scores(self, pairs: list[tuple[str, str]]) -> list[float]:
        if not pairs:
            return []
        from torch import nn

        model = self._model()
        # Asked for bare: whether a model's own activation makes probabilities depends on the model.
        scores = np.asarray(
            model.predict(
                pairs,
                batch_size=_BATCH,
                show_progress_bar=False,
                activation_fn=nn.Identity(),
            ),
            dtype=np.float64,
        )
        if scores.ndim != 1:
            raise ModelError(
                f"{self._name} gives {scores.shape[1]} scores for a pair: expected a "
                "cross-encoder with one, such as those trained on MS MARCO"
            )
        limit = float(np.log((1 - _CERTAIN) / _CERTAIN))
        return [float(score) for score in np.clip(scores, -limit, limit)]

    def _model(self) -> CrossEncoder:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._name)
            return self._loaded


def _load(name: str) -> CrossEncoder:
    folder = Path(name).expanduser()
    local = folder.is_dir()
    if not local and (folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1):
        raise ModelError(f"no model at {name}: expected a folder with a cross-encoder")
    # Imported here: it takes seconds, and the shipped reader does without it.
    from sentence_transformers import CrossEncoder
    from transformers.utils.logging import disable_progress_bar

    cast(Callable[[], None], disable_progress_bar)()  # a library prints nothing
    log.info("loading cross-encoder %s", name)
    try:
        model: CrossEncoder = CrossEncoder(
            str(folder) if local else name, device="cpu", local_files_only=local
        )
        return model
    except (OSError, ValueError) as error:
        raise ModelError(
            f"cannot load the cross-encoder {name!r}: {error}. Name a folder or hub id of a "
            "sentence-transformers CrossEncoder, or name none to use the shipped reader"
        ) from error
