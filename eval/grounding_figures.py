"""The figures of grounding: how much of the answers is borne out, and is the verifier right?

`groundedness` is the mean over answers of the share of their claims that are
supported, claims that claim nothing left out. Where rows have a human label,
`auc` is the area under the ROC curve of the rows' scores, and
`balanced_accuracy` the mean of the shares of supported and of unsupported rows
that a threshold tells rightly. A row without a score (an empty answer, one that
claims nothing) is in none of them, and its state is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from eval.binary import auroc
from eval.figures import Figure, mean, statistic
from eval.report.model import CaseResult, ClaimResult, Measure
from rag.verdict import State

GROUNDEDNESS, AUC, BALANCED = "groundedness", "auc", "balanced_accuracy"


def balanced_accuracy(threshold: float, scores: ArrayLike, positive: ArrayLike) -> float | None:
    """The mean of sensitivity and specificity, a score at the threshold counting as positive.

    None where one class is missing (Brodersen et al. 2010).
    """
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    if not truth.any() or truth.all():
        return None
    said = values >= threshold
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def row_measures(claims: Sequence[ClaimResult]) -> tuple[tuple[str, float], ...]:
    """A row's own values: its share of supported claims, where it claims anything."""
    checked = [c.verdict.state for c in claims if c.verdict.state is not State.NOT_CHECKABLE]
    if not checked:
        return ()
    return ((GROUNDEDNESS, checked.count(State.SUPPORTED) / len(checked)),)


def measures(cases: Sequence[CaseResult], threshold: float) -> tuple[Measure, ...]:
    """All figures of a grounding report, with intervals clustered by the cases' groups."""
    scores, labels, groups = scored(cases)
    return (
        _groundedness(cases),
        _told(
            AUC,
            "ROC AUC",
            statistic(auroc, scores, labels, groups=groups),
            cases,
            groups,
        ),
        _told(
            BALANCED,
            f"Balanced accuracy at {threshold:g}",
            statistic(partial(balanced_accuracy, threshold), scores, labels, groups=groups),
            cases,
            groups,
        ),
    )


def scored(cases: Sequence[CaseResult]) -> tuple[list[float], list[bool], list[str]]:
    """Scores, labels and groups of the cases that have both score and label."""
    both = [
        (case.score, case.label, case.group)
        for case in cases
        if case.score is not None and case.label is not None
    ]
    return [s for s, _, _ in both], [label for _, label, _ in both], [g for _, _, g in both]


def _groundedness(cases: Sequence[CaseResult]) -> Measure:
    shares = [(dict(case.measures)[GROUNDEDNESS], case.group) for case in cases if case.measures]
    groups = [group for _, group in shares]
    figure = mean([share for share, _ in shares], groups)
    return _measure(
        GROUNDEDNESS,
        "Share of claims that are supported",
        figure,
        groups,
        "" if shares else "no answer claims anything that can be checked",
    )


def _told(
    name: str, title: str, figure: Figure, cases: Sequence[CaseResult], groups: Sequence[str]
) -> Measure:
    """A figure that needs labels, and why it is not there or what it leaves out."""
    labelled = [case for case in cases if case.label is not None]
    left = len(labelled) - len(groups)
    if not labelled:
        note = "no row has a label"
    elif figure.value is None:
        note = "all labelled rows with a score are of one class" if groups else "no row has a score"
    else:
        note = f"{left} labelled rows have no score and are left out" if left else ""
    return _measure(name, title, figure, groups, note)


def _measure(name: str, title: str, figure: Figure, groups: Sequence[str], note: str) -> Measure:
    several = len(set(groups)) > 1  # of a single one, every sample is the same
    return Measure(
        name=name,
        title=title,
        group="grounding",
        value=figure.value,
        low=figure.low if several else None,
        high=figure.high if several else None,
        n=len(groups),
        note=note,
    )
