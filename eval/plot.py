"""Line plots as SVG, written by hand: a few lines need no plotting library.

The text is the same for the same numbers, so that a plot under version
control changes only when its figures do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 640, 420  # of the whole, in SVG units
_LEFT, _TOP, _SIDE = 64, 48, 300  # of the square that is plotted in, from 0 to 1 both ways
_COLOURS = ("#1f5fa8", "#b3541e", "#3c7d3c")  # told apart by the colour-blind, and on paper
_FONT = 'font-family="sans-serif" font-size="12"'


Ticks = Sequence[tuple[float, str]]
"""Where on an axis, from 0 to 1, something is written, and what."""

_TENTHS: Ticks = tuple((tenth / 10, f"{tenth / 10:.1f}") for tenth in range(0, 11, 2))


@dataclass(frozen=True, slots=True)
class Line:
    """A named line through points of the unit square; `dots` draws each point too."""

    name: str
    points: tuple[tuple[float, float], ...]
    dots: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line at `x` with a word to it."""

    name: str
    x: float


def svg(
    title: str,
    across: str,
    upwards: str,
    lines: Sequence[Line],
    marks: Sequence[Mark] = (),
    ticks: tuple[Ticks, Ticks] = (_TENTHS, _TENTHS),
) -> str:
    """A plot of lines over the unit square, `across` and `upwards` naming its axes.

    `ticks` are those of either axis: tenths, where the square stands for itself.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title, {chr(34): "&quot;"})}" {_FONT}>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        _text(_LEFT, 26, title, size=14),
        *_axes(across, upwards, *ticks),
    ]
    for number, mark in enumerate(marks):
        x = _x(mark.x)
        parts.append(f'<path d="M{x} {_TOP}V{_TOP + _SIDE}" stroke="#555" stroke-dasharray="2 3"/>')
        parts.append(_text(x + 4, _TOP + 12 + 14 * number, mark.name))
    for number, line in enumerate(lines):
        colour = _COLOURS[number % len(_COLOURS)]
        parts += _line(line, colour, _TOP + 16 + 22 * number)
    return "\n".join([*parts, "</svg>", ""])


def _line(line: Line, colour: str, key: float) -> list[str]:
    """The line itself, and its name in the key at the right."""
    path = "M" + "L".join(f"{_x(x)} {_y(y)}" for x, y in line.points) if line.points else ""
    dash = ' stroke-dasharray="6 4"' if line.dashed else ""
    right = _LEFT + _SIDE + 24
    parts = [
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>',
        f'<path d="M{right} {key - 4}h24" stroke="{colour}" stroke-width="2"{dash}/>',
        _text(right + 32, key, line.name),
    ]
    if line.dots:
        parts += [
            f'<circle cx="{_x(x)}" cy="{_y(y)}" r="3.5" fill="{colour}"/>' for x, y in line.points
        ]
    return parts


def _axes(across: str, upwards: str, along: Ticks, up: Ticks) -> list[str]:
    bottom = _TOP + _SIDE
    parts = [
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>'
    ]
    for at, word in along:
        parts.append(f'<path d="M{_x(at)} {_TOP}v{_SIDE}" stroke="#eee"/>')
        parts.append(_text(_x(at), bottom + 18, word, anchor="middle"))
    for at, word in up:
        parts.append(f'<path d="M{_LEFT} {_y(at)}h{_SIDE}" stroke="#eee"/>')
        parts.append(_text(_LEFT - 8, _y(at) + 4, word, anchor="end"))
    parts.append(_text(_LEFT + _SIDE / 2, bottom + 42, across, anchor="middle"))
    middle = _TOP + _SIDE / 2
    parts.append(
        f'<text x="20" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 20 {middle})">{escape(upwards)}</text>'
    )
    return parts


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'


def _x(value: float) -> float:
    return round(_LEFT + _SIDE * value, 1)


def _y(value: float) -> float:
    return round(_TOP + _SIDE * (1 - value), 1)
