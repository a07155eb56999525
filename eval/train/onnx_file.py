"""From a trained network to the file that is shipped: ONNX, weights in int8."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from eval.train.fuse import fuse

Axes = Mapping[str, dict[int, str]]  # of an input or output, which are free, and their names


def to_onnx(
    net: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str], axes: Axes, target: Path
) -> None:
    """Write the network in full precision; `inputs` are an example."""
    net.eval()
    torch.onnx.export(
        net,
        tuple(inputs.values()),
        str(target),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=dict(axes),
        opset_version=17,
        dynamo=False,
    )


def quantise(full: Path, target: Path) -> None:
    """Weights as int8, one scale per column; activations as uint8, scaled as they come.

    The heads stay in full precision: they are small, and all precision ends in them.
    """
    # What writes the file is installed for training alone.
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    heads = [
        node.name
        for node in onnx.load(str(full)).graph.node
        if node.op_type in ("MatMul", "Gemm") and "encoder" not in node.name
    ]
    quantize_dynamic(
        str(full),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=False,
        nodes_to_exclude=heads,
    )


def ship(
    export: Callable[[Path], None], target: Path, full: Path | None, only: str | None = None
) -> None:
    """Write `target` by way of full precision, which is kept in `full` where that is given.

    `only` is what `fuse` takes: the input that marks the tokens which count.
    """
    with tempfile.TemporaryDirectory() as folder:
        whole = full or Path(folder) / "full.onnx"
        small = Path(folder) / "int8.onnx"
        export(whole)
        quantise(whole, small)
        fuse(small, target, only)
