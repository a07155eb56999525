"""The extraction benchmark measures what it says, on what users get."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.extraction import measure, overlap, score

BODY = [
    f"Paragraph {n} of the story tells how the ferry {name} left the harbour late on Monday."
    for n, name in enumerate(["Aurora", "Borealis", "Castor", "Dora", "Elida"])
]


def test_overlap_counts_runs_of_four_words_with_their_number() -> None:
    # abcd bcde | abcd bcdx: one shared, one extra, one missing
    found = overlap("a b c d e", "a b c d x")
    assert (found.shared, found.extra, found.missing) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    twice = overlap("a b c d", "a b c d a b c d")
    assert twice.recall == 1.0
    assert twice.precision == pytest.approx(1 / 5)


def test_a_short_text_is_one_run() -> None:
    assert overlap("one two", "one two").precision == 1.0
    assert overlap("one two", "one three").recall == 0.0


def test_an_empty_prediction_costs_recall_and_leaves_precision_out() -> None:
    found = score([("a b c d", "a b c d"), ("a b c d", "")], seconds=1.0)
    assert (found.precision, found.recall) == (1.0, 0.5)
    assert found.f1 == pytest.approx(2 / 3)
    assert found.accuracy == 0.5
    assert found.pages_per_second == 2.0


def test_measure_reads_a_benchmark_folder(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    story = "".join(f"<p>{line}</p>" for line in BODY)
    page = f"<html><body><nav>Home</nav><article>{story}</article></body></html>"
    for name, content in {"good": page, "void": "<p>404</p>"}.items():
        (tmp_path / "html" / f"{name}.html.gz").write_bytes(gzip.compress(content.encode()))
    truth = {
        "good": {"articleBody": "\n\n".join(BODY), "url": "https://a.example/1"},
        "void": {"articleBody": "", "url": "https://a.example/2"},
    }
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth))
    seen: list[tuple[int, int]] = []
    found = measure(tmp_path, lambda done, total: seen.append((done, total)))
    assert (found.f1, found.accuracy, found.pages) == (1.0, 1.0, 2)
    assert seen == [(1, 2), (2, 2)]
