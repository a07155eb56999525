"""Which reader a name means, and weights that are missing, damaged or no model."""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path

import pytest

from index.errors import ModelError
from rag.cross_encoder import CrossEncoderReader
from rag.entail import OnnxEntailer
from rag.reader import SHIPPED, SHIPPED_SHA256, Extract, OnnxReader, reader_for


def test_the_weights_are_those_that_were_measured() -> None:
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() == SHIPPED_SHA256
    assert SHIPPED.stat().st_size <= 25_000_000
    assert OnnxReader().id == f"byline-reader-1@{SHIPPED_SHA256[:12]}"


def test_damaged_weights_are_not_used(tmp_path: Path) -> None:
    damaged = tmp_path / "reader.int8.onnx"
    damaged.write_bytes(SHIPPED.read_bytes()[:-1])
    for use in (lambda r: r.id, lambda r: r.read("Who?", [Extract("", ("Ada.",))])):
        with pytest.raises(ModelError, match="damaged: expected sha256"):
            use(OnnxReader(damaged))


def test_missing_weights_say_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot read the reader's weights"):
        OnnxReader(tmp_path / "none.onnx").read("Who?", [Extract("", ("Ada.",))])


def test_a_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.onnx"
    nonsense.write_bytes(b"not a model")
    with pytest.raises(ModelError, match="cannot load the reader's weights"):
        OnnxReader(nonsense, sha256=None).read("Who?", [Extract("", ("Ada.",))])


def test_making_a_reader_reads_nothing(tmp_path: Path) -> None:
    OnnxReader(tmp_path / "none.onnx")
    CrossEncoderReader("someone/something")


def test_no_more_is_read_at_once_than_the_process_has_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a machine's, it may have been given one."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert OnnxReader()._threads == OnnxEntailer()._threads == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    assert OnnxReader()._threads == OnnxEntailer()._threads == 5
    assert OnnxReader(threads=2)._threads == OnnxEntailer(threads=2)._threads == 2


def test_the_name_decides_which_reader() -> None:
    assert isinstance(reader_for(None), OnnxReader)
    other = reader_for("someone/cross-encoder")
    assert isinstance(other, CrossEncoderReader)
    assert other.id == "someone/cross-encoder"


def test_a_cross_encoder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model at"):
        reader_for(str(tmp_path / "none")).read("Who?", [Extract("", ("Ada.",))])


def test_a_cross_encoder_scores_sentence_by_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    class Pairs:
        def predict(self, pairs: list[tuple[str, str]], **_: object) -> list[float]:
            asked.extend(pairs)
            return [99.0 if "Ada" in second else -2.0 for _, second in pairs]

    monkeypatch.setattr("rag.cross_encoder._load", lambda name: Pairs())
    reader = CrossEncoderReader(str(tmp_path))
    first, second, none = reader.read(
        "Who won?",
        [Extract("Race", ("It rained.", "Ada won.")), Extract("", ("No.",)), Extract("", ())],
    )
    assert asked == [
        ("Who won?", "Race. It rained."),
        ("Who won?", "Race. Ada won."),
        ("Who won?", "No."),
    ]
    assert first.sentences == pytest.approx((-2.0, math.log(1e6 - 1)))
    assert second.answerable == -2.0
    assert none.sentences == ()
