"""A quantised network laid out anew, to be computed quickly one text at a time.

`python -m eval.train.fuse --model BEFORE.onnx --out AFTER.onnx [--only claim]`

The weights stay as they are, to the bit. What goes is what an export leaves
around them: masks for padding, of which a single text has none, a product of
matrices in four steps, copies that only turn the heads of attention round, and
the arithmetic of shapes.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

_MICROSOFT = "com.microsoft"  # operators of ONNX Runtime's own, which join several steps
_HEAD = 32  # the width of one head of attention, in MiniLM as in every BERT of its family
_LAYER = re.compile(r"/encoder/encoder/layer\.(\d+)/output/dense/MatMul_quant")
_HIDDEN = "/encoder/encoder/layer.{}/output/LayerNorm/LayerNormalization_output_0"
_ONLY = "looked_at"


class _Graph:
    """A graph that is being written, and the one whose weights it takes."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.nodes: list[Any] = []
        self.weights: dict[str, Any] = {}
        self._named = {node.name: node for node in source.node}
        self._weights = {weight.name: weight for weight in source.initializer}
        self.layers = sum(bool(_LAYER.fullmatch(name)) for name in self._named)
        (self.width,) = self._weights["encoder.embeddings.LayerNorm.bias"].dims
        normal = next(each for each in source.node if each.op_type == "LayerNormalization")
        self._epsilon = next(each.f for each in normal.attribute if each.name == "epsilon")

    def add(self, kind: str, inputs: Sequence[str], *outputs: str, **given: Any) -> str:
        """An operator; the name of its first output."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], **given))
        return outputs[0]

    def joined(self, kind: str, inputs: Sequence[str], *outputs: str, **given: Any) -> str:
        """An operator of the runtime's own."""
        return self.add(kind, inputs, *outputs, domain=_MICROSOFT, **given)

    def weight(self, name: str) -> str:
        """A weight as it is in the source. Raises KeyError."""
        self.weights[name] = self._weights[name]
        return name

    def numbers(self, name: str, *values: int) -> str:
        """Whole numbers under a name."""
        from onnx import TensorProto, helper

        self.weights[name] = helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
        return name

    def dense(self, part: str) -> tuple[str, str, str, str]:
        """The weights, scales, zero points and bias of a layer by its path. Raises KeyError."""
        quantised = self._named[f"/encoder/{part}/MatMul_quant"].input[1]
        stem = quantised.removesuffix("_quantized")
        bias = f"encoder.{part.replace('/', '.')}.bias"
        names = (quantised, f"{stem}_scale", f"{stem}_zero_point", bias)
        weights, scales, zeros, added = map(self.weight, names)
        return weights, scales, zeros, added

    def normal(self, rows: str, path: str, name: str) -> str:
        """The rows normalised by the weights under `path`. Raises KeyError."""
        inputs = [rows, self.weight(f"{path}.weight"), self.weight(f"{path}.bias")]
        return self.add("LayerNormalization", inputs, name, epsilon=self._epsilon)

    def take(self, outputs: Sequence[str], given: Mapping[str, str]) -> None:
        """What leads to `outputs` in the source, from what is named here as `given` says."""
        made = {output: node for node in self.source.node for output in node.output}
        kept = set(given)

        def walk(name: str) -> None:
            if not name or name in kept:
                return
            kept.add(name)
            if name in self._weights:
                self.weight(name)
                return
            node = made[name]
            kept.update(node.output)
            for needed in node.input:
                walk(needed)
            node.input[:] = [given.get(needed, needed) for needed in node.input]
            self.nodes.append(node)

        for output in outputs:
            walk(output)


