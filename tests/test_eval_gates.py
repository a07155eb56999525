"""Gates: what stops a build, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from eval.gates import ANSWERS, Gate, failed, gates
from eval.report.model import Measure, Report, Setup
from index.errors import SettingsError


def report(*measures: Measure) -> Report:
    return Report("answers", Setup("a.jsonl", "0", 0, 10, 0.5), measures, (), (), ())


def measure(name: str, value: float | None, **about: Any) -> Measure:
    return Measure(name, name, "grounding", value, **about)


def test_a_gate_is_read_from_its_text_in_order() -> None:
    assert gates(["groundedness=0.95", " mrr = 1 "]) == (
        Gate("groundedness", 0.95),
        Gate("mrr", 1.0),
    )
    assert gates([]) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("groundedness", "expected NAME=VALUE"),
        ("=0.9", "expected NAME=VALUE"),
        ("", "expected NAME=VALUE"),
        ("grounded=0.9", "there is no such measure"),
        ("groundedness=", "expected a number"),
        ("groundedness=high", "expected a number, found 'high'"),
        ("groundedness=nan", "expected a number"),
        ("groundedness=inf", "expected a number"),
    ],
)
def test_a_slip_of_the_pen_is_told_before_anything_is_measured(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match="--fail-under") as raised:
        gates([text])
    assert said in str(raised.value)


def test_a_measure_of_another_kind_of_report_is_unknown() -> None:
    with pytest.raises(SettingsError, match="no such measure"):
        gates(["balanced_accuracy=0.7"], ANSWERS)


def test_a_report_passes_at_its_bound_and_fails_below_it() -> None:
    made = report(measure("groundedness", 0.95), measure("mrr", 0.5))
    assert failed(made, gates(["groundedness=0.95", "mrr=0.2"])) == ()
    said = failed(made, gates(["mrr=0.51", "groundedness=0.951"]))
    assert said == ("mrr is 0.5000, below 0.51", "groundedness is 0.9500, below 0.951")


def test_a_mean_that_sums_to_a_hair_less_still_passes() -> None:
    assert failed(report(measure("mrr", sum([0.1] * 10))), gates(["mrr=1.0"])) == ()


def test_where_less_is_better_the_bound_is_the_most() -> None:
    made = report(measure("mrr", 0.3, better="lower"))
    assert failed(made, gates(["mrr=0.3"])) == ()
    assert failed(made, gates(["mrr=0.2"])) == ("mrr is 0.3000, above 0.2",)


def test_what_was_not_measured_does_not_pass() -> None:
    made = report(measure("mrr", None, note="no row names a gold article"))
    said = failed(made, gates(["mrr=0.0", "groundedness=0.0"]))
    assert said == (
        "mrr has no value to hold against 0: no row names a gold article",
        "groundedness has no value to hold against 0: it was not measured",
    )
