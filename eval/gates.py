"""Gates: the least that a measure must reach for a run to pass, as `--fail-under` names them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from eval.report.model import Measure, Report
from index.errors import SettingsError

# Of the gate's own arithmetic: .95 must pass 0.95 where a mean of many sums to a hair less.
_HAIR = 1e-9

# What the measures of each kind of report are called; a gate of another name is a slip of the pen.
GROUNDING = ("groundedness", "auc", "balanced_accuracy")
ANSWERS = (
    "recall_at_5",
    "recall_at_10",
    "ndcg_at_10",
    "mrr",
    "exact_match",
    "answer_f1",
    "answer_recall",
    "gold_cited_first",
    "gold_cited",
    "citation_recall",
    "citation_precision",
    "quote_fidelity",
    "groundedness",
    "answered",
    "refusal_precision",
    "refusal_recall",
    "refusal_f1",
    "refusal_auroc",
    "written",
    "written_held",
)
NAMES = tuple(dict.fromkeys(ANSWERS + GROUNDING))


@dataclass(frozen=True, slots=True)
class Gate:
    """A measure by its name, and what it must at least reach (at most, where less is better)."""

    name: str
    bound: float


def gates(texts: Sequence[str], names: Collection[str] = NAMES) -> tuple[Gate, ...]:
    """Gates of texts such as "groundedness=0.95", in their order.

    `names` are those that a report of the kind in hand can have. Raises
    SettingsError for a text that is no NAME=VALUE, a name not among them, and
    a value that is not a finite number.
    """
    return tuple(_gate(text, names) for text in texts)


def _gate(text: str, names: Collection[str]) -> Gate:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name:
        raise SettingsError(
            f"--fail-under {text!r:.80}: expected NAME=VALUE, such as groundedness=0.95"
        )
    if name not in names:
        raise SettingsError(
            f"--fail-under {name!r:.80}: there is no such measure; "
            f"expected one of {', '.join(sorted(names))}"
        )
    try:
        bound = float(value)
    except ValueError:
        bound = math.nan
    if not math.isfinite(bound):
        raise SettingsError(f"--fail-under {name}: expected a number, found {value!r:.40}")
    return Gate(name, bound)


def failed(report: Report, gates: Sequence[Gate]) -> tuple[str, ...]:
    """What is said of each gate that a report does not pass, in the order of the gates.

    A measure that has no value, or that the report does not hold, does not
    pass: what was to be guarded was not measured.
    """
    measures = {measure.name: measure for measure in report.measures}
    said = (_failure(gate, measures.get(gate.name)) for gate in gates)
    return tuple(each for each in said if each is not None)


def _failure(gate: Gate, measure: Measure | None) -> str | None:
    if measure is None or measure.value is None:
        why = measure.note if measure is not None and measure.note else "it was not measured"
        return f"{gate.name} has no value to hold against {gate.bound:g}: {why}"
    if measure.better == "lower":
        if measure.value <= gate.bound + _HAIR:
            return None
        return f"{gate.name} is {measure.value:.4f}, above {gate.bound:g}"
    if measure.value >= gate.bound - _HAIR:
        return None
    return f"{gate.name} is {measure.value:.4f}, below {gate.bound:g}"
