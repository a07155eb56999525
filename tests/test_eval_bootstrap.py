"""Intervals: as wide as theory says, wider where rows resemble one another, and the same twice."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.bootstrap import interval, statistic_interval


def test_the_interval_of_a_mean_is_the_one_that_theory_gives() -> None:
    values = [1.0] * 300 + [0.0] * 100
    low, high = interval(values)
    error = math.sqrt(0.75 * 0.25 / 400)
    assert low == pytest.approx(0.75 - 1.96 * error, abs=0.006)
    assert high == pytest.approx(0.75 + 1.96 * error, abs=0.006)


def test_rows_that_repeat_one_another_count_once() -> None:
    values = [float(n % 2) for n in range(20) for _ in range(25)]
    groups = [str(n) for n in range(20) for _ in range(25)]
    alone, grouped = interval(values), interval(values, groups=groups)
    once = interval([float(n % 2) for n in range(20)])
    assert grouped == once
    assert grouped[1] - grouped[0] > 4 * (alone[1] - alone[0])


def test_the_mean_of_uneven_groups_is_that_of_their_rows() -> None:
    low, high = interval([1.0, 1.0, 1.0, 0.0], groups=["a", "a", "a", "b"])
    assert (low, high) == (0.0, 1.0)


def test_the_same_seed_gives_the_same_interval_and_another_does_not() -> None:
    values = list(np.random.default_rng(1).normal(size=80))
    assert interval(values, seed=3) == interval(values, seed=3)
    assert interval(values, seed=3) != interval(values, seed=4)


def test_a_constant_has_no_width() -> None:
    assert interval([0.5] * 9) == (0.5, 0.5)


def test_a_statistic_of_two_arrays_is_drawn_in_pairs() -> None:
    left = np.random.default_rng(2).normal(size=60)

    def correlation(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.corrcoef(a, b)[0, 1])

    found = statistic_interval(correlation, left.tolist(), (2 * left).tolist())
    assert found == pytest.approx((1.0, 1.0))


def test_a_statistic_agrees_with_the_mean_that_it_is() -> None:
    values = [float(n) for n in range(50)]
    groups = [str(n // 3) for n in range(50)]
    found = statistic_interval(lambda a: float(a.mean()), values, groups=groups, samples=500)
    assert found == pytest.approx(interval(values, groups=groups, samples=500))


def test_resamples_without_a_value_are_left_out() -> None:
    def share(values: np.ndarray) -> float | None:
        return float(values.mean()) if values.max() > 0 else None

    found = statistic_interval(share, [0.0, 0.0, 1.0], samples=300)
    assert found is not None
    assert found[0] == pytest.approx(1 / 3)
    assert statistic_interval(share, [0.0, 0.0], samples=10) is None


@pytest.mark.parametrize(
    ("values", "groups", "said"),
    [
        ([], None, "nothing to draw from"),
        ([1.0, math.nan], None, "not a finite number"),
        ([1.0, 2.0], ["a"], "1 groups for 2 values"),
    ],
)
def test_what_has_no_interval_is_said(
    values: list[float], groups: list[str] | None, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        interval(values, groups=groups)
    with pytest.raises(ValueError, match="different lengths"):
        statistic_interval(lambda a, b: 0.0, [1.0], [1.0, 2.0])
