"""From trained weights to the file that is shipped: ONNX, weights in int8.

`python -m eval.train.export --weights best.pt --out rag/models/reader.int8.onnx`
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from eval.train.batching import Item, tensors
from eval.train.model import ReaderNet
from rag.reader import windows

log = logging.getLogger(__name__)


def export(weights: Path, target: Path) -> None:
    """Write the network in full precision, every axis of its inputs free but the width."""
    net = ReaderNet(attention="eager")
    net.load_state_dict(torch.load(weights, weights_only=True))
    net.eval()
    example = [
        Item(windows([2040], [2739], [[2023, 2003], [1037, 6251, 2062]])[0], frozenset()),
        Item(windows([2043, 2001], [], [[2023], [2008]])[0], frozenset()),
    ]
    inputs = tensors(example)
    axes = {name: {0: "n", 1: "t"} for name in inputs} | {
        "spans": {0: "n", 1: "s", 2: "t"},
        "logits": {0: "n", 1: "1+s"},
    }
    torch.onnx.export(
        net,
        tuple(inputs.values()),
        str(target),
        input_names=list(inputs),
        output_names=["logits"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def quantise(full: Path, target: Path) -> None:
    """Weights as int8, one scale per column; activations as uint8, scaled as they come.

    The heads stay in full precision: they are small, and all precision ends in them.
    """
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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--full", type=Path, help="keep the model in full precision here")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        full = given.full or Path(folder) / "reader.onnx"
        export(given.weights, full)
        quantise(full, given.out)
    digest = hashlib.sha256(given.out.read_bytes()).hexdigest()
    log.info("%s: %d bytes, sha256 %s", given.out, given.out.stat().st_size, digest)


if __name__ == "__main__":
    main()
