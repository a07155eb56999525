"""Measures of a yes-or-no judgement: does the archive answer, and was it right to refuse?

The positive class of `auroc` and `calibration` is "answerable", that of
`f1_of_refusing` "unanswerable": what a refusal is meant to find. A measure
that has no value, as where one of the classes is missing, is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

_BINS = 10  # of equal width, for calibration: at 250 questions about 25 in each


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the probability given to it, and what was done and true."""

    confidence: float
    answerable: bool
    refused: bool
    group: str  # questions of one group resemble one another: they are drawn together


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of about the same confidence, and how many of them could be answered."""

    confidence: float  # mean
    share: float  # that were answerable
    questions: int


@dataclass(frozen=True, slots=True)
class Trade:
    """At a threshold: the share of answerable ones answered, of unanswerable ones refused."""

    threshold: float
    answered: float
    refused: float


def auroc(scores: ArrayLike, positive: ArrayLike) -> float | None:
    """The area under the ROC curve: how often a positive one outranks a negative one.

    Ties count one half (Mann and Whitney 1947). None where one class is missing.
    """
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    ones = int(truth.sum())
    zeros = truth.size - ones
    if not ones or not zeros:
        return None
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2  # of tied scores, the mean one
    return float((ranks[place][truth].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def f1_of_refusing(refused: ArrayLike, answerable: ArrayLike) -> float | None:
    """F1 of the refusals as a search for what cannot be answered.

    None where there was nothing to find and nothing was refused.
    """
    said, wrong = np.asarray(refused, dtype=bool), ~np.asarray(answerable, dtype=bool)
    found = int((said & wrong).sum())
    whole = int(said.sum() + wrong.sum())
    return 2 * found / whole if whole else None


def calibration(judged: Sequence[Judged]) -> tuple[Bin, ...]:
    """Questions in bins of equal width of their confidence; empty bins are left out."""
    bins: list[list[Judged]] = [[] for _ in range(_BINS)]
    for each in judged:
        bins[min(_BINS - 1, int(each.confidence * _BINS))].append(each)
    return tuple(
        Bin(
            sum(each.confidence for each in bin_) / len(bin_),
            sum(each.answerable for each in bin_) / len(bin_),
            len(bin_),
        )
        for bin_ in bins
        if bin_
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error (Naeini et al. 2015): mean distance of bins from the truth."""
    total = sum(each.questions for each in bins)
    if not total:
        return None
    return sum(each.questions * abs(each.confidence - each.share) for each in bins) / total


def trade_off(judged: Sequence[Judged]) -> tuple[Trade, ...]:
    """What each threshold from 0 to 1, in steps of a hundredth, would answer and refuse.

    By the confidence alone: a refusal for another reason is not counted. ()
    where one class is missing.
    """
    could = np.array([each.confidence for each in judged if each.answerable])
    could_not = np.array([each.confidence for each in judged if not each.answerable])
    if not could.size or not could_not.size:
        return ()
    return tuple(
        Trade(n / 100, float((could >= n / 100).mean()), float((could_not < n / 100).mean()))
        for n in range(101)
    )
