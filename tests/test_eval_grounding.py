"""`byline eval grounding`: each row is judged and counted, and what is no row is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import grounding, report
from eval.grounding import Recipe, measure
from eval.grounding_figures import balanced_accuracy
from eval.rows import table_of
from rag.verdict import State
from tests import cli
from tests.cli import byline, byline_json
from tests.grounding_rows import BORNE, FERRY, rows_of, write_rows
from tests.word_verifier import WordVerifier

one_model = cli.one_model
desk = cli.desk

MIXED = (
    *rows_of(9),
    "{broken",
    {"answer": "no contexts"},
    {"answer": "   ", "contexts": [FERRY], "supported": False},
    {"answer": None, "contexts": [FERRY]},
    {"answer": "I do not know.", "contexts": [FERRY]},
    {"answer": BORNE, "contexts": [], "supported": False},
)


def test_every_row_is_counted_and_no_figure_is_nan(desk: Path) -> None:
    path = write_rows(desk / "rows.jsonl", *MIXED)
    scores = byline_json("eval", "grounding", path, "--verifier", "rules")
    assert set(scores) == {
        "auc", "balanced_accuracy", "threshold", "rows", "claims", "claims_per_second", "states",
    }  # fmt: skip
    assert scores["rows"] == len(MIXED) == sum(scores["states"].values())
    assert scores["states"]["malformed"] == 2
    assert scores["states"]["empty"] == 2
    assert scores["states"]["not_checkable"] == 1
    assert scores["auc"] > 0.8
    assert scores["claims_per_second"] > 0
    assert 0 < scores["threshold"] < 1


def test_without_labels_or_with_one_class_there_is_no_auc(desk: Path) -> None:
    rows = rows_of(4)
    for row in rows:
        del row["supported"]
    bare = write_rows(desk / "bare.jsonl", *rows)
    scores = byline_json("eval", "grounding", bare, "--verifier", "rules")
    assert (scores["auc"], scores["balanced_accuracy"]) == (None, None)
    shown = byline("eval", "grounding", bare, "--verifier", "rules").stdout
    assert "ROC AUC: no row has a label" in shown
    one = write_rows(desk / "one.jsonl", *(row | {"supported": True} for row in rows))
    assert byline_json("eval", "grounding", one, "--verifier", "rules")["auc"] is None
    shown = byline("eval", "grounding", one, "--verifier", "rules").stdout
    assert "all labelled rows with a score are of one class" in shown


def test_figures_are_those_of_the_rows_scores() -> None:
    texts = ["red cats sleep all day long"]
    rows = [
        {"answer": "Red cats sleep.", "contexts": texts, "supported": True, "group": "a"},
        {"answer": "Red cats sleep. Blue dogs bark.", "contexts": texts, "supported": True,
         "group": "a"},
        {"answer": "Blue cats bark.", "contexts": texts, "supported": False, "group": "b"},
        {"answer": "Red cats never sleep.", "contexts": texts, "supported": False, "group": "b"},
    ]  # fmt: skip
    made = measure(table_of(rows), Recipe(threshold=0.5), verifier=WordVerifier()).report
    assert [case.state for case in made.cases] == [
        "supported", "unsupported", "unsupported", "contradicted",
    ]  # fmt: skip
    scores = [case.score for case in made.cases]
    assert scores == [0.5, 0.25, 1 / 6, 0.375]
    values = {each.name: each for each in made.measures}
    assert values["groundedness"].value == (1 + 0.5 + 0 + 0) / 4
    assert values["auc"].value == 0.75  # of four pairs, .25 against .375 is the wrong way round
    assert values["balanced_accuracy"].value == 0.75
    assert values["auc"].n == 4
    low, high = values["groundedness"].low, values["groundedness"].high
    assert (low, high) == (0.0, 0.75)  # two clusters: each alone, or both
    assert dict(made.claim_states) == {"contradicted": 1, "supported": 2, "unsupported": 2}
    assert dict(made.cases[1].measures) == {"groundedness": 0.5}
    claim = made.cases[1].claims[1]
    assert made.cases[1].answer[claim.start : claim.end] == claim.text == "Blue dogs bark."


def test_a_single_group_has_no_interval() -> None:
    rows = [row | {"group": "all"} for row in rows_of(6)]
    made = measure(table_of(rows), verifier=WordVerifier()).report
    assert all(each.low is None and each.high is None for each in made.measures)


def test_balanced_accuracy_counts_a_score_at_the_threshold_as_supported() -> None:
    assert balanced_accuracy(0.5, [0.5, 0.4, 0.6, 0.1], [True, True, False, False]) == 0.5
    assert balanced_accuracy(0.4, [0.5, 0.4, 0.3, 0.1], [True, True, False, False]) == 1.0
    assert balanced_accuracy(0.5, [0.5], [True]) is None


def test_what_an_answer_says_twice_is_verified_once() -> None:
    fake = WordVerifier()
    answer = "Red cats sleep. " * 50
    made = measure(table_of([{"answer": answer, "contexts": ["x"]}]), verifier=fake).report
    assert fake.claims == 1
    assert len(made.cases[0].claims) == 50


@pytest.mark.parametrize("part", ["The council met again, number {n}. ", "word ", "x"])
def test_an_answer_of_ten_megabytes_is_judged_in_part_and_says_so(desk: Path, part: str) -> None:
    said = "".join(part.format(n=n) for n in range(10_000_000 // len(part)))
    row = {"id": "long", "answer": said, "contexts": [FERRY], "supported": False}
    path = write_rows(desk / "rows.jsonl", row, *rows_of(3))
    flags = ("eval", "grounding", path, "--verifier", "rules", "--report", desk / "out")
    scores = byline_json(*flags)
    assert scores["rows"] == 4
    assert scores["claims"] <= grounding.MOST_CLAIMS + 6
    case = report.read(desk / "out" / "report.json").cases[0]
    assert "only its first" in case.note


def test_a_row_that_the_verifier_stumbles_over_fails_alone() -> None:
    rows = rows_of(5)
    rows[2]["answer"] = "Here is the poison of it."
    made = measure(table_of(rows), verifier=WordVerifier(poison="poison")).report
    assert dict(made.states)["failed"] == 1
    assert made.cases[2].note == "the verifier failed: ZeroDivisionError: a rule stumbled"
    assert made.cases[2].score is None
    assert sum(number for _, number in made.states) == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no file"),
        ("", "it is empty"),
        ("a,b\n1,2\n", "line 1: not JSON"),
        ('{"id": 1}\n', "no answer: expected a column answer"),
    ],
)
def test_a_file_without_rows_is_bad_input(desk: Path, content: str | None, said: str) -> None:
    if content is not None:
        (desk / "rows.jsonl").write_text(content)
    result = byline("eval", "grounding", "rows.jsonl", "--verifier", "rules", "--json")
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.startswith("byline: ")
    assert result.stdout == ""


@pytest.mark.parametrize(
    "flags",
    [
        ("--threshold", "0.4", "--calibrate"),
        ("--threshold", "0.4", "--calibration", "x.json"),
        ("--threshold", "1.4"),
        ("--jobs", "0"),
        ("--verifier", "./nosuch/model"),
        ("--calibration", "missing.json"),
    ],
)
def test_what_cannot_be_done_as_asked_is_bad_input(desk: Path, flags: tuple[str, ...]) -> None:
    path = write_rows(desk / "rows.jsonl", *rows_of(3))
    result = byline("eval", "grounding", path, *flags)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_rows_that_were_left_out_are_named(desk: Path) -> None:
    path = write_rows(desk / "rows.jsonl", *rows_of(2), *["{broken"] * 7)
    result = byline("eval", "grounding", path, "--verifier", "rules")
    assert result.exit_code == 0
    assert "line 3 was left out: not JSON" in result.stderr
    assert "and 2 rows more" in result.stderr
    assert "9 rows: 7 malformed" in result.stdout


def test_text_of_a_row_cannot_reach_the_terminal(desk: Path) -> None:
    nasty = {"id": "\x1b[2J", "answer": 4, "contexts": [], "\x1b]0;x\x07": 1}
    path = write_rows(desk / "rows.jsonl", nasty, *rows_of(2))
    result = byline("eval", "grounding", path, "--verifier", "rules")
    assert "\x1b" not in result.output
    assert "\x07" not in result.output


def test_the_recipe_makes_the_same_verifier_each_time() -> None:
    recipe = Recipe("rules", 0.25)
    assert recipe.verifier().id == recipe.warm().id
    assert recipe.verifier().id != Recipe("rules").verifier().id
    rows = [{"answer": BORNE, "contexts": [FERRY]}]
    made = measure(table_of(rows), recipe).report
    assert made.setup.threshold == 0.25
    assert made.setup.models == (("verifier", recipe.verifier().id),)
    assert made.cases[0].claims[0].verdict.state is State.SUPPORTED
