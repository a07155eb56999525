"""English dates in a question: the prepositions that make them a period, and what is a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from index.days import DAY, Bounds, around, back_to, lately
from index.months import ENGLISH_MONTHS, WEEKDAYS, fold
from rag.times_en_when import (
    COUNT,
    DAYS,
    END,
    MONTH,
    OLDEST,
    TH,
    UNIT,
    counted,
    in_year,
    point,
    relative,
    when,
)

Reader = Callable[[re.Match[str], date], Bounds | None]


def _at(match: re.Match[str], today: date) -> Bounds | None:
    if _in_name(match) or (match.groupdict().get("wd") and match.group()[:2].lower() == "in"):
        return None
    return point(match, "", today)


def _between(match: re.Match[str], today: date) -> Bounds | None:
    until = point(match, "b_", today)
    if until is None or until[0] > today or _in_name(match):
        return None
    # "between November and March 2024": a year that is not said is the same, or the one before
    own = re.search(r"\d{4}", match.group("left"))
    since = point(match, "a_", today, None if own else until[1])
    if since is None:
        return None
    return min(since[0], until[0]), max(since[1], until[1])


def _days(match: re.Match[str], today: date) -> Bounds | None:
    """From 5 to 9 May."""
    name = fold(match["m"] or match["m2"])
    first, last = int(match["from"] or match["from2"]), int(match["to"] or match["to2"])
    return in_year(
        lambda y: (date(y, ENGLISH_MONTHS[name], first), date(y, ENGLISH_MONTHS[name], last)),
        match["y"] or match["y2"] or "",
        today,
    )


def _since(match: re.Match[str], today: date) -> Bounds | None:
    span = point(match, "", today)
    if span is None or _in_name(match):
        return None
    return (span[1] + DAY if fold(match["open"]) in {"after", "following"} else span[0]), None


def _until(match: re.Match[str], today: date) -> Bounds | None:
    span = point(match, "", today)
    if span is None or span[0] > today or _in_name(match):
        return None
    before = fold(match["open"]) in {"before", "prior to"}
    return None, (span[0] - DAY if before else span[1])


def _event(match: re.Match[str], today: date) -> Bounds | None:
    """Since the ceasefire in May 2023: its own days count on either side."""
    span = point(match, "", today)
    if span is None or span[0] > today or _in_name(match):
        return None
    return (None, span[1]) if fold(match["open"]) in {"before", "until"} else (span[0], None)


def _lately(match: re.Match[str], today: date) -> Bounds | None:
    count, unit = counted(fold(match["n"])), fold(match["u"])
    if count > OLDEST:
        return None
    if unit == "hour":
        return lately(today, (count + 23) // 24, "day")
    return lately(today, count, unit)


def _earlier(match: re.Match[str], today: date) -> Bounds | None:
    unit = fold(match["u"])
    return (today if unit in {"day", "today"} else around(today, unit, 0)[0]), today


# "What did the agreement signed in 2020 say": after "did the ..." a participle is no main verb,
# and the date is the thing's and not the question's.
_PARTICIPLE = re.compile(
    r"\b(?:did|does|do|of|by|with|under|about|against|who is|what is)\s+"
    r"(?:the|an?|its|their|h[ie][sr])\s+"
    r"(?:[\w'’-]+\s+){1,4}?(?:[a-z]{2,}ed|held|built|made|born|begun|won|shown|sold|bought|found|"
    r"set up|sent|written|drawn|struck)\s+$",
    re.IGNORECASE,
)
_LEAD = 120  # code points before a date that are looked at
_VERBS = "does|was|has|this|his|its"
_BARE_YEAR = re.compile(r"^\w+\s+\d{4}$")
# A year that counts things: "in 2000 homes", "after 2024 elections"
_COUNTS = re.compile(
    rf"\s+(?!(?:{_VERBS})\b)(?:people|men|women|children|troops|million|billion|per|per ?cent|km|m|"
    r"[a-z]{3,}s)\b"
)


def _in_name(match: re.Match[str]) -> bool:
    """Whether the date is a piece of a name or a count and not when something happened."""
    text, start, end = match.string, match.start(), match.end()
    opens = not text[:start].strip(" ,:;–—-")
    # "in 2024 Olympics"; "In 2024 Ellwood" opens the question
    if not opens and re.match(r"\s+(?!I\b)[A-Z]", text[end : end + 20]):
        return True
    if _COUNTS.match(text, end) and _BARE_YEAR.search(match.group()):
        return True
    return _PARTICIPLE.search(text, max(0, start - _LEAD), start) is not None


def _weekday(match: re.Match[str], today: date) -> Bounds | None:
    """What did the minister say Monday?"""
    before = match["before"]
    # not Good Friday, every Friday, next Friday, monday
    if not before.islower() or before in _NO_DAY or match["words"][0].islower():
        return None
    day = back_to(WEEKDAYS[fold(match["words"])], today)
    return day, day


_NO_DAY = frozenset("a an the each every any man girl next black good".split())


def _compiled(*readers: tuple[str, Reader]) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), reader) for pattern, reader in readers)


READERS = _compiled(
    (
        rf"\b(?:between|from|in|during)\s+(?P<left>{when('a_')})\s+(?:and|or|to|until|till)\s+"
        rf"{when('b_')}{END}",
        _between,
    ),
    (
        r"\b(?:(?:between|from|on|in|during)\s+)?(?:the\s+)?(?:"
        rf"(?P<from>\d{{1,2}}){TH}\s*(?:and|to|until|till|[-–])\s*(?P<to>\d{{1,2}}){TH}\s+"
        rf"(?:of\s+)?(?P<m>{MONTH})\b\.?(?:,?\s+(?P<y>\d{{4}}))?"
        rf"|(?P<m2>{MONTH})\b\.?\s+(?P<from2>\d{{1,2}}){TH}\s*(?:and|to|until|till|[-–])\s*"
        rf"(?P<to2>\d{{1,2}})(?!\d){TH}(?:,?\s+(?P<y2>\d{{4}}))?){END}",
        _days,
    ),
    (
        r"\b(?P<open>since|after|following|before|until)\s+(?:the|an?|his|her|its|their)\s+"
        rf"(?:[\w'’-]+\s+){{1,6}}?(?P<words>(?:in|of|on)\s+{when('')}){END}",
        _event,
    ),
    (rf"\b(?P<open>since|after|following)\s+{when('')}{END}", _since),
    (rf"\b(?P<open>from)\s+{when('')}\s+on(?:wards?)?{END}", _since),
    (
        rf"\b(?P<open>before|prior\s+to|as\s+of|(?<!ed\s)(?:until|till|up\s+to|by))\s+{when('')}{END}",
        _until,
    ),
    (
        r"\b(?:(?:in|over|during|within)\s+)?(?:the\s+)?(?:last|past|previous)\s+"
        rf"(?P<n>{COUNT})\s+(?P<u>{UNIT})s?\b(?!\s+of\b){END}",
        _lately,
    ),
    (rf"\bearlier\s+(?:this\s+)?(?P<u>today|week|month|year){END}", _earlier),
    (rf"\b(?:on|in|during|throughout|from|within)\s+{when('')}{END}", _at),
    (rf"\b(?:at|over)\s+(?=the\s+(?:week|start|beginning|middle|end)){when('')}{END}", _at),
    (rf"(?<!the\s)(?<!of\s)\b(?=\d{{1,4}}[./-]\d{{1,2}}[./-]\d){when('')}{END}", _at),
    (
        rf"(?<!the\s)(?<!of\s)\b(?=\d{{1,2}}{TH}\s+(?:of\s+)?(?:{MONTH})\b"
        rf"|(?:{MONTH})\b\.?\s+\d{{1,2}}{TH}\b){when('')}{END}(?=\s*(?:[?.!,;:]|$))",
        _at,
    ),
    (rf"\b(?>{relative('')}){END}", _at),
    (
        rf"(?P<before>\w+)\s+(?P<words>{DAYS})"
        r"(?=\s*(?:[?.!]|$|(?-i:night|morning|afternoon|evening)\b))",
        _weekday,
    ),
)
