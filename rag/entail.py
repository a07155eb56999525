"""Entailment: does a little evidence bear a claim out, and which of its words does it not?

The model reads the claim together with a few sentences of evidence. Every word
of the claim gets the log-odds that the evidence does not bear it out, and the
claim as a whole the log-odds that it does: what a reader is told and where to
look are of one pass.

The one that is shipped is a MiniLM trained here (eval/train/VERIFIER.md); its
input is laid out by `laid_out`, in training as in use.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelError
from index.threads import workers
from rag.reader import shipped_tokenizer
from rag.runtime import Runtime, load, read_each
from rag.verdict import Entailment, Pair

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SHIPPED = Path(__file__).parent / "models" / "verifier.int8.onnx"
SHIPPED_SHA256 = "67b66db0629d55007a4627039e75002fc768935933be6221fba1592d15a2745a"
CLAIM = 64  # tokens that are read of a claim
EVIDENCE = 192  # and of its evidence
_NAME = "byline-verifier-1"
_CHARACTERS = 4000  # of a text that are tokenised: many times what is read of it
_CLS, _SEP = 101, 102  # of the BERT vocabulary
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Laid:
    """A pair as the model sees it: `[CLS] claim [SEP] evidence [SEP]`.

    The claim's tokens are `ids[1 : 1 + claim]`.
    """

    ids: tuple[int, ...]
    claim: int


def laid_out(claim: Sequence[int], evidence: Sequence[int]) -> Laid:
    """Token ids of both, each cut to what is read of it."""
    said, shown = claim[:CLAIM], evidence[:EVIDENCE]
    return Laid((_CLS, *said, _SEP, *shown, _SEP), len(said))


def arrays(batch: Sequence[Laid]) -> dict[str, npt.NDArray[Any]]:
    """The model's inputs for `n` pairs of at most `t` tokens.

    `input_ids`, `attention_mask` and `token_type_ids` are `(n, t) int64`;
    `claim` is `(n, t) float32`, 1 where a token is the claim's.
    """
    longest = max(len(laid.ids) for laid in batch)
    ids = np.zeros((len(batch), longest), dtype=np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    claim = np.zeros((len(batch), longest), dtype=np.float32)
    for row, laid in enumerate(batch):
        ids[row, : len(laid.ids)] = laid.ids
        mask[row, : len(laid.ids)] = 1
        types[row, laid.claim + 2 : len(laid.ids)] = 1
        claim[row, 1 : 1 + laid.claim] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types, "claim": claim}


def judgement(
    claim: str, supported: float, tokens: Sequence[float], offsets: Sequence[tuple[int, int]]
) -> Entailment:
    """Tokens' log-odds gathered into those of words, each that of its worst token.

    Words behind the last token that was read are left out.
    """
    words = []
    at = 0
    for match in _WORD.finditer(claim):
        start, end = match.span()
        while at < len(tokens) and offsets[at][1] <= start:
            at += 1
        found = []
        n = at
        while n < len(tokens) and offsets[n][0] < end:
            found.append(tokens[n])
            n += 1
        if found:
            words.append((start, end, max(found)))
    return Entailment(supported, tuple(words))


class OnnxEntailer:
    """The shipped entailment model, or another of its kind: int8 ONNX on the processor.

    `model` is the file, `sha256` what it must hash to (None: not checked),
    `threads` how many pairs are read at once (None: `index.threads`).
    A pair reads the same whatever is asked with it. Loads on first use, once however many threads
    ask. Raises ModelError where the weights are missing or damaged.
    """

    def __init__(
        self,
        model: Path = SHIPPED,
        *,
        sha256: str | None = SHIPPED_SHA256,
        threads: int | None = None,
    ) -> None:
        self._path = model
        self._sha256 = sha256
        self._threads = threads or workers()
        self._lock = threading.Lock()
        self._loaded: tuple[Runtime, Tokenizer] | None = None
        self._digest: str | None = None

    @property
    def id(self) -> str:
        """Such as "byline-verifier-1@" and the first 12 digits of the weights' sha256."""
        return f"{_NAME}@{self._hash()[:12]}"

    def entail(self, pairs: Sequence[Pair]) -> list[Entailment]:
        """One judgement per pair, in order. Raises ModelError.

        A claim or evidence without words is read as empty. What is longer than
        the model reads is cut: `CLAIM` and `EVIDENCE` tokens.
        """
        if not pairs:
            return []
        runtime, tokenizer = self._model()
        claims = tokenizer.encode_batch(
            [pair.claim[:_CHARACTERS] for pair in pairs], add_special_tokens=False
        )
        # Of many claims against one text, that is tokenised once.
        texts = list(dict.fromkeys(pair.evidence[:_CHARACTERS] for pair in pairs))
        shown = dict(
            zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False), strict=True)
        )
        laid = [
            laid_out(claim.ids, shown[pair.evidence[:_CHARACTERS]].ids)
            for claim, pair in zip(claims, pairs, strict=True)
        ]

        def read(n: int) -> Entailment:
            supported, words = runtime.run(["supported", "words"], arrays([laid[n]]))
            tokens = words[0, 1 : 1 + laid[n].claim].tolist()
            return judgement(pairs[n].claim, float(supported[0]), tokens, claims[n].offsets)

        return read_each(read, range(len(pairs)), self._threads)

    def _hash(self) -> str:
        if self._digest is None:
            try:
                self._digest = hashlib.sha256(self._path.read_bytes()).hexdigest()
            except OSError as error:
                raise ModelError(
                    f"cannot read the verifier's weights {self._path}: {error}; reinstall Byline"
                ) from error
        if self._sha256 is not None and self._digest != self._sha256:
            raise ModelError(
                f"the verifier's weights {self._path} are damaged: expected sha256 "
                f"{self._sha256[:12]}…, found {self._digest[:12]}…; reinstall Byline"
            )
        return self._digest

    def _model(self) -> tuple[Runtime, Tokenizer]:
        with self._lock:
            if self._loaded is None:
                self._hash()
                self._loaded = load(self._path, "verifier"), shipped_tokenizer()
            return self._loaded


@cache
def shipped_entailer() -> OnnxEntailer:
    """The model that Byline ships, loaded once however many verifiers ask it."""
    return OnnxEntailer()
