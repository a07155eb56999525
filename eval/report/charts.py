"""Small charts as SVG, drawn before any script runs: figures with their intervals, and states.

Colours are classes, so that the page's style decides them in light and in
dark; what a colour says is said in words beside it. The same numbers give the
same text.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.report import words
from eval.report.model import Measure

_WIDE, _HIGH = 320, 24  # of a row of the dot plot, in SVG units
_MARGIN = 8  # so that a dot at 0 or 1 is whole
_BAR_WIDE, _BAR_HIGH = 960, 20
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def whisker(measure: Measure) -> str:
    """A dot at the figure and a line over its interval, from 0 to 1; "" for what has no place."""
    if measure.value is None or not 0 <= measure.value <= 1:
        return ""
    parts = [f'<path class="grid" d="{"".join(f"M{_x(tick)} 0v{_HIGH}" for tick in _TICKS)}"/>']
    middle = _HIGH // 2
    if measure.low is not None and measure.high is not None:
        low, high = _x(max(0.0, measure.low)), _x(min(1.0, measure.high))
        parts.append(
            f'<path class="whisker" d="M{low} {middle}H{high}M{low} {middle - 4}v8M{high} '
            f'{middle - 4}v8"/>'
        )
    parts.append(f'<circle class="dot" cx="{_x(measure.value)}" cy="{middle}" r="4.5"/>')
    said = " ".join(part for part in (words.value(measure), words.interval(measure)) if part)
    return svg(_WIDE, _HIGH, f"{words.shown(measure.title)}: {said}", parts)


def scale() -> str:
    """The numbers under a column of `whisker`s."""
    parts = [
        text(_x(tick), 14, f"{tick:g}".removeprefix("0") or "0", anchor="middle") for tick in _TICKS
    ]
    return svg(_WIDE, 18, "The scale: from 0 to 1", parts)


def bar(states: Sequence[tuple[str, int]], what: str) -> str:
    """One bar of all rows, a stretch for each state; "" where there are none."""
    total = sum(count for _, count in states)
    if not total:
        return ""
    parts, at = [], 0
    for name, count in states:
        left, right = at / total * _BAR_WIDE, (at + count) / total * _BAR_WIDE
        parts.append(
            f'<rect class="is-{words.kind(name)}" x="{left:.1f}" y="0" '
            f'width="{right - left:.1f}" height="{_BAR_HIGH}"/>'
        )
        at += count
    said = ", ".join(f"{count} {words.state(name)}" for name, count in states)
    return svg(_BAR_WIDE, _BAR_HIGH, f"{what}: {said}", parts, stretch=True)


def svg(width: int, height: int, said: str, parts: Sequence[str], *, stretch: bool = False) -> str:
    """An image whose words for those who do not see it are `said`."""
    how = ' preserveAspectRatio="none"' if stretch else ""
    return (
        f'<svg viewBox="0 0 {width} {height}"{how} role="img" '
        f'aria-label="{escape(said, quote=True)}">{"".join(parts)}</svg>'
    )


def text(x: float, y: float, said: str, *, anchor: str = "start", name: str = "") -> str:
    """Words at a place."""
    named = f' class="{name}"' if name else ""
    return f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(said)}</text>'


def _x(value: float) -> float:
    return round(_MARGIN + value * (_WIDE - 2 * _MARGIN), 1)
