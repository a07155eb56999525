"""Times of day: one thing each, "18.40pm" and "6:40 p.m." alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.checks.inquiry import Inquiry
from rag.verdict import Check, Failure

_TIME = re.compile(
    r"(?<![\w.,:$£€-])(?:(?P<hour>[01]?\d|2[0-4])[.:](?P<minute>[0-5]\d)(?:\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?=\s?(?:gmt|utc|bst|est|hrs|hours|local time)\b))"
    r"|(?P<hour2>[01]?\d|2[0-4]):(?P<minute2>[0-5]\d)(?![\d:.])"
    r"|(?P<hour3>1[0-2]|0?[1-9])\s?(?P<half3>[ap])\.?m\b\.?)",
    re.IGNORECASE,
)
_SAYS = 0.5  # of a claim's weight that a sentence bears: from there its time is the claim's


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day at `text[start:end]`, in minutes of twelve hours; `half` "a", "p" or ""."""

    start: int
    end: int
    minutes: int
    half: str


@lru_cache(maxsize=4096)
def times(text: str) -> tuple[Time, ...]:
    """The times of day of a text, in order."""
    found = []
    for m in _TIME.finditer(text):
        hour = int(m["hour"] or m["hour2"] or m["hour3"])
        minute = int(m["minute"] or m["minute2"] or 0)
        half = (m["half"] or m["half3"] or ("p" if hour > 12 else "")).lower()
        found.append(Time(m.start(), m.end(), hour % 12 * 60 + minute, "p" if hour > 12 else half))
    return tuple(found)


def failures(inquiry: Inquiry) -> list[Failure]:
    """Times of the claim that its evidence does not have."""
    found = []
    for time in times(inquiry.text):
        rival, borne = "", False
        for chosen in inquiry.evidence.chosen:
            text = inquiry.line_text(chosen)
            there = times(text)
            borne = borne or any(_agree(time, t) for t in there)
            if there and not rival and chosen.share >= _SAYS:
                rival = text[there[0].start : there[0].end]
        if borne or not rival:
            continue
        words = inquiry.claim.text[time.start : time.end]
        found.append(Failure(Check.DATE, words, time.start, time.end, rival, True))
    return found


def _agree(one: Time, other: Time) -> bool:
    return one.minutes == other.minutes and (
        not one.half or not other.half or one.half == other.half
    )
