"""Two reports held against each other: what is real, what flipped, what cannot be compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.compare import Comparison, Difference, compare, incomparable, load
from eval.report import CaseResult, Measure, Report, Setup, write
from index.errors import SourceError

SETUP = Setup("cases.jsonl", "a" * 64, 0, 100, 0.5)


def case(
    name: str,
    group: str = "",
    *,
    state: str = "supported",
    score: float | None = None,
    label: bool | None = None,
    **measures: float,
) -> CaseResult:
    return CaseResult(
        name, group or name, f"Question {name}?", "", (), (), state, score, label,
        tuple(sorted(measures.items())),
    )  # fmt: skip


def report(*cases: CaseResult, measures: tuple[Measure, ...] = ()) -> Report:
    names = {name for each in cases for name, _ in each.measures}
    told = measures or tuple(Measure(name, name, "answer", 0.0) for name in sorted(names))
    return Report("answers", SETUP, told, (), (), cases)


def one(found: Comparison, name: str) -> Difference:
    return next(each for each in found.differences if each.name == name)


def test_a_report_differs_from_itself_in_nothing() -> None:
    same = report(*(case(f"c{n}", mrr=n / 10) for n in range(10)))
    found = compare(same, same)
    assert one(found, "mrr").change == 0.0
    assert one(found, "mrr").p == 1.0
    assert (found.regressed, found.flips, found.states) == ((), (), ())


def test_a_loss_that_all_cases_share_is_real_and_one_that_few_share_is_not() -> None:
    before = report(*(case(f"c{n}", mrr=0.8, recall=0.5) for n in range(20)))
    after = report(*(case(f"c{n}", mrr=0.6, recall=0.0 if n == 0 else 0.5) for n in range(20)))
    found = compare(before, after)
    mrr, recall = one(found, "mrr"), one(found, "recall")
    assert mrr.change == pytest.approx(-0.2)
    assert mrr.regressed
    assert mrr.low == pytest.approx(-0.2)
    assert mrr.p is not None
    assert mrr.p < 0.01
    assert recall.change == pytest.approx(-0.025)
    assert not recall.regressed
    assert found.regressed == ("mrr",)
    assert one(compare(after, before), "mrr").improved


def test_cases_of_one_group_are_drawn_together() -> None:
    values = [0.3] * 10 + [-0.1] * 10
    alone = [case(f"c{n}", mrr=0.5) for n in range(20)]
    moved = [case(f"c{n}", mrr=0.5 + value) for n, value in enumerate(values)]
    grouped = [replace(c, group=f"g{n // 10}") for n, c in enumerate(alone)]
    moved_too = [replace(c, group=f"g{n // 10}") for n, c in enumerate(moved)]
    assert one(compare(report(*alone), report(*moved)), "mrr").improved
    assert not one(compare(report(*grouped), report(*moved_too)), "mrr").improved


def test_of_a_single_group_nothing_can_be_said() -> None:
    before = report(case("a", "g", mrr=0.0), case("b", "g", mrr=0.0))
    found = one(compare(before, report(case("a", "g", mrr=1.0), case("b", "g", mrr=1.0))), "mrr")
    assert (found.change, found.low, found.p, found.improved) == (1.0, None, None, False)


def test_the_same_seed_draws_the_same() -> None:
    before = report(*(case(f"c{n}", mrr=n % 3 / 2) for n in range(15)))
    after = report(*(case(f"c{n}", mrr=n % 5 / 4) for n in range(15)))
    assert compare(before, after) == compare(before, after)
    assert compare(before, after, seed=1) != compare(before, after)


def test_where_less_is_better_a_rise_is_a_regression() -> None:
    told = (Measure("errors", "Errors", "answer", 0.0, better="lower"),)
    before = report(*(case(f"c{n}", errors=0.0) for n in range(9)), measures=told)
    after = report(*(case(f"c{n}", errors=1.0) for n in range(9)), measures=told)
    found = compare(before, after)
    assert found.regressed == ("errors",)
    assert all(flip.worse for flip in found.flips)


def test_cases_that_flipped_are_listed_worst_first() -> None:
    before = report(case("a", mrr=1.0), case("b", mrr=0.6), case("c", mrr=0.0), case("d", mrr=0.9))
    after = report(case("a", mrr=0.0), case("b", mrr=0.4), case("c", mrr=1.0), case("d", mrr=0.8))
    found = compare(before, after)
    assert [(flip.id, flip.worse) for flip in found.flips] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]


def test_cases_are_paired_by_id_and_the_others_are_named() -> None:
    before = report(case("a", mrr=1.0), case("x", mrr=0.0), case("b", mrr=1.0))
    after = report(case("b", mrr=1.0, state="refused"), case("y", mrr=0.0), case("a", mrr=1.0))
    found = compare(before, after)
    assert (found.paired, found.only_before, found.only_after) == (2, ("x",), ("y",))
    assert one(found, "mrr").before == 1.0
    assert found.states == (("b", "supported", "refused"),)
    with pytest.raises(SourceError, match="no case in common"):
        compare(before, report(case("z", mrr=1.0)))


def test_what_only_one_report_could_measure_is_named() -> None:
    before = report(case("a", mrr=1.0), case("b", mrr=1.0))
    after = report(case("a", mrr=1.0, groundedness=1.0), case("b", mrr=1.0))
    assert compare(before, after).unpaired == ("groundedness",)


def test_measures_of_the_whole_set_are_computed_anew() -> None:
    told = tuple(Measure(name, name, "refusal", 0.5) for name in ("refusal_auroc", "refusal_f1"))
    labels = [n % 2 == 0 for n in range(20)]
    before = report(
        *(case(f"c{n}", score=0.9 if ok else 0.1, label=ok, state="supported" if ok else "refused")
          for n, ok in enumerate(labels)),
        measures=told,
    )  # fmt: skip
    after = report(
        *(case(f"c{n}", score=0.5, label=ok) for n, ok in enumerate(labels)), measures=told
    )
    found = compare(before, after)
    auroc, f1 = one(found, "refusal_auroc"), one(found, "refusal_f1")
    assert (auroc.before, auroc.after, auroc.regressed) == (1.0, 0.5, True)
    assert (f1.before, f1.after, f1.regressed) == (1.0, 0.0, True)


def test_the_thresholds_of_both_reports_count() -> None:
    told = (Measure("balanced_accuracy", "b", "grounding", 0.5),)
    cases = [case(f"c{n}", score=0.6 if n % 2 else 0.4, label=n % 2 == 1) for n in range(20)]
    before = replace(report(*cases, measures=told), kind="grounding")
    after = replace(before, setup=replace(SETUP, threshold=0.7))
    found = one(compare(before, after), "balanced_accuracy")
    assert (found.before, found.after, found.regressed) == (1.0, 0.5, True)


def test_reports_of_other_cases_or_another_kind_are_incomparable() -> None:
    first = report(case("a", mrr=1.0))
    assert incomparable(first, first) is None
    other = replace(first, setup=replace(SETUP, sha256="b" * 64))
    assert "different cases" in (incomparable(first, other) or "")
    assert "one report is of answers" in (
        incomparable(first, replace(first, kind="grounding")) or ""
    )


def test_a_report_is_found_in_its_folder(tmp_path: Path) -> None:
    made = report(case("a", mrr=1.0))
    write(made, tmp_path / "r", formats=("json",))
    assert load(tmp_path / "r") == load(tmp_path / "r" / "report.json")
    with pytest.raises(SourceError, match="cannot read"):
        load(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text('{"schema": "other"}')
    with pytest.raises(SourceError, match="not a report"):
        load(tmp_path / "bad.json")
