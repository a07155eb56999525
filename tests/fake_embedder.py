"""An embedder without a model: hashed words in 32 dimensions, the same on every machine."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np

from index.embed import Identity, Vectors

DIMENSION = 32


class FakeEmbedder:
    """Texts that share words are near each other. A token is up to eight characters of a word."""

    def __init__(
        self, name: str = "fake", *, weights: str = "0" * 64, max_tokens: int = 256
    ) -> None:
        self._identity = Identity(name, DIMENSION, weights)
        self._max_tokens = max_tokens
        self.seen: list[str] = []

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [sum(-(-len(word) // 8) for word in text.split()) for text in texts]

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.seen += texts
        if progress is not None:
            progress(len(texts))
        return np.stack([self._embed(text) for text in texts])

    def embed_query(self, text: str) -> Vectors:
        return self._embed(text)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.embed_query(text) for text in texts])

    def _embed(self, text: str) -> Vectors:
        vector = np.zeros(DIMENSION, dtype=np.float32)
        for word in re.findall(r"\w+", text.casefold()):
            digest = zlib.crc32(f"{self._identity.id} {word}".encode("utf-8", "replace"))
            vector[digest % DIMENSION] += 1 if digest & (1 << 20) else -1
        norm = np.linalg.norm(vector)
        if not norm:
            vector[0] = norm = 1
        result: Vectors = vector / norm
        return result
