"""The two plots of the probability of an answer: what a threshold costs, and is it honest?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.binary import Judged, calibration, calibration_error, trade_off
from eval.figures import three
from eval.plot import Line, Mark, svg


def trade_off_plot(judged: Sequence[Judged], threshold: float, about: str) -> str:
    """Over the threshold: answerable questions answered, unanswerable ones refused."""
    trades = trade_off(judged)
    return svg(
        f"What the threshold trades: {about}",
        "threshold of the probability",
        "share of the questions",
        [
            Line("answerable, answered", tuple((t.threshold, t.answered) for t in trades)),
            Line(
                "unanswerable, refused",
                tuple((t.threshold, t.refused) for t in trades),
                dashed=True,
            ),
        ],
        [Mark(f"in force: {three(threshold)}", threshold)],
    )


def calibration_plot(judged: Sequence[Judged], about: str) -> str:
    """Reliability: of the questions given a probability, the share that can be answered."""
    bins = calibration(judged)
    error = calibration_error(bins)
    said = f", error {three(error)}" if error is not None else ""
    return svg(
        f"Is the probability what it says? {about}{said}",
        "probability given",
        "share answerable",
        [
            Line("questions", tuple((b.confidence, b.share) for b in bins), dots=True),
            Line("perfect", ((0.0, 0.0), (1.0, 1.0)), dashed=True),
        ],
    )


def write_plots(folder: Path, judged: Sequence[Judged], threshold: float, about: str) -> None:
    """Both as threshold.svg and calibration.svg. Raises OSError where they cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "threshold.svg").write_text(
        trade_off_plot(judged, threshold, about), encoding="utf-8"
    )
    (folder / "calibration.svg").write_text(calibration_plot(judged, about), encoding="utf-8")
