"""From trained weights to the file that is shipped: ONNX, weights in int8.

`python -m eval.train.export --weights best.pt --out rag/models/reader.int8.onnx`
"""

from __future__ import annotations

import argparse
import logging
from functools import partial
from pathlib import Path

import torch

from eval.train.batching import Item, tensors
from eval.train.model import ReaderNet
from eval.train.onnx_file import ship, to_onnx
from rag.reader import windows


def export(weights: Path, target: Path) -> None:
    """Write the network in full precision, every axis of its inputs free but the width."""
    net = ReaderNet(attention="eager")
    net.load_state_dict(torch.load(weights, weights_only=True))
    example = [
        Item(windows([2040], [2739], [[2023, 2003], [1037, 6251, 2062]])[0], frozenset()),
        Item(windows([2043, 2001], [], [[2023], [2008]])[0], frozenset()),
    ]
    inputs = tensors(example)
    axes = {name: {0: "n", 1: "t"} for name in inputs} | {
        "spans": {0: "n", 1: "s", 2: "t"},
        "logits": {0: "n", 1: "1+s"},
    }
    to_onnx(net, inputs, ["logits"], axes, target)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--full", type=Path, help="keep the model in full precision here")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    ship(partial(export, given.weights), given.out, given.full)


if __name__ == "__main__":
    main()
