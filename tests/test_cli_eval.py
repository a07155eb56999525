"""`byline eval`: the figures, in the shape that other programs read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests import cli
from tests.cli import FERRY, byline, byline_json, ferry

one_model = cli.one_model
desk = cli.desk


@pytest.fixture
def pages(desk: Path) -> Path:
    """A benchmark of one page, in which everything can be found."""
    folder = desk / "benchmark"
    (folder / "html").mkdir(parents=True)
    (folder / "html" / "ferry.html.gz").write_bytes(gzip.compress(ferry().encode()))
    truth = {"ferry": {"articleBody": FERRY.replace("|", "\n\n"), "url": cli.FERRY_URL}}
    (folder / "ground-truth.json").write_text(json.dumps(truth))
    return folder


def test_extraction_prints_its_figures(pages: Path) -> None:
    scores = byline_json("eval", "extraction", pages)
    assert set(scores) == {"f1", "precision", "recall", "accuracy", "pages", "pages_per_second"}
    assert scores["f1"] > 0.95
    assert scores["pages"] == 1
    shown = byline("eval", "extraction", pages).stdout
    assert "precision" in shown
    assert "1 page, " in shown


@pytest.mark.parametrize("spoil", ["ground-truth.json", "html/ferry.html.gz"])
def test_a_folder_that_is_no_benchmark_is_an_error(pages: Path, spoil: str) -> None:
    (pages / spoil).write_bytes(b"{")
    result = byline("eval", "extraction", pages)
    assert result.exit_code == 1
    assert "is not a benchmark of pages" in result.stderr
    (pages / spoil).unlink()
    assert byline("eval", "extraction", pages).exit_code == 1


def test_retrieval_prints_its_figures_step_by_step(desk: Path) -> None:
    stories = {"ferry": cli.FERRY, "budget": cli.BUDGET, "bees": cli.BEES}
    corpus, queries = desk / "corpus.jsonl", desk / "queries.jsonl"
    rows = [{"id": name, "text": text.replace("|", "\n\n")} for name, text in stories.items()]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = [
        {"question": "Which ferry ran aground?", "relevant": ["ferry"]},
        {"question": "How much honey was harvested?", "relevant": ["bees"]},
        {"question": "Who won the chess match?", "relevant": []},
    ]
    queries.write_text("".join(json.dumps(row) + "\n" for row in asked))
    flags = ("eval", "retrieval", "--corpus", corpus, "--queries", queries)
    scores = byline_json(*flags)
    assert set(scores) == {"steps", "default", "queries", "left_out"}
    assert (scores["default"], scores["queries"], scores["left_out"]) == ("fused", 2, 1)
    assert set(scores["steps"]) == {"dense", "lexical", "fused"}
    metrics = {"hit@1", "hit@5", "mrr", "ndcg@10", "recall@4", "recall@10"}
    assert all(set(step) == metrics for step in scores["steps"].values())
    assert scores["steps"]["fused"]["recall@4"] == 1.0
    shown = byline(*flags).stdout
    assert "ndcg@10" in shown
    assert "2 queries; 1 left out" in shown


def test_a_missing_collection_is_an_error_that_names_it(desk: Path) -> None:
    result = byline("eval", "retrieval", "--corpus", "none.jsonl", "--queries", "none.jsonl")
    assert result.exit_code == 1
    assert "none.jsonl" in result.stderr
