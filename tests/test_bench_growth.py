"""`byline eval bench growth`: its arithmetic, and two sizes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.bench import growth
from eval.bench.archives import Spread
from eval.bench.growth import GrowthScores, Point
from eval.bench.registry import Given
from eval.bench.synthetic import Material
from index.embed import Identity

DIMENSION = 32


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little to mix from, and everything in this process."""
    generator = np.random.default_rng(3)
    vectors = generator.standard_normal((400, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1:17]
    made = Material((), (), vectors, near, Identity("made", DIMENSION, "none"))

    def called(module: str, function: str, *arguments: str | int, timeout: float) -> Any:
        assert module == growth.__name__
        return getattr(growth, function)(*arguments)

    monkeypatch.setattr(growth, "material", lambda *_: made)
    monkeypatch.setattr(growth, "called", called)
    monkeypatch.setattr(growth, "_QUERIES", 30)
    monkeypatch.setattr(growth, "_MEASURED", 20)


@pytest.mark.usefixtures("here")
def test_small_sizes_are_searched_one_by_one_and_large_ones_by_lists(tmp_path: Path) -> None:
    scores = growth.run(Given(), sizes=(1_000, 21_000))
    small, large = scores.points
    assert (small.vectors, large.vectors) == (1_000, 21_000)
    assert small.disk == 0
    assert large.disk > 21_000 * DIMENSION  # a byte for each number of a vector
    assert small.recall == 1.0
    assert 0.9 < large.recall <= 1.0
    assert scores.search_exponent is None, "below what exponents are fitted from"
    told = "\n".join(growth.lines(scores, tmp_path / "plots"))
    assert "search unknown" in told
    assert "![Growth](plots/growth.svg)" in told
    assert (tmp_path / "plots" / "growth.svg").read_text().startswith("<svg")


def test_without_a_folder_for_plots_there_is_none() -> None:
    scores = GrowthScores((point(1_000, 1.0),), None, None, None)
    assert "svg" not in "\n".join(growth.lines(scores, None))


def test_an_exponent_is_fitted_to_the_large_sizes_alone() -> None:
    pairs = [(n, 3 * n**0.5) for n in (100_000, 1_000_000, 10_000_000)]
    assert growth._exponent([(1_000, 5.0), *pairs]) == pytest.approx(0.5)
    assert growth._exponent([(1_000, 5.0), (100_000, 6.0)]) is None
    assert growth._exponent([]) is None


def test_every_value_of_the_plot_lies_between_the_powers_of_ten_around_them_all() -> None:
    places, names = growth._powers([2.0, 10.0, 500.0])
    assert [name for _, name in names] == ["1", "10", "100", "1,000"]
    assert [at for at, _ in names] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert places == pytest.approx([np.log10(2) / 3, 1 / 3, np.log10(500) / 3])
    assert growth._powers([0.0])[0] == [0.0]


def point(vectors: int, building: float) -> Point:
    return Point(vectors, building, 0.1, Spread(1.0, 2.0, 1.0), 10**8, 10**8, 10**6, 1.0)
