"""Cases whose answers a language model writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import answers
from eval.answers import Run
from index.archive import Archive
from rag.assistant import Assistant
from rag.llm.endpoint import Endpoint
from rag.llm.writer import writer_for
from rag.verify import verifier_for
from tests import eval_run
from tests.eval_run import ASKED, CHESS, by_id, by_name, rows, run
from tests.fake_embedder import FakeEmbedder
from tests.llm_server import Script, closed_port, in_turn, says, serving

desk = eval_run.desk

TRUE = "The night ferry to Sarne sails on Fridays."
FALSE = "The night ferry to Sarne sails on Mondays."


def written_by(url: str) -> Run:
    """As `run`, where a language model at an address writes the answers."""

    def opener(folder: Path) -> Assistant:
        writer = writer_for(Endpoint("small", url=url, timeout=20), "rules")
        return Assistant(Archive(folder), FakeEmbedder(), threshold=0.3, writer=writer)

    return run(opener=opener, verifier=verifier_for("rules"))


@pytest.mark.parametrize(
    ("script", "held", "note"),
    [
        (in_turn(says(f"{FALSE} [p1] {TRUE} [p1]"), says("NONE")), 0.5, "dropped: 1"),
        (says(f"{TRUE} [p1]"), 1.0, ""),
        (in_turn(says(f"{FALSE} [p1]"), says("NONE")), 0.0, "nothing_held"),
    ],
)
def test_what_a_model_wrote_falsely_is_dropped_and_the_measures_say_so(
    tmp_path: Path, desk: tuple[Path, dict[str, str]], script: Script, held: float,
    note: str,
) -> None:  # fmt: skip
    path = rows(tmp_path / "c.jsonl", ASKED, CHESS)
    with serving(script) as served:
        report = answers.measure(path, desk[0], written_by(served.url)).report
    found, case = by_name(report), by_id(report)["ferry"]
    assert len(served.asked) >= 1
    assert (found["written_held"].value, found["written_held"].n) == (held, 1)
    assert found["written"].value == float(held > 0)  # else the archive's own words stand in
    assert case.state == "supported"
    assert "Mondays" not in case.answer
    assert "Fridays" in case.answer
    assert note in case.note
    for name in ("groundedness", "citation_recall", "citation_precision", "quote_fidelity"):
        assert found[name].value == 1.0, name


def test_a_model_that_is_not_there_costs_no_case(
    tmp_path: Path, desk: tuple[Path, dict[str, str]]
) -> None:
    path = rows(tmp_path / "c.jsonl", ASKED)
    with_none = answers.measure(path, desk[0], run(verifier=verifier_for("rules"))).report
    gone = written_by(f"http://127.0.0.1:{closed_port()}/v1")
    report = answers.measure(path, desk[0], gone).report
    assert by_id(report)["ferry"].answer == by_id(with_none)["ferry"].answer
    assert "unreachable" in by_id(report)["ferry"].note
    found = by_name(report)
    assert found["written"].value == 0.0
    assert "written_held" not in found  # it wrote nothing to be verified
    assert not {"written", "written_held"} & set(by_name(with_none))
