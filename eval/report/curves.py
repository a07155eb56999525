"""What labels show of scores: the ROC curve, their histogram, and whether they are honest.

All three are of the rows that have both a label and a score in 0 to 1; where
one class is missing the ROC curve is left out, as it has no meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from eval.binary import Judged, auroc, calibration, calibration_error
from eval.figures import three
from eval.report.charts import svg, text
from eval.report.model import Report

_SIDE, _LEFT, _TOP = 240, 44, 12  # of the square that is plotted in, in SVG units
_WIDE, _HIGH = _LEFT + _SIDE + 16, _TOP + _SIDE + 44
_BINS = 20  # of the histogram: a bar is 12 units wide
_TENTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with what it is called and what is to be seen in it."""

    title: str
    caption: str
    svg: str


def plots(report: Report) -> tuple[Plot, ...]:
    """The plots that the labels and scores of a report allow."""
    rows = [
        (case.score, case.label)
        for case in report.cases
        if case.score is not None and case.label is not None and 0 <= case.score <= 1
    ]
    if not rows:
        return ()
    scores, labels = [score for score, _ in rows], [label for _, label in rows]
    made = [_roc(scores, labels), _histogram(scores, labels, report.setup.threshold)]
    return tuple(plot for plot in (*made, _reliability(scores, labels)) if plot)


def roc(scores: Sequence[float], labels: Sequence[bool]) -> tuple[Point, ...]:
    """(false positive rate, true positive rate) at every threshold, from (0, 0) to (1, 1).

    Points on a straight line between their neighbours are left out. () where a
    class is missing.
    """
    ones, zeros = sum(labels), len(labels) - sum(labels)
    if not ones or not zeros:
        return ()
    counts: dict[float, list[int]] = {}
    for score, label in zip(scores, labels, strict=True):
        counts.setdefault(score, [0, 0])[label] += 1
    corners: list[tuple[int, int]] = [(0, 0)]
    for score in sorted(counts, reverse=True):
        x, y = corners[-1]
        new = (x + counts[score][0], y + counts[score][1])
        if len(corners) > 1 and _straight(corners[-2], corners[-1], new):
            corners.pop()
        corners.append(new)
    return tuple((x / zeros, y / ones) for x, y in corners)


def histogram(scores: Sequence[float], labels: Sequence[bool]) -> tuple[list[int], list[int]]:
    """How many scores of each label fall in each of the equal bins from 0 to 1: (true, false)."""
    counts: tuple[list[int], list[int]] = ([0] * _BINS, [0] * _BINS)
    for score, label in zip(scores, labels, strict=True):
        counts[0 if label else 1][min(_BINS - 1, int(score * _BINS))] += 1
    return counts


def _straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - b[1]) == (c[0] - b[0]) * (b[1] - a[1])


def _roc(scores: Sequence[float], labels: Sequence[bool]) -> Plot | None:
    points = roc(scores, labels)
    area = auroc(scores, labels)
    if not points or area is None:
        return None
    parts = [
        *_square("not supported, but passed", "supported, and passed"),
        _line(((0.0, 0.0), (1.0, 1.0)), "even"),
        _line(points, "curve"),
    ]
    said = f"area {three(area)} over {len(labels)} labelled rows"
    return _plot("ROC curve", f"{said[0].upper()}{said[1:]}; the dashes are chance.", said, parts)


