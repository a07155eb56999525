"""The measures of what a language model wrote: how often it answered, and how much of it held.

Only runs with a language model have them. The first is over the questions that
it was asked to answer; the second over those for which it wrote anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.bootstrap import interval
from eval.report.model import CaseResult, Measure
from rag.types import Answer

_FEWEST = 2  # groups: of one alone nothing can be drawn
_TITLES = {
    "written": "Answered by the language model",
    "written_held": "Its sentences that were verified",
}


def of_writing(answer: Answer) -> dict[str, float]:
    """A case's own values, by name; none where no language model was asked."""
    written = answer.written
    if written is None:
        return {}
    held = len(answer.sentences) if written.fallback is None else 0
    values = {"written": float(written.fallback is None)}
    if held or written.dropped:
        values["written_held"] = held / (held + len(written.dropped))
    return values


def summarise_writing(
    cases: Sequence[CaseResult], *, samples: int, seed: int
) -> tuple[Measure, ...]:
    """Their means over the cases that have them; none where no case has."""
    return tuple(
        _mean(cases, name, samples=samples, seed=seed)
        for name in _TITLES
        if any(name == key for case in cases for key, _ in case.measures)
    )


def _mean(cases: Sequence[CaseResult], name: str, *, samples: int, seed: int) -> Measure:
    rows = [(case.group, value) for case in cases for key, value in case.measures if key == name]
    groups, values = [row[0] for row in rows], [row[1] for row in rows]
    low, high = None, None
    if len(set(groups)) >= _FEWEST:
        low, high = interval(values, groups=groups, samples=samples, seed=seed)
    value = sum(values) / len(values)
    return Measure(name, _TITLES[name], "writing", value, low, high, len(values))
