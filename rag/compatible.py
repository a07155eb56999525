"""Whether two figures can both be right of the same thing."""

from __future__ import annotations

import math

from rag.figures import Figure

_ABOUT = 0.1  # of the value: how far a figure may lie from one given as "about"
_ROUNDED = 0.05  # of the value: how far one that was rounded without saying so
_LARGE = 100  # below it a figure given without "about" is taken to be exact


def compatible(one: Figure, other: Figure) -> bool:
    """Whether both may hold: "about 400" and 406, "at least nine" and nine, 3.8 million and
    3,812,000. A lower bound is read as news gives one: "more than 6,000" is not 9,000.
    """
    if one.value == other.value:
        return True
    if "about" in (one.bound, other.bound):
        return _near(one.value, other.value, _ABOUT)
    low, high = sorted((one, other), key=lambda f: f.value)
    if low.bound == "most" or high.bound == "least":
        return False
    if low.bound == "least" or high.bound == "most":
        inside = low.bound != "least" or high.value < low.value + _grain(low.value)
        return inside or high.bound == "most"
    if low.value < _LARGE and high.value < _LARGE:
        return False
    coarse, fine = sorted((one.value, other.value), key=_grain, reverse=True)
    return _near(coarse, fine, _ROUNDED) and abs(coarse - fine) <= _grain(coarse) / 2 > _grain(fine)


def _near(one: float, other: float, share: float) -> bool:
    return abs(one - other) <= share * max(abs(one), abs(other))


def _grain(value: float) -> float:
    """The place of the last digit that is not nought: 100 for 6,400, 1 for 16, 0.1 for 4.2."""
    if not value:
        return 1.0
    grain = 10.0 ** math.floor(math.log10(abs(value)))
    while abs(value / grain - round(value / grain)) > 1e-6 and grain > 1e-6:
        grain /= 10
    return grain
