"""Measures of refusing, against values computed by hand."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from eval.binary import (
    Judged,
    Trade,
    auroc,
    calibration,
    calibration_error,
    f1_of_refusing,
    trade_off,
)
from eval.figures import Figure, mean, refusing, statistic
from eval.threshold import write_plots


def judged(*rows: tuple[float, bool, bool]) -> list[Judged]:
    return [Judged(*row, group=str(number)) for number, row in enumerate(rows)]


MIXED = judged(
    (0.95, True, False), (0.85, True, False), (0.30, True, True),
    (0.55, False, False), (0.20, False, True), (0.05, False, True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "positive", "expected"),
    [
        ([0.9, 0.1], [True, False], 1.0),
        ([0.1, 0.9], [True, False], 0.0),
        ([0.5, 0.5], [True, False], 0.5),
        ([0.9, 0.4, 0.6, 0.4], [True, True, False, False], 0.625),
        ([0.9, 0.8, 0.3, 0.5, 0.2, 0.0], [True] * 3 + [False] * 3, 8 / 9),
        ([0.9, 0.1], [True, True], None),
        ([], [], None),
    ],
)
def test_auroc(scores: list[float], positive: list[bool], expected: float | None) -> None:
    found = auroc(scores, positive)
    assert found is None if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("refused", "answerable", "expected"),
    [
        ([True, False], [False, True], 1.0),
        ([True, True], [False, True], 2 / 3),
        ([False, False], [False, True], 0.0),
        ([True, False], [True, False], 0.0),
        ([False, False], [True, True], None),
    ],
)
def test_f1_is_that_of_finding_what_cannot_be_answered(
    refused: list[bool], answerable: list[bool], expected: float | None
) -> None:
    found = f1_of_refusing(refused, answerable)
    assert found is None if expected is None else found == pytest.approx(expected)


def test_the_measures_of_refusing_together() -> None:
    scores = refusing(MIXED)
    assert scores.auroc.value == pytest.approx(8 / 9)
    assert scores.f1.value == pytest.approx(2 * 2 / (3 + 3))
    assert scores.answered.value == pytest.approx(2 / 3)
    assert scores.refused.value == pytest.approx(2 / 3)
    assert (scores.answerable, scores.unanswerable) == (3, 3)
    assert scores.auroc.low is not None
    assert scores.auroc.high is not None
    assert scores.auroc.low < 8 / 9 <= scores.auroc.high == 1.0


def test_what_has_no_value_is_none_and_shown_as_a_dash() -> None:
    scores = refusing(judged((0.9, True, False), (0.8, True, False)))
    assert (scores.auroc, scores.f1, scores.refused) == (Figure(None),) * 3
    assert scores.answered.value == 1.0
    assert str(scores.refused) == "-"
    assert str(mean([1.0, 1.0])) == "1.000 [1.000, 1.000]"
    assert mean([]) == Figure(None)
    assert statistic(auroc, [], []) == Figure(None)
    assert str(Figure(0.5)) == ".500"


def test_calibration_puts_like_confidences_together() -> None:
    rows = judged(
        (0.91, True, False), (0.99, False, False), (1.0, True, False), (0.15, False, True)
    )
    low, high = calibration(rows)
    assert (low.questions, low.share, low.confidence) == (1, 0.0, 0.15)
    assert (high.questions, high.share) == (3, pytest.approx(2 / 3))
    assert high.confidence == pytest.approx(2.9 / 3)
    assert calibration_error([low, high]) == pytest.approx((0.15 + 3 * 0.3) / 4)
    assert calibration_error([]) is None


def test_a_higher_threshold_answers_less_and_refuses_more() -> None:
    trades = trade_off(MIXED)
    assert len(trades) == 101
    assert trades[0] == Trade(0.0, 1.0, 0.0)
    assert trades[40] == Trade(0.4, pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert trades[100] == Trade(1.0, 0.0, 1.0)
    assert trade_off(MIXED[:3]) == ()


def test_the_plots_draw_the_figures_and_are_the_same_each_time(tmp_path: Path) -> None:
    write_plots(tmp_path / "a", MIXED, 0.4, "six <questions>")
    write_plots(tmp_path / "b", MIXED, 0.4, "six <questions>")
    for name in ("threshold.svg", "calibration.svg"):
        text = (tmp_path / "a" / name).read_text(encoding="utf-8")
        assert text == (tmp_path / "b" / name).read_text(encoding="utf-8")
        root = ET.fromstring(text)
        words = [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]
        assert any("six <questions>" in word for word in words)
        paths = [node.get("d", "") for node in root.iter("{http://www.w3.org/2000/svg}path")]
        assert max(path.count("L") for path in paths) == (100 if name[0] == "t" else 5)
    assert "in force: .400" in (tmp_path / "a" / "threshold.svg").read_text(encoding="utf-8")
    # the threshold of 0 answers everything: top left; of 1 nothing: bottom right
    path = next(p for p in _paths(tmp_path / "a" / "threshold.svg") if p.count("L") == 100)
    assert path.startswith("M64.0 48.0L")
    assert path.endswith("L364.0 348.0")


def test_a_plot_of_one_class_is_empty_and_whole(tmp_path: Path) -> None:
    write_plots(tmp_path, MIXED[:3], 0.4, "answerable only")
    assert max(path.count("L") for path in _paths(tmp_path / "threshold.svg")) == 0


def _paths(file: Path) -> list[str]:
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    return [node.get("d", "") for node in root.iter("{http://www.w3.org/2000/svg}path")]
