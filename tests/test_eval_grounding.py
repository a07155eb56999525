"""`byline eval grounding`: each row is judged and counted, the same way every time."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from eval import calibrate, grounding, report
from eval.calibrate import Calibration, CalibrationError
from eval.grounding import Recipe, measure
from eval.grounding_figures import balanced_accuracy
from eval.journal import JournalError
from eval.rows import read, table_of
from rag.verdict import State
from tests import cli
from tests.cli import byline, byline_json, start
from tests.word_verifier import WordVerifier

one_model = cli.one_model
desk = cli.desk

FERRY = " ".join(cli.FERRY.replace("|", " ").split())
BUDGET = " ".join(cli.BUDGET.replace("|", " ").split())
BORNE = "The ferry Aurora ran aground off Skerry Point early on Tuesday."
WRONG = "The tanker Boreas sank in the Tarn valley on Friday with nine cows."
SAFE = "Nine councillors voted against it."


def rows_of(number: int) -> list[dict[str, Any]]:
    """Rows of every kind; of those with a label the supported ones are borne out."""
    made: list[dict[str, Any]] = []
    for n in range(number):
        text, other = (FERRY, BUDGET) if n % 2 else (BUDGET, FERRY)
        said = (BORNE if n % 2 else SAFE) if n % 3 else WRONG
        made.append(
            {
                "id": f"r{n}",
                "question": f"What happened, number {n}?",
                "answer": f"{said} So it was told, number {n}." if n % 5 == 0 else said,
                "contexts": [text, other],
                "supported": n % 3 > 0,
                "group": f"g{n // 2}",
            }
        )
    return made


def write_rows(path: Path, *rows: Any) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


MIXED = (
    *rows_of(9),
    "{broken",
    {"answer": "no contexts"},
    {"answer": "   ", "contexts": [FERRY], "supported": False},
    {"answer": None, "contexts": [FERRY]},
    {"answer": "I do not know.", "contexts": [FERRY]},
    {"answer": BORNE, "contexts": [], "supported": False},
)


# what is measured


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


# the same every time


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.name != "timings.json"
    }


def test_the_same_rows_give_the_same_bytes_in_any_number_of_processes(desk: Path) -> None:
    rows = rows_of(30)
    for row in rows:
        row["answer"] = f"{row['answer']} {BUDGET} {FERRY}"
    path = write_rows(desk / "rows.jsonl", *rows)
    flags = ("eval", "grounding", path, "--verifier", "rules")
    for name, jobs in (("once", 1), ("again", 1), ("shared", 3)):
        result = byline(*flags, "--report", desk / name, "--jobs", str(jobs))
        assert result.exit_code == 0, result.output
    once = files_of(desk / "once")
    assert set(once) >= {"report.json"}
    assert once == files_of(desk / "again") == files_of(desk / "shared")
    assert json.loads((desk / "shared" / "timings.json").read_text())["jobs"] == 3


def test_an_interrupted_run_goes_on_and_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    rows = rows_of(60)
    for row in rows:
        row["answer"] += " " + BUDGET
    table = table_of(rows)
    whole = measure(table, verifier=WordVerifier(company=True)).report
    journal = tmp_path / "journal.jsonl"

    def stop(name: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(table, verifier=WordVerifier(company=True), journal=journal, progress=stop)
    kept = journal.read_bytes()
    assert 1 < kept.count(b"\n") < 60
    # killed while the last line was half written, which leaves a batch of which a row is missing
    journal.write_bytes(kept[:-40])
    again = WordVerifier(company=True)
    run = measure(table, verifier=again, journal=journal)
    assert run.report == whole
    third = measure(table, verifier=WordVerifier(company=True), journal=journal)
    assert third.report == whole
    assert third.resumed == 60
    assert third.claims_per_second is None


def test_a_killed_command_goes_on_where_it_stopped(desk: Path) -> None:
    rows = rows_of(200)
    for n, row in enumerate(rows):
        row["answer"] += f" {BUDGET} It was number {n}."
    path = write_rows(desk / "rows.jsonl", *rows)
    flags = ("eval", "grounding", path, "--verifier", "rules", "--report")
    assert byline(*flags, desk / "whole").exit_code == 0
    slowed = (
        "import time\n"
        "from eval import journal\n"
        "add = journal.Journal.add\n"
        "def late(self, judged):\n"
        "    add(self, judged)\n"
        "    time.sleep(0.5)\n"
        "journal.Journal.add = late\n"
    )
    running = start(desk, *flags, desk / "parts", setup=slowed)
    journal = desk / "parts" / "journal.jsonl"
    while running.poll() is None and not (
        journal.is_file() and journal.read_bytes().count(b"\n") > 20
    ):
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL
    result = byline(*flags, desk / "parts")
    assert result.exit_code == 0, result.output
    assert "rows had been judged before" in result.stderr
    assert not journal.exists()
    assert files_of(desk / "parts") == files_of(desk / "whole")


def test_a_journal_of_another_run_is_refused(desk: Path) -> None:
    path = write_rows(desk / "rows.jsonl", *rows_of(4))
    other = write_rows(desk / "other.jsonl", *rows_of(5))
    flags = ("--verifier", "rules", "--resume", desk / "journal.jsonl")
    assert byline("eval", "grounding", path, *flags).exit_code == 0
    result = byline("eval", "grounding", other, *flags)
    assert result.exit_code == 2
    assert "was begun with another file of rows" in result.stderr
    result = byline("eval", "grounding", path, *flags, "--threshold", "0.9")
    assert result.exit_code == 2
    assert "was begun with another verifier" in result.stderr
    result = byline("eval", "grounding", path, "--verifier", "rules", "--resume", path)
    assert result.exit_code == 2
    assert "is no journal of a run" in result.stderr
    assert len(read(path).rows) == 4  # and is as it was


def test_a_damaged_line_of_a_journal_is_judged_again(tmp_path: Path) -> None:
    table = table_of(rows_of(8))
    journal = tmp_path / "journal.jsonl"
    whole = measure(table, verifier=WordVerifier(), journal=journal).report
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[2] = b'{"row": "x", "cl\n'
    lines[3] = lines[3].replace(b'"claims": [', b'"claims": [7, ')
    journal.write_bytes(b"".join(lines))
    assert measure(table, verifier=WordVerifier(), journal=journal).report == whole
    with pytest.raises(JournalError, match="another verifier"):
        measure(table, verifier=WordVerifier(name="other"), journal=journal)


# thresholds and gates


def test_a_threshold_decides_which_claims_are_supported(desk: Path) -> None:
    said = "On Tuesday the Aurora ran aground, said the coastguard of the ferry."
    path = write_rows(desk / "rows.jsonl", {"answer": said, "contexts": [FERRY]})
    flags = ("eval", "grounding", path, "--verifier", "rules", "--threshold")
    for threshold, states in ((0.0, {"supported": 1}), (1.0, {"unsupported": 1})):
        scores = byline_json(*flags, str(threshold))
        assert scores["threshold"] == threshold
        assert scores["states"] == states


def test_a_threshold_is_fitted_written_and_read(desk: Path) -> None:
    path = write_rows(desk / "rows.jsonl", *rows_of(12))
    other = write_rows(desk / "other.jsonl", *rows_of(7))
    flags = ("--verifier", "rules", "--calibration", desk / "fitted.json")
    result = byline("eval", "grounding", path, *flags, "--calibrate", "--json")
    assert result.exit_code == 0, result.output
    scores = json.loads(result.stdout)
    shipped = byline_json("eval", "grounding", path, "--verifier", "rules")
    assert scores["balanced_accuracy"] >= max(0.8, shipped["balanced_accuracy"])
    assert "was fitted to this very file" in result.stderr
    fitted = calibrate.read(desk / "fitted.json")
    assert fitted.threshold == scores["threshold"]
    result = byline("eval", "grounding", other, *flags, "--json")
    assert json.loads(result.stdout)["threshold"] == fitted.threshold
    assert "fitted" not in result.stderr
    assert "very file" in byline("eval", "grounding", path, *flags).stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "is no calibration"),
        ("[]", "is no calibration"),
        ('{"schema": "byline.calibration/1", "threshold": NaN}', "is no calibration"),
        (
            json.dumps(
                {
                    "schema": "byline.calibration/1", "threshold": 0.4, "balanced_accuracy": 1,
                    "rows": 3, "verifier": "another", "input": "x", "sha256": "0",
                }
            ),
            "was fitted to another verifier",
        ),
    ],
)  # fmt: skip
def test_a_calibration_that_does_not_fit_is_refused(desk: Path, content: str, said: str) -> None:
    path = write_rows(desk / "rows.jsonl", *rows_of(3))
    (desk / "fitted.json").write_text(content)
    flags = ("--verifier", "rules", "--calibration", desk / "fitted.json")
    result = byline("eval", "grounding", path, *flags)
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_fitted_threshold_lies_in_the_widest_of_the_best_gaps() -> None:
    scores = [0.1, 0.2, 0.3, 0.7, 0.8]
    assert calibrate.fit(scores, [False, False, False, True, True]) == (0.5, 1.0)
    # .15 and .55 are equally good; .3 to .8 is wider than .1 to .2
    threshold, reached = calibrate.fit([0.1, 0.2, 0.3, 0.8], [False, True, False, True])
    assert threshold == pytest.approx(0.55)
    assert reached == 0.75
    with pytest.raises(CalibrationError, match="found 2 and 0"):
        calibrate.fit([0.1, 0.2], [True, True])
    with pytest.raises(CalibrationError, match="rows of different scores"):
        calibrate.fit([0.2, 0.2], [True, False])


def test_a_calibration_comes_back_as_it_went(tmp_path: Path) -> None:
    told = Calibration(0.375, 0.81, 12, "fake", "rows.jsonl", "0" * 64)
    calibrate.write(told, tmp_path / "new" / "fitted.json")
    assert calibrate.read(tmp_path / "new" / "fitted.json") == told


@pytest.mark.parametrize(
    ("gates", "code"),
    [
        (["groundedness=0.6"], 0),
        (["groundedness=0.6", "auc=.8"], 0),
        (["groundedness=0.95"], 1),
        (["groundedness=0.6", "balanced_accuracy=1.01"], 1),
        (["grounded=0.5"], 2),
        (["groundedness=high"], 2),
        (["mrr=0.5"], 2),
    ],
)
def test_a_gate_ends_the_run_with_its_code(desk: Path, gates: list[str], code: int) -> None:
    path = write_rows(desk / "rows.jsonl", *(r for n, r in enumerate(rows_of(9)) if n % 5))
    wanted = [part for gate in gates for part in ("--fail-under", gate)]
    result = byline("eval", "grounding", path, "--verifier", "rules", *wanted, "--json")
    assert result.exit_code == code, result.output
    if code == 1:
        assert "below" in result.stderr
    assert bool(result.stdout) is (code < 2)


def test_a_gate_on_what_cannot_be_measured_is_not_passed(desk: Path) -> None:
    path = write_rows(desk / "rows.jsonl", {"answer": BORNE, "contexts": [FERRY]})
    result = byline("eval", "grounding", path, "--verifier", "rules", "--fail-under", "auc=0.1")
    assert result.exit_code == 1
    assert "auc has no value to hold against 0.1: no row has a label" in result.stderr


# what goes wrong


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