def _histogram(scores: Sequence[float], labels: Sequence[bool], threshold: float) -> Plot:
    """Supported rows upwards, others downwards, from one line."""
    up, down = histogram(scores, labels)
    tallest = max(*up, *down)
    half = _SIDE / 2
    middle = _TOP + half
    parts = [f'<path class="axis" d="M{_LEFT} {middle:g}h{_SIDE}"/>', *_ticks(_TENTHS)]
    width = _SIDE / _BINS
    for number, (yes, no) in enumerate(zip(up, down, strict=True)):
        left = _LEFT + number * width + 0.5
        for count, name, above in ((yes, "bar-yes", True), (no, "bar-no", False)):
            tall = round((half - 6) * count / tallest, 1)
            if count:
                top = middle - tall if above else middle
                parts.append(
                    f'<rect class="{name}" x="{left:g}" y="{top:g}" width="{width - 1:g}" '
                    f'height="{tall:g}"/>'
                )
    parts.append(_upright(_LEFT - 8, _TOP + half / 2, "supported"))
    parts.append(_upright(_LEFT - 8, middle + half / 2, "not supported"))
    if 0 <= threshold <= 1:
        parts.append(f'<path class="threshold" d="M{_x(threshold)} {_TOP}v{_SIDE}"/>')
        after = threshold < 0.5
        parts.append(
            text(
                _x(threshold) + (5 if after else -5),
                _TOP + 10,
                f"threshold {three(threshold)}",
                anchor="start" if after else "end",
                name="halo",
            )
        )
    parts.append(_across("score"))
    kept = sum(label for score, label in zip(scores, labels, strict=True) if score >= threshold)
    said = (
        f"people call {sum(labels)} rows supported, of which {kept} reach the threshold, and "
        f"{len(labels) - sum(labels)} not, of which "
        f"{sum(score >= threshold for score in scores) - kept} reach it"
    )
    rows = f"{tallest} row{'' if tallest == 1 else 's'}"
    caption = f"{said[0].upper()}{said[1:]}. The tallest bar is {rows}."
    return _plot("Scores by label", caption, said, parts)


def _reliability(scores: Sequence[float], labels: Sequence[bool]) -> Plot:
    bins = calibration([Judged(s, yes, False, "") for s, yes in zip(scores, labels, strict=True)])
    error = calibration_error(bins)
    most = max(each.questions for each in bins)
    parts = [
        *_square("score given", "share supported"),
        _line(((0.0, 0.0), (1.0, 1.0)), "even"),
        _line(tuple((each.confidence, each.share) for each in bins), "curve thin"),
    ]
    for each in bins:
        radius = round(2.5 + 5 * (each.questions / most) ** 0.5, 1)
        parts.append(
            f'<circle class="dot" cx="{_x(each.confidence)}" cy="{_y(each.share)}" r="{radius}"/>'
        )
    said = f"expected calibration error {three(error or 0.0)}"
    caption = f"{said[0].upper()}{said[1:]}; a larger dot is more rows, the dashes are perfect."
    return _plot("Calibration", caption, said, parts)


def _plot(title: str, caption: str, said: str, parts: Sequence[str]) -> Plot:
    return Plot(title, caption, svg(_WIDE, _HIGH, f"{title}: {said}", parts))


def _square(across: str, upwards: str) -> list[str]:
    """A frame from 0 to 1 both ways, its ticks, and what its sides are."""
    inner = _TENTHS[1:-1]
    grid = "".join(f"M{_x(t)} {_TOP}v{_SIDE}M{_LEFT} {_y(t)}h{_SIDE}" for t in inner)
    return [
        f'<path class="grid" d="{grid}"/>',
        f'<path class="axis" d="M{_LEFT} {_TOP}v{_SIDE}h{_SIDE}"/>',
        *_ticks(_TENTHS),
        *(text(_LEFT - 6, _y(t) + 4, _tick(t), anchor="end") for t in _TENTHS),
        _across(across),
        _upright(12, _TOP + _SIDE / 2, upwards),
    ]


def _ticks(values: Sequence[float]) -> list[str]:
    return [text(_x(v), _TOP + _SIDE + 16, _tick(v), anchor="middle") for v in values]


def _tick(value: float) -> str:
    return f"{value:.1f}".removeprefix("0") if 0 < value < 1 else f"{value:.0f}"


def _across(said: str) -> str:
    return text(_LEFT + _SIDE / 2, _TOP + _SIDE + 36, said, anchor="middle", name="side")


def _upright(x: float, y: float, said: str) -> str:
    return (
        f'<text class="side" x="{x:g}" y="{y:g}" text-anchor="middle" '
        f'transform="rotate(-90 {x:g} {y:g})">{escape(said)}</text>'
    )


def _line(points: Sequence[Point], name: str) -> str:
    path = "L".join(f"{_x(x)} {_y(y)}" for x, y in points)
    return f'<path class="{name}" d="M{path}"/>'


def _x(value: float) -> float:
    return round(_LEFT + value * _SIDE, 1)


def _y(value: float) -> float:
    return round(_TOP + (1 - value) * _SIDE, 1)
