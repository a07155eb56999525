"""From trained weights to the verifier's file that is shipped: ONNX, weights in int8.

`python -m eval.train.verifier_export --weights A.pt B.pt --out rag/models/verifier.int8.onnx`
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch

from eval.train.onnx_file import ship, to_onnx
from eval.train.verifier_net import VerifierNet
from rag.entail import arrays, laid_out


def averaged(weights: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of weights that went apart from one beginning (Wortsman et al. 2022)."""
    found = [torch.load(path, weights_only=True) for path in weights]
    return {
        name: torch.stack([each[name] for each in found]).mean(0)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in found[0].items()
    }


def export(weights: Sequence[Path], target: Path) -> None:
    """Write the network in full precision, every axis of its inputs free but the width."""
    net = VerifierNet(attention="eager")
    net.load_state_dict(averaged(weights))
    example = [laid_out([2040, 2001], [2023, 2003, 1037]), laid_out([2043], [2023])]
    inputs = {name: torch.from_numpy(array) for name, array in arrays(example).items()}
    axes = {name: {0: "n", 1: "t"} for name in [*inputs, "words"]} | {"supported": {0: "n"}}
    to_onnx(net, inputs, ["supported", "words"], axes, target)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, nargs="+", required=True, help="averaged")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--full", type=Path, help="keep the model in full precision here")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    ship(partial(export, given.weights), given.out, given.full, only="claim")


if __name__ == "__main__":
    main()
