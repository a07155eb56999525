"""The threshold of `byline eval grounding`, how it is fitted, and gates on what is measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import calibrate
from eval.calibrate import Calibration, CalibrationError
from tests import cli
from tests.cli import byline, byline_json
from tests.grounding_rows import BORNE, FERRY, rows_of, write_rows

one_model = cli.one_model
desk = cli.desk


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