def fuse(model: Path, target: Path, only: str | None = None) -> None:
    """Write the network of `model`, as `quantise` left it, to `target`.

    Of its inputs `attention_mask` goes: `target` reads one text, without padding. `only` names
    the input that is 1 for the tokens that the heads look at beside the first, all in a row from
    the second on: the last layer works out no others, and what is told of each token ends with
    them. Raises KeyError for a network of another kind.
    """
    import onnx  # installed for training alone
    from onnx import helper

    before = onnx.load(str(model))
    graph = _Graph(before.graph)
    inputs = [each for each in before.graph.input if each.name != "attention_mask"]
    outputs = list(before.graph.output)
    given = {each.name: each.name for each in inputs}
    hidden = _embedded(graph)
    for layer in range(graph.layers - 1):
        hidden = _layer(graph, layer, hidden, hidden)
    asked = hidden
    if only:
        asked = _first(graph, hidden, only)
        given[only] = _ONLY
        for each in outputs:
            for axis in each.type.tensor_type.shape.dim:
                axis.dim_param = axis.dim_param and f"{each.name}_{axis.dim_param}"
    given[_HIDDEN.format(graph.layers - 1)] = _layer(graph, graph.layers - 1, hidden, asked)
    graph.take([each.name for each in outputs], given)
    made = helper.make_graph(graph.nodes, "fused", inputs, outputs, list(graph.weights.values()))
    after = helper.make_model(
        made,
        opset_imports=[*before.opset_import, helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=before.ir_version,
    )
    target.write_bytes(after.SerializeToString())
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    log.info("%s: %d bytes, sha256 %s", target, target.stat().st_size, digest)


def _embedded(graph: _Graph) -> str:
    """`(1, t, width)`: words, kinds and places of the tokens, added up."""

    def rows(table: str, ids: str | None) -> str:
        stem = f"encoder.embeddings.{table}_embeddings.weight_"
        weights, scale, zero = (
            graph.weight(stem + part) for part in ("quantized", "scale", "zero_point")
        )
        if ids:
            found = graph.add("Gather", [weights, ids], f"{table}_rows")
        else:
            ends = [
                graph.numbers("start", 0),
                graph.add("Shape", ["input_ids"], "t", start=1, end=2),
            ]
            found = graph.add("Slice", [weights, *ends, "start"], f"{table}_rows")
        return graph.add("DequantizeLinear", [found, scale, zero], table)

    places = graph.add("Add", [rows("token_type", "token_type_ids"), rows("position", None)], "at")
    both = graph.add("Add", [rows("word", "input_ids"), places], "embedded")
    return graph.normal(both, "encoder.embeddings.LayerNorm", "hidden")


def _first(graph: _Graph, hidden: str, only: str) -> str:
    """The rows of `hidden` that the heads look at; leaves as much of `only` in `_ONLY`."""
    total = graph.add("ReduceSum", [only], "marked", keepdims=0)
    ends = graph.add("Cast", [total], "whole", to=7)  # int64
    count = graph.add("Add", [ends, graph.numbers("one", 1)], "count")
    start, axis = graph.numbers("start", 0), graph.numbers("tokens", 1)
    graph.add("Slice", [only, start, count, axis], _ONLY)
    return graph.add("Slice", [hidden, start, count, axis], "asked")


def _layer(graph: _Graph, number: int, hidden: str, asked: str) -> str:
    """One layer's output for the rows `asked`, which look at all of `hidden`; both `(1, t, width)`.

    The joined operators quantise what they multiply over all that they are given,
    as the source does.
    """
    here, path = f"layer{number}_", f"encoder/layer.{number}"
    small = {
        rows: graph.add("DynamicQuantizeLinear", [rows], *(f"{here}{rows}_{n}" for n in range(3)))
        for rows in dict.fromkeys((hidden, asked))
    }
    heads = {}
    for part, rows in (("query", asked), ("key", hidden), ("value", hidden)):
        weights, scales, zeros, bias = graph.dense(f"{path}/attention/self/{part}")
        values, scale, zero = (f"{small[rows][:-1]}{n}" for n in range(3))
        flat = graph.joined(
            "MatMulIntegerToFloat",
            [values, weights, scale, scales, zero, zeros, bias],
            here + part,
        )
        shape = graph.numbers("heads", -1, graph.width // _HEAD, _HEAD)
        heads[part] = graph.add("Reshape", [flat, shape], f"{here}{part}_heads")
    # Both products read the heads where they lie, between tokens and width.
    likeness = graph.joined(
        "FusedMatMul",
        [heads["query"], heads["key"]],
        here + "likeness",
        alpha=_HEAD**-0.5,
        transBatchA=1,
        transBatchB=1,
        transB=1,
    )
    share = graph.add("Softmax", [likeness], here + "share", axis=-1)
    mixed = graph.joined("FusedMatMul", [share, heads["value"]], here + "mixed", transBatchB=1)
    turned = graph.add("Transpose", [mixed], here + "turned", perm=[1, 0, 2])
    whole = graph.add(
        "Reshape", [turned, graph.numbers("whole_rows", 1, -1, graph.width)], here + "attended"
    )

    def dense(rows: str, part: str) -> str:
        weights = graph.dense(f"{path}/{part}")
        name = here + part.replace("/", "_")
        return graph.joined("DynamicQuantizeMatMul", [rows, *weights], name)

    def beside(rows: str, before: str, part: str) -> str:
        total = graph.add("Add", [rows, before], f"{here}{part.replace('/', '_')}_sum")
        normal = f"encoder.encoder.layer.{number}.{part.replace('/', '.')}.LayerNorm"
        # Apart from the sum: the runtime's operator for both takes five times as long.
        return graph.normal(total, normal, f"{total}_normal")

    seen = beside(dense(whole, "attention/output/dense"), asked, "attention/output")
    wide = graph.joined("Gelu", [dense(seen, "intermediate/dense")], here + "active")
    return beside(dense(wide, "output/dense"), seen, "output")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", help="the input that marks what the heads look at")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    fuse(given.model, given.out, given.only)


if __name__ == "__main__":
    main()
