"""Two reports held against each other, case by case: which differences are more than luck.

Both runs answered the same cases, so whole groups of cases are drawn together
for both, and each measure is computed anew of what was drawn: a paired
bootstrap (Efron and Tibshirani 1993, chapters 13 and 15; Koehn 2004 for two
systems), clustered as in `eval.bootstrap`. A difference is real where its 95 %
interval does not hold nought. Each measure is judged for itself: of twenty
that did not change, one may look real by luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.answer_measures import SETS, judged
from eval.binary import auroc
from eval.bootstrap import SAMPLES
from eval.grounding_figures import balanced_accuracy
from eval.report import CaseResult, Report, ReportError, read
from index.errors import SourceError

_TAIL = 2.5  # percent of the resamples on each side of the interval
_HALF = 0.5  # a case's value of a measure counts as passed from here on
_FILE = "report.json"
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a measure was in `before`, is in `after`, and by how much it changed.

    `low` and `high` bound the 95 % interval of the change, `p` is two-sided;
    None where there is too little to draw from. `regressed` and `improved` are
    real ones: for the worse and the better.
    """

    name: str
    title: str
    before: float
    after: float
    change: float
    low: float | None
    high: float | None
    p: float | None
    n: int
    regressed: bool
    improved: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that passes a measure (at .5 and above) in one report and not in the other."""

    id: str
    question: str
    measure: str
    before: float
    after: float
    worse: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, the cases that flipped, worst first, and what could not be paired.

    `unpaired` are measures that only one of the reports could compute, `states`
    the cases whose state changed, as (id, before, after).
    """

    paired: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    differences: tuple[Difference, ...]
    unpaired: tuple[str, ...]
    flips: tuple[Flip, ...]
    states: tuple[tuple[str, str, str], ...]

    @property
    def regressed(self) -> tuple[str, ...]:
        """The measures that are really worse."""
        return tuple(each.name for each in self.differences if each.regressed)


def load(path: Path) -> Report:
    """The report in a file, or in the folder that it was written to. Raises SourceError."""
    file = path / _FILE if path.is_dir() else path
    try:
        return read(file)
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror or error}") from error
    except ReportError as error:
        raise SourceError(str(error)) from error


def incomparable(before: Report, after: Report) -> str | None:
    """Why two reports cannot be held against each other; None where they can."""
    if before.kind != after.kind:
        return f"one report is of {before.kind}, the other of {after.kind}"
    if before.setup.sha256 != after.setup.sha256:
        return (
            f"they are of different cases: {before.setup.input} ({before.setup.sha256[:12]}) "
            f"and {after.setup.input} ({after.setup.sha256[:12]})"
        )
    return None


def compare(before: Report, after: Report, *, samples: int = SAMPLES, seed: int = 0) -> Comparison:
    """Pair the cases of two reports by id, and draw them together. Deterministic for a seed.

    Measures are computed anew of the paired cases, whatever the reports say.
    Raises SourceError where not a single case is in both.
    """
    first, second = _by_id(before), _by_id(after)
    shared = [name for name in first if name in second]
    if not shared:
        raise SourceError("the reports have no case in common")
    pairs = [(first[name], second[name]) for name in shared]
    draws = _draws([one.group for one, _ in pairs], samples, seed)
    better = {m.name: m.better for m in (*before.measures, *after.measures)}
    titles = {m.name: m.title for m in (*before.measures, *after.measures)}
    differences, unpaired = [], []
    for name in titles:
        found = _difference(name, titles[name], pairs, draws, lower=better[name] == "lower",
                            thresholds=(before.setup.threshold, after.setup.threshold))  # fmt: skip
        if found is None:
            unpaired.append(name)
        else:
            differences.append(found)
    return Comparison(
        paired=len(shared),
        only_before=tuple(name for name in first if name not in second),
        only_after=tuple(name for name in second if name not in first),
        differences=tuple(differences),
        unpaired=tuple(unpaired),
        flips=_flips(pairs, better),
        states=tuple((a.id, a.state, b.state) for a, b in pairs if a.state != b.state),
    )


def _by_id(report: Report) -> dict[str, CaseResult]:
    return {case.id: case for case in report.cases}


@dataclass(frozen=True, slots=True)
class _Draws:
    """The members of each group, and which groups each resample draws, `(samples, groups)`."""

    members: tuple[tuple[int, ...], ...]
    drawn: NDArray[np.int64]


def _draws(groups: Sequence[str], samples: int, seed: int) -> _Draws:
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    size = len(members)
    drawn = np.random.default_rng(seed).integers(0, size, (samples, size), dtype=np.int64)
    return _Draws(tuple(map(tuple, members.values())), drawn)


_Pairs = Sequence[tuple[CaseResult, CaseResult]]


