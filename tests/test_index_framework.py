"""A sentence-transformers model that cannot be used says so. None is loaded here."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from index import framework
from index.errors import ModelError


class CutShort(Exception):
    """As the file formats have errors of their own."""


@pytest.mark.parametrize("error", [CutShort("header too large"), OSError("no such file")])
def test_a_model_that_cannot_be_loaded_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise error

    quiet = SimpleNamespace(disable_progress_bar=lambda: None)
    loader = SimpleNamespace(SentenceTransformer=damaged)
    monkeypatch.setitem(sys.modules, "sentence_transformers", loader)
    monkeypatch.setitem(sys.modules, "transformers.utils.logging", quiet)
    monkeypatch.setattr(framework, "has_gpu", lambda: False)
    with pytest.raises(ModelError, match=f"cannot load the embedding model 'mine': {error}"):
        framework.load("mine", tmp_path)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_vectors_that_hold_no_numbers_come_into_no_archive(wrong: float) -> None:
    vectors = np.eye(3, 4, dtype=np.float32)

    def encode(texts: list[str], **_: Any) -> np.ndarray:
        return vectors[: len(texts)]

    model: Any = SimpleNamespace(encode=encode, device=SimpleNamespace(type="cpu"))
    assert framework.encode(model, ["a", "b", "c"]).shape == (3, 4)
    vectors[2, 1] = wrong
    with pytest.raises(ModelError, match="hold no numbers"):
        list(framework.embed(model, ["a", "b", "c"]))
