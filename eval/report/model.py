"""What a report holds: the measures, the cases behind them, and what it takes to repeat them.

Nothing in it depends on the clock or the machine, so that the same input
gives the same bytes: speed and latency are printed beside a report, and
written to a file of their own, never into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.verdict import Context, Verdict

SCHEMA = 1  # of the JSON; a field that goes or changes its meaning counts it up


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure over all cases.

    `name` is what `--fail-under` and `compare` call it ("groundedness"),
    `group` what it is shown under ("retrieval", "answer", "citations",
    "grounding", "refusal"). `value` is None where it cannot be computed, and
    `note` then says why; it is never NaN. `low` and `high` bound the 95 %
    interval of a bootstrap clustered by the cases' groups, None where there is
    too little to draw from. `n` is how many cases it rests on.
    """

    name: str
    title: str
    group: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    better: Literal["higher", "lower"] = "higher"
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """One claim of an answer and its verdict: `answer[start:end] == text`."""

    text: str
    start: int
    end: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One row of the input.

    `group` is what its bootstrap draws by. `state` is the row's own: one of
    `rag.verdict.State`'s values, "refused" where the assistant did not answer,
    "empty" for an empty answer, "failed" where it could not be judged (`note`
    says why). `label` is the human one, `score` the row's (None where there is
    none). `measures` are the row's own values of the report's measures, by name:
    what `compare` pairs.
    """

    id: str
    group: str
    question: str
    answer: str
    contexts: tuple[Context, ...]
    claims: tuple[ClaimResult, ...]
    state: str
    score: float | None = None
    label: bool | None = None
    measures: tuple[tuple[str, float], ...] = ()
    expected: str = ""  # the right answer, or "" where there is none
    note: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """What it takes to repeat a report.

    `input` is the file's name without its folder, `sha256` of its bytes.
    `models` and `versions` are (name, value) pairs in order of name, `options`
    those that change a figure.
    """

    input: str
    sha256: str
    seed: int
    samples: int  # of the bootstrap
    threshold: float  # at or above which a score counts as supported
    models: tuple[tuple[str, str], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A finished evaluation. `states` counts every row: none goes missing."""

    kind: Literal["grounding", "answers"]
    setup: Setup
    measures: tuple[Measure, ...]
    states: tuple[tuple[str, int], ...]  # of rows, in order of name
    claim_states: tuple[tuple[str, int], ...]  # of claims, likewise
    cases: tuple[CaseResult, ...]
