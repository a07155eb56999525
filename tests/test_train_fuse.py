"""What laying a quantised network out anew leaves as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from eval.train.model import ReaderNet
from eval.train.verifier_net import VerifierNet
from rag.entail import arrays as laid_arrays
from rag.entail import laid_out
from rag.reader import arrays, windows
from rag.runtime import load

# The exporter warns of itself: that it is old, that it traces, how it writes what it has traced.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning",
    "ignore::torch.jit.TracerWarning",
    "ignore:Exporting aten:UserWarning",
)
onnx = pytest.importorskip("onnx", reason="what writes the files is installed for training alone")


def small(attention: str) -> nn.Module:
    """An encoder of the shipped one's kind that takes no time."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(5)
    shape: dict[str, Any] = {
        "vocab_size": 7000,
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 128,
        "initializer_range": 0.2,  # so that attention is not the same everywhere
        "attn_implementation": "eager",
    }
    encoder = BertModel(BertConfig(**shape), add_pooling_layer=False)
    for weights in encoder.parameters():  # biases that are alike would be written once
        weights.data += 0.1 * torch.randn_like(weights)
    return encoder


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[Path, Path]]:
    """Writes a small network of a kind, as it was quantised and as it would be shipped."""
    from eval.train import export, verifier_export
    from eval.train.fuse import fuse
    from eval.train.onnx_file import quantise

    monkeypatch.setattr("eval.train.model.shipped_encoder", small)
    monkeypatch.setattr("eval.train.verifier_net.shipped_encoder", small)

    def write(kind: str) -> tuple[Path, Path]:
        weights, full, before, after = (tmp_path / name for name in "wfba")
        net: nn.Module = ReaderNet() if kind == "reader" else VerifierNet()
        torch.save(net.state_dict(), weights)
        if kind == "reader":
            export.export(weights, full)
        else:
            verifier_export.export([weights], full)
        quantise(full, before)
        fuse(before, after, only="claim" if kind == "verifier" else None)
        return before, after

    return write


def both(files: tuple[Path, Path], outputs: list[str], given: dict[str, Any]) -> list[list[Any]]:
    return [load(path, "test").run(outputs, given) for path in files]


def test_a_reader_laid_out_anew_scores_the_same(
    made: Callable[[str], tuple[Path, Path]],
) -> None:
    files = made("reader")
    sentences = [[2023, 2003, 1999], [1037, 6, 2062, 77], [2500, 2501]]
    for question in ([2040], [2043, 2001, 2222, 9]):
        (window,) = windows(question, [2739], sentences)
        (before,), (after,) = both(files, ["logits"], arrays([window]))
        assert before.shape == after.shape == (1, 4)
        assert np.ptp(before) > 0.05  # or there is nothing to compare
        assert after == pytest.approx(before, abs=0.01)


def test_a_verifier_laid_out_anew_works_out_the_claim_alone_and_the_same(
    made: Callable[[str], tuple[Path, Path]],
) -> None:
    files = made("verifier")
    for claim in ([2040], [2040, 2001, 17, 2500]):
        given = laid_arrays([laid_out(claim, [2023, 2003, 1037, 6, 2062])])
        before, after = both(files, ["supported", "words"], given)
        assert after[0] == pytest.approx(before[0], abs=0.02)
        assert after[1].shape == (1, 1 + len(claim))
        assert after[1][0, 1:] == pytest.approx(before[1][0, 1 : 1 + len(claim)], abs=0.02)


def test_the_weights_are_those_from_before_and_the_file_is_no_larger(
    made: Callable[[str], tuple[Path, Path]],
) -> None:
    before, after = made("reader")
    was, now = (
        {weight.name: weight for weight in onnx.load(str(path)).graph.initializer}
        for path in (before, after)
    )
    quantised = [name for name in was if name.endswith("_quantized")]
    assert len(quantised) == 3 + 2 * 6 + 2  # tables, layers, and a head
    assert all(now[name] == was[name] for name in quantised)
    assert after.stat().st_size < before.stat().st_size


def test_a_network_of_another_kind_is_refused(tmp_path: Path) -> None:
    from onnx import TensorProto, helper

    from eval.train.fuse import fuse

    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "other", ends[:1], ends[1:])
    path = tmp_path / "other.onnx"
    path.write_bytes(helper.make_model(graph).SerializeToString())
    with pytest.raises(KeyError):
        fuse(path, tmp_path / "out.onnx")
    assert not (tmp_path / "out.onnx").exists()
