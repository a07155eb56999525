"""`byline eval`: the figures, in the shape that other programs read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests import cli
from tests.cli import FERRY, byline, byline_json, ferry

one_model = cli.one_model
desk = cli.desk
newsroom = cli.newsroom


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
    files = ("eval", "retrieval", "--corpus", corpus, "--queries", queries)
    flags = (*files, "--reader", "none")
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


def write_rows(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


ASKED = {
    "question": "Which ferry ran aground off Skerry Point?",
    "answerable": True,
    "gold": [{"sentence": " ".join(cli.FERRY.partition(" All of")[0].split())}],
}
UNKNOWN = {
    "question": "Who won the chess olympiad?",
    "answerable": False,
    "why": "off_topic",
    "gold": [],
}


def test_cases_print_what_passed_and_on_request_what_did_not(desk: Path, newsroom: Path) -> None:
    case = {"id": "ferry-1", "question": ASKED["question"], "before_code": True}
    path = write_rows(
        desk / "ferry.jsonl",
        {**case, "expect": {"any": ["Aurora"]}},
        {**case, "id": "ferry-2", "before_code": False, "expect": {"any": ["Titanic"]}},
    )
    flags = ("eval", "cases", path, "--archive", newsroom, "--reader", "none")
    scores = byline_json(*flags)
    assert set(scores) == {"files"}
    ferry_scores = scores["files"]["ferry"]
    assert (ferry_scores["passed"], ferry_scores["cases"]) == (1, 2)
    assert ferry_scores["before_code"] == {"passed": 1, "cases": 1}
    assert "1 of 2" in byline(*flags).stdout
    assert "Titanic" not in byline(*flags).stdout
    assert "any [Titanic]: The ferry Aurora" in byline(*flags, "--failed").stdout


def test_a_case_with_an_unknown_field_is_an_error(desk: Path, newsroom: Path) -> None:
    path = write_rows(desk / "x.jsonl", {"id": "x", "question": "Q", "before_code": True, "e": {}})
    result = byline("eval", "cases", path, "--archive", newsroom, "--reader", "none")
    assert result.exit_code == 1
    assert "x.jsonl:1: " in result.stderr


def test_questions_print_what_readers_see(desk: Path, newsroom: Path) -> None:
    path = write_rows(desk / "news.jsonl", ASKED, UNKNOWN)
    flags = ("eval", "questions", path, "--archive", newsroom, "--reader", "none")
    scores = byline_json(*flags)["files"]["news"]
    assert (scores["questions"], scores["answered"], scores["refused"]) == (2, 1.0, 1.0)
    assert scores["refused_by"] == {"off_topic": {"count": 1, "of": 1}}
    assert (scores["first"], scores["any"], scores["auroc"]) == (1.0, 1.0, 1.0)
    shown = byline(*flags).stdout
    assert "right sentence cited first" in shown
    assert "1 of 1" in shown


def test_refusal_prints_the_figures_that_were_agreed(desk: Path) -> None:
    rows = [
        {"question": row["question"], "answerable": row["answerable"], "context": text}
        for row, text in zip((ASKED, UNKNOWN), (cli.FERRY, cli.BEES), strict=True)
    ]
    path = write_rows(desk / "squad.jsonl", *rows)
    flags = ("eval", "refusal", path, "--reader", "none")
    scores = byline_json(*flags)
    assert {"auroc", "f1", "cases"} <= set(scores)
    assert (scores["auroc"], scores["f1"], scores["cases"]) == (1.0, 1.0, 2)
    shown = byline(*flags, "--plots", desk / "plots").stdout
    assert "2 questions over 2 contexts; threshold" in shown
    assert (desk / "plots" / "threshold.svg").read_text().startswith("<svg")
    # a measure that has no value is null, never NaN
    one = write_rows(desk / "one.jsonl", rows[0])
    assert byline_json("eval", "refusal", one, "--reader", "none")["auroc"] is None


def test_conversations_print_the_figures_that_were_agreed(desk: Path) -> None:
    stories = {"ferry": cli.FERRY, "budget": cli.BUDGET, "bees": cli.BEES}
    corpus = write_rows(
        desk / "corpus.jsonl",
        *({"id": name, "text": text.replace("|", " ")} for name, text in stories.items()),
    )
    messages = [
        {"role": "user", "content": ASKED["question"]},
        {"role": "assistant", "content": "The ferry Aurora."},
        {"role": "user", "content": "How many passengers were on board?"},
    ]
    turn = {"conversation": "a", "messages": messages, "relevant": ["ferry"]}
    turns = write_rows(desk / "turns.jsonl", {**turn, "answerability": "ANSWERABLE"})
    flags = ("eval", "conversations", "--corpus", corpus, "--turns", turns, "--reader", "none")
    scores = byline_json(*flags)
    assert set(scores) == {"ndcg@10", "recall@10", "turns", "refusal"}
    assert (scores["ndcg@10"], scores["recall@10"], scores["turns"]) == (1.0, 1.0, 1)
    assert scores["refusal"]["answerable"] == 1
    assert scores["refusal"]["auroc"] is None
    shown = byline(*flags).stdout
    assert "last turn alone, dense" in shown
    assert "1 turn with history" in shown


def test_latency_prints_each_step(desk: Path, newsroom: Path) -> None:
    path = write_rows(desk / "q.jsonl", *[ASKED] * 6)
    flags = ("eval", "latency", "--archive", newsroom, "--queries", path, "--reader", "none")
    shown = byline(*flags).stdout
    assert "95th percentile" in shown
    assert "1 question, 1 of them answered; " in shown
    assert byline_json(*flags)["steps"]["total"]["median"] > 0
