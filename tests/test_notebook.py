"""The notebook: its cells run in order, as a reader runs them, and find what they are about."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from rag.verdict import State

NOTEBOOK = json.loads(
    (Path(__file__).parent.parent / "eval" / "grounding.ipynb").read_text("utf-8")
)


def sources(kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == kind]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, Path]:
    """The names that the cells left, what they printed, and where they were run."""
    folder, known, printed = tmp_path_factory.mktemp("notebook"), {}, io.StringIO()
    known["__name__"] = "__main__"
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        for cell in sources("code"):
            exec(compile(cell, "grounding.ipynb", "exec"), known)
    return known, printed.getvalue(), folder


def test_it_is_a_notebook_without_leftovers() -> None:
    assert (NOTEBOOK["nbformat"], NOTEBOOK["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in NOTEBOOK["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert sources("markdown")[0].startswith("# ")
    assert not any("%" in line[:1] for cell in sources("code") for line in cell.splitlines())
    for cell in sources("code"):
        ast.parse(cell)


def test_a_swapped_number_is_contradicted_with_the_words(
    ran: tuple[dict[str, Any], str, Path],
) -> None:
    known, printed, _ = ran
    graded = known["graded"]
    assert {name: case.state for name, case in graded.items()} == {
        "true": State.SUPPORTED,
        "swapped": State.CONTRADICTED,
        "added": State.UNSUPPORTED,
    }
    (claim,) = graded["swapped"].claims
    (failure,) = claim.verdict.failures
    assert "381" in failure.words
    assert "318" in failure.found
    assert claim.text[failure.start : failure.end] == failure.words
    assert f"number: {failure.words!r}, the article has {failure.found!r}" in printed


def test_the_assertion_says_what_failed(ran: tuple[dict[str, Any], str, Path]) -> None:
    known, printed, _ = ran
    assert known["message"].startswith("1 of 1 claims not supported by the contexts")
    assert "318 million" in known["message"]
    assert known["message"] in printed


def test_rows_are_judged_and_a_report_of_them_is_written(
    ran: tuple[dict[str, Any], str, Path],
) -> None:
    known, printed, folder = ran
    states = {case.id: case.state for case in known["report"].cases}
    assert states == {
        "vote": State.SUPPORTED,
        "schools": State.SUPPORTED,
        "day": State.CONTRADICTED,
    }
    measures = {measure.name: measure.value for measure in known["report"].measures}
    assert measures["auc"] == 1.0
    written = folder / "grounding-report"
    assert {path.name for path in written.iterdir()} == {
        "report.json", "report.html", "report.md", "junit.xml",
    }  # fmt: skip
    told = json.loads((written / "report.json").read_text("utf-8"))
    assert [case["state"] for case in told["cases"]] == list(states.values())
    assert "grounding-report/report.html" in printed
