"""A figure with the interval that it may lie in by luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eval.binary import Judged, auroc, f1_of_refusing
from eval.bootstrap import interval, statistic_interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure and the ends of its 95 % interval; None where it has no value."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """Such as ".843 [.801, .880]"."""
        if self.value is None:
            return "-"
        if self.low is None or self.high is None:
            return three(self.value)
        return f"{three(self.value)} [{three(self.low)}, {three(self.high)}]"


def three(value: float) -> str:
    """Three decimals without the leading nought, as figures below one are printed."""
    return f"{value:.3f}".removeprefix("0")


def mean(values: Sequence[float], groups: Sequence[str] | None = None) -> Figure:
    """The mean, its interval clustered by group; without a value where there are none."""
    if not values:
        return Figure(None)
    return Figure(sum(values) / len(values), *interval(values, groups=groups))


def statistic(
    measure: Callable[..., float | None],
    *arrays: Sequence[Any],
    groups: Sequence[str] | None = None,
) -> Figure:
    """A measure of several arrays, drawn together."""
    value = measure(*arrays) if arrays[0] else None
    if value is None:
        return Figure(None)
    ends = statistic_interval(measure, *arrays, groups=groups)
    return Figure(value, *(ends or (None, None)))


@dataclass(frozen=True, slots=True)
class Refusing:
    """How well what cannot be answered is told from what can, and refused.

    `auroc` is of the confidence, with answerable ones as positives; `f1` of
    the refusals made at the threshold in force, with unanswerable ones as
    positives. `answered` and `refused` are the shares treated rightly.
    """

    auroc: Figure
    f1: Figure
    answered: Figure
    refused: Figure
    answerable: int
    unanswerable: int


def refusing(judged: Sequence[Judged]) -> Refusing:
    """The measures of refusing over judged questions."""
    groups = [each.group for each in judged]
    confidence = [each.confidence for each in judged]
    truth = [each.answerable for each in judged]
    refused = [each.refused for each in judged]
    could = [each for each in judged if each.answerable]
    could_not = [each for each in judged if not each.answerable]
    return Refusing(
        auroc=statistic(auroc, confidence, truth, groups=groups),
        f1=statistic(f1_of_refusing, refused, truth, groups=groups),
        answered=mean([float(not e.refused) for e in could], [e.group for e in could]),
        refused=mean([float(e.refused) for e in could_not], [e.group for e in could_not]),
        answerable=len(could),
        unanswerable=len(could_not),
    )
