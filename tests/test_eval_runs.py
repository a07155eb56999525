"""`byline eval answers`, `compare` and `generate`: what they print, and how they exit."""

from __future__ import annotations

import json
import os
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from eval.asking import SAMPLE
from tests import cli
from tests.llm_server import in_turn, says, serving
from tests.shared import Once

one_model = cli.one_model
desk = cli.desk
newsroom = cli.newsroom

FERRY = {
    "id": "ferry",
    "question": "Which ferry ran aground off Skerry Point?",
    "answer": "Aurora",
    "gold": [
        {"url": cli.FERRY_URL, "sentence": " ".join(cli.FERRY.partition(" All of")[0].split())}
    ],
}
CHESS = {"id": "chess", "question": "Who won the chess olympiad?", "answerable": False}
PLAIN = ("--reader", "none", "--verifier", "rules")


def byline(*arguments: str | Path) -> Result:
    """Run a command of `byline eval`."""
    return cli.byline("eval", *arguments)


def rows(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="utf-8")
    return path


def test_answers_prints_its_figures_and_writes_a_report(desk: Path, newsroom: Path) -> None:
    path = rows(desk / "cases.jsonl", FERRY, CHESS)
    flags = ("answers", path, "--archive", newsroom, *PLAIN)
    result = byline(*flags, "--report", desk / "report", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["measures"]["gold_cited_first"]["value"] == 1.0
    assert told["measures"]["quote_fidelity"]["value"] == 1.0
    assert told["measures"]["refusal_recall"]["value"] == 1.0
    assert told["states"] == {"refused": 1, "supported": 1}
    assert told["failed_gates"] == []
    assert told["latency_ms"]["median"] > 0
    written = {path.name for path in (desk / "report").iterdir()}
    assert {"report.json", "report.md", "junit.xml", "timings.json"} <= written
    assert "latency" not in (desk / "report" / "report.json").read_text()
    shown = byline(*flags).stdout
    assert "Gold sentence cited first" in shown
    assert "cases: 1 refused, 1 supported" in shown


def test_below_a_gate_is_one_and_bad_input_is_two(desk: Path, newsroom: Path) -> None:
    path = rows(desk / "cases.jsonl", FERRY, CHESS)
    flags = ("answers", path, "--archive", newsroom, *PLAIN)
    assert byline(*flags, "--fail-under", "groundedness=1.0").exit_code == 0
    below = byline(*flags, "--fail-under", "groundedness=1.0", "--fail-under", "exact_match=0.5")
    assert below.exit_code == 1
    assert "exact_match is 0.0000, below 0.5" in below.stderr
    for wrong in (
        (*flags, "--fail-under", "grounded=1"),
        (*flags, "--threshold", "high"),
        (*flags, "--verifier", desk / "no-such-model"),
        ("answers", desk / "none.jsonl", "--archive", newsroom, *PLAIN),
        ("answers", rows(desk / "empty.jsonl"), "--archive", newsroom, *PLAIN),
        ("answers", path, "--archive", desk / "nowhere", *PLAIN),
    ):
        assert byline(*wrong).exit_code == 2, wrong


def test_a_line_that_is_no_case_is_named(desk: Path, newsroom: Path) -> None:
    path = rows(desk / "cases.jsonl", FERRY, {"id": "x"})
    result = byline("answers", path, "--archive", newsroom, *PLAIN)
    assert result.exit_code == 0
    assert "line 2: expected question to be text" in result.stderr
    assert "1 malformed" in result.stdout


def test_a_language_model_that_is_named_writes_the_answers(desk: Path, newsroom: Path) -> None:
    path = rows(desk / "cases.jsonl", FERRY, CHESS)
    true = "The ferry Aurora ran aground off Skerry Point with 212 passengers on board."
    false = true.replace("212", "221")
    script = in_turn(says(f"{false} [p1] {true} [p1]"), says("NONE"))
    with serving(script) as served:
        flags = ("--archive", newsroom, *PLAIN, "--report", desk / "report", "--json")
        model = ("--llm", "small", "--llm-url", served.url)
        result = byline("answers", path, *flags, *model)
    assert result.exit_code == 0, result.output
    measures = json.loads(result.stdout)["measures"]
    assert measures["written"]["value"] == measures["groundedness"]["value"] == 1.0
    assert measures["written_held"]["value"] == 0.5
    report = json.loads((desk / "report" / "report.json").read_text())
    (ferry,) = (case for case in report["cases"] if case["id"] == "ferry")
    assert ferry["answer"] == true
    assert ferry["note"] == "sentences dropped: 1"
    assert "small" in json.dumps(report["setup"])


def test_compare_says_what_flipped_and_fails_on_what_is_worse(desk: Path, newsroom: Path) -> None:
    path = rows(
        desk / "cases.jsonl",
        *({**FERRY, "id": f"f{n}", "group": f"g{n}"} for n in range(4)),
        CHESS,
    )
    for name, threshold in (("a", "0.3"), ("b", "1")):  # at 1 everything is refused
        flags = ("--threshold", threshold, "--report", desk / name, *PLAIN)
        assert byline("answers", path, "--archive", newsroom, *flags).exit_code == 0
    result = byline("compare", desk / "a", desk / "b", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["paired"] == 5
    assert told["measures"]["answered"]["regressed"] is True
    assert told["measures"]["answered"]["change"] == -1.0
    assert {"id": "f0", "before": "supported", "after": "refused"} in told["states"]
    worse = byline("compare", desk / "a", desk / "b", "--fail-on-regression")
    assert worse.exit_code == 1
    assert "really worse: " in worse.stderr
    assert "Flipped for the worse" in worse.stdout
    assert byline("compare", desk / "a", desk / "a", "--fail-on-regression").exit_code == 0


def test_reports_of_other_cases_need_force(desk: Path, newsroom: Path) -> None:
    for name, lines in (("a", [FERRY, CHESS]), ("b", [FERRY])):
        path = rows(desk / f"{name}.jsonl", *lines)
        flags = ("--archive", newsroom, "--report", desk / name, *PLAIN)
        assert byline("answers", path, *flags).exit_code == 0
    refused = byline("compare", desk / "a", desk / "b")
    assert refused.exit_code == 2
    assert "they are of different cases" in refused.stderr
    forced = byline("compare", desk / "a", desk / "b", "--force", "--json")
    assert forced.exit_code == 0
    assert json.loads(forced.stdout)["only_before"] == ["chess"]
    assert byline("compare", desk / "a", desk / "none").exit_code == 2


def test_generate_makes_cases_that_can_be_run(desk: Path, newsroom: Path) -> None:
    result = byline(
        "generate", "--archive", newsroom, "--out", desk / "new.jsonl", "-n", "4",
        "--claims", desk / "claims.jsonl", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["cases"] == len((desk / "new.jsonl").read_text().splitlines()) > 0
    assert told["claims"] == len((desk / "claims.jsonl").read_text().splitlines()) > 0
    ran = byline("answers", desk / "new.jsonl", "--archive", newsroom, *PLAIN, "--json")
    assert ran.exit_code == 0, ran.output
    assert "failed" not in json.loads(ran.stdout)["states"]
    missing = byline("generate", "--archive", desk / "nowhere", "--out", desk / "x.jsonl")
    assert missing.exit_code == 2


# Floors for the sample: just below what was measured, which stands behind each.
FLOORS = {
    "groundedness": 1.0,  # 1.000
    "quote_fidelity": 1.0,  # 1.000
    "citation_recall": 1.0,  # 1.000
    "citation_precision": 1.0,  # 1.000
    "recall_at_5": 0.90,  # .913
    "recall_at_10": 0.93,  # .940
    "ndcg_at_10": 0.85,  # .868
    "mrr": 0.85,  # .868
    "answer_f1": 0.17,  # .177
    "answer_recall": 0.65,  # .666
    "gold_cited_first": 0.58,  # .597
    "gold_cited": 0.83,  # .849
    "answered": 0.94,  # .950
    "refusal_precision": 0.74,  # .760
    "refusal_recall": 0.56,  # .576
    "refusal_f1": 0.64,  # .655
    "refusal_auroc": 0.82,  # .832
}


@pytest.fixture(scope="module")
def gated(
    once: Once,
    sample_archive: Path,
    one_model: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """What one run of the sample's questions printed, with its exit status as "status".

    Everything is as it ships; 152 questions are read by every model there is,
    so that all tests of them share the run, in whatever process they are.
    """
    floors = (("--fail-under", f"{name}={least}") for name, least in FLOORS.items())
    flags = ("--archive", sample_archive, "--jobs", "2", "--json")

    def run(path: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name in [each for each in os.environ if each.startswith("BYLINE_")]:
                patch.delenv(name)
            patch.chdir(tmp_path_factory.mktemp("gate"))
            cases = SAMPLE / "questions.jsonl"
            ran = byline("answers", cases, *flags, *chain.from_iterable(floors))
        path.write_text(json.dumps({**json.loads(ran.stdout), "status": ran.exit_code}))

    told: dict[str, Any] = json.loads(once("gate", run).read_text())
    return told


@pytest.mark.timeout(900)  # two cores may be shared with other work
def test_the_sample_passes_its_gate(gated: dict[str, Any]) -> None:
    assert gated["failed_gates"] == []
    assert gated["status"] == 0
    assert gated["cases"] == 152
    assert set(gated["states"]) == {"refused", "supported"}
    assert gated["failed"] == []


@pytest.mark.timeout(900)  # it may wait for the process that grades them
@pytest.mark.parametrize("name", FLOORS)
def test_each_measure_of_the_sample_holds_its_floor(gated: dict[str, Any], name: str) -> None:
    measure = gated["measures"][name]
    assert measure["value"] >= FLOORS[name], measure
    assert measure["low"] <= measure["value"] <= measure["high"]
    assert measure["n"] >= 25