def _difference(
    name: str,
    title: str,
    pairs: _Pairs,
    draws: _Draws,
    *,
    lower: bool,
    thresholds: tuple[float, float],
) -> Difference | None:
    sides = [[pair[side] for pair in pairs] for side in (0, 1)]
    if name in _SETS:
        statistics = [partial(_SETS[name], cut) for cut in thresholds]
        rows = [[_judged(name, case) for case in cases] for cases in sides]
        values = [
            _over(statistic, [row for row in each if row is not None])
            for statistic, each in zip(statistics, rows, strict=True)
        ]
        resampled = [
            _of_the_set(statistic, each, draws)
            for statistic, each in zip(statistics, rows, strict=True)
        ]
        n = sum(a is not None or b is not None for a, b in zip(*rows, strict=True))
    else:
        columns = [[dict(case.measures).get(name) for case in cases] for cases in sides]
        values = [_mean([v for v in column if v is not None]) for column in columns]
        resampled = [_means(column, draws) for column in columns]
        n = sum(a is not None or b is not None for a, b in zip(*columns, strict=True))
    one, other = values
    if one is None or other is None:
        return None
    changes = resampled[1] - resampled[0]
    changes = changes[np.isfinite(changes)]
    low = high = p = None
    if len(draws.members) > 1 and changes.size:
        low, high = (float(end) for end in np.percentile(changes, [_TAIL, 100 - _TAIL]))
        p = _p_value(changes)
    real = low is not None and high is not None and (low > 0 or high < 0)
    risen = other > one
    return Difference(
        name, title, one, other, other - one, low, high, p, n,
        regressed=real and risen == lower, improved=real and risen != lower,
    )  # fmt: skip


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _means(column: Sequence[float | None], draws: _Draws) -> _Floats:
    """The mean in each resample, `(samples,)`; NaN where nothing that was drawn has a value."""
    sums = np.array([sum(column[row] or 0.0 for row in rows) for rows in draws.members])
    sizes = np.array(
        [sum(column[row] is not None for row in rows) for rows in draws.members], dtype=np.float64
    )
    whole, count = sums[draws.drawn].sum(axis=1), sizes[draws.drawn].sum(axis=1)
    means: _Floats = np.full(len(whole), np.nan)
    np.divide(whole, count, out=means, where=count > 0)
    return means


def _without_threshold(statistic: Callable[..., float | None]) -> Callable[..., float | None]:
    return lambda threshold, values, truth: statistic(values, truth)


_Row = tuple[float, bool]
_Statistic = Callable[..., float | None]


def _judged(name: str, case: CaseResult) -> _Row | None:
    """A case's value and label, for a measure of the whole set."""
    if name in SETS:
        return judged(name, case)
    if case.label is None or case.score is None:
        return None
    return case.score, case.label


def _over(statistic: _Statistic, rows: Sequence[_Row]) -> float | None:
    return statistic([row[0] for row in rows], [row[1] for row in rows]) if rows else None


def _of_the_set(statistic: _Statistic, rows: Sequence[_Row | None], draws: _Draws) -> _Floats:
    """The measure in each resample, `(samples,)`; NaN where it has no value there."""
    values = np.array([0.0 if row is None else row[0] for row in rows])
    truth = np.array([row is not None and row[1] for row in rows])
    there = np.array([row is not None for row in rows])
    members = [np.array([n for n in group if there[n]], dtype=np.intp) for group in draws.members]
    found = []
    for groups in draws.drawn:
        chosen = np.concatenate([members[group] for group in groups])
        value = statistic(values[chosen], truth[chosen]) if chosen.size else None
        found.append(np.nan if value is None else value)
    return np.array(found, dtype=np.float64)


# Measures that are no mean over cases: the threshold first, which most do without.
_SETS: Mapping[str, Callable[..., float | None]] = {
    **{name: _without_threshold(statistic) for name, statistic in SETS.items()},
    "auc": _without_threshold(auroc),
    "balanced_accuracy": balanced_accuracy,
}


def _p_value(changes: _Floats) -> float:
    """Twice the share of resamples on the rarer side of nought, never quite 0."""
    below, above = int((changes <= 0).sum()), int((changes >= 0).sum())
    return min(1.0, 2 * (min(below, above) + 1) / (changes.size + 1))


def _flips(pairs: _Pairs, better: Mapping[str, str]) -> tuple[Flip, ...]:
    """Worst first: what was lost most."""
    found = []
    for one, other in pairs:
        values = dict(other.measures)
        for name, before in one.measures:
            after = values.get(name)
            if after is not None and (before >= _HALF) != (after >= _HALF):
                worse = (after > before) == (better.get(name) == "lower")
                found.append(Flip(one.id, one.question, name, before, after, worse))
    return tuple(sorted(found, key=_gain))


def _gain(flip: Flip) -> tuple[float, str, str]:
    size = abs(flip.after - flip.before)
    return (-size if flip.worse else size), flip.id, flip.measure
