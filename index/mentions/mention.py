"""What a resolver finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from index.days import Span, coming, completed, nearest


@dataclass(frozen=True, slots=True)
class Mention:
    """Words at `[start, end)` that mean the days from `first` to `last`."""

    start: int
    end: int
    words: str
    first: date
    last: date


def which_year(make: Callable[[int], Span], which: str, published: date) -> Span:
    """A month or season that is "last", "this", "next" or, for "", the nearest."""
    if which == "last":
        return completed(make, published)
    if which == "next":
        return coming(make, published)
    return make(published.year) if which == "this" else nearest(make, published)
