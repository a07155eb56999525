"""A short follow-up put into the frame of the question before it.

"What about civilians?" after "How many soldiers were killed?" asks how many
civilians were killed; "Why?" after "When did the dam fail?" asks why it did.
Each function gives the whole question, or None where the frame does not fit:
then words are carried over instead (rag/follow.py).
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from rag import times
from rag.names import Name, names

_AUX = (
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|shall|may|might|must)"
)
_BE = r"(?:is|are|was|were|been|be|will be|have been|has been|had been)"
_ENDING = re.compile(r"[\s?.!]+$")
_BARE = re.compile(
    r"^(why|when|where|how|since when|until when|how long|why not|why so|how come)[\s?.!]*$",
    re.IGNORECASE,
)
_CLAUSES = (
    # "How late was the siren": the adjective goes behind
    re.compile(
        rf"^how (?!many\b|much\b|long\b|often\b|far\b|soon\b)(?P<last>[a-z]+) "
        rf"(?P<aux>{_AUX}) (?P<rest>.+)$",
        re.IGNORECASE,
    ),
    # "How many people were killed": they are the subject
    re.compile(
        rf"^(?:how many|which) (?P<subject>[a-z]+(?: [a-z]+)?) (?P<aux>{_BE}) (?P<rest>.+)$",
        re.IGNORECASE,
    ),
    re.compile(rf"^(?:when|where|why|how) (?P<aux>{_AUX}) (?P<rest>.+)$", re.IGNORECASE),
    re.compile(rf"^(?P<aux>{_AUX}) (?P<rest>(?!there\b).+)$", re.IGNORECASE),
)
_COUNTED = re.compile(
    rf"\b(?P<how>how many|how much|which|what) (?P<noun>(?!{_AUX}\b)[^\W\d_]+"
    rf"(?:[ -](?!{_AUX}\b)[a-z]+)??)(?= (?:{_AUX}|[a-z]+ed|"
    r"died|went|came|took|won|lost|fled|left|fell|got|still|now)\b)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"^how (?:many|much) (?P<noun>(?!{_AUX}\b)[^\W\d_]+(?: [a-z]+)?)[\s?.!]*$", re.IGNORECASE
)
# Small, closed groups: what is done to people in the news
_STATE = (
    r"(?:killed|injured|wounded|hurt|missing|arrested|detained|displaced|evacuated|rescued|dead|"
    r"charged|released|hospitali[sz]ed|infected|vaccinated|homeless|convicted|acquitted|freed)"
)
_STATES = re.compile(rf"\b(?P<be>{_BE}) {_STATE}\b", re.IGNORECASE)
_DIED = re.compile(r"\b(?:died|perished|were left dead)\b", re.IGNORECASE)
_ONE_STATE = re.compile(
    rf"^(?:the |how many (?:were|are|have been) )?(?P<state>{_STATE})[\s?.!]*$", re.IGNORECASE
)
_PLACED = re.compile(
    r"^(?P<how>in|at|near|from|for|to|on|by|with|against) (?:the )?(?P<what>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_MOST_WORDS = 4  # of a focus: more is a question of its own
_SHIFT = re.compile(
    r"\b(?:(?:in|from|for|during)\s+)?(?:"
    r"(?:the|a|one)\s+(?P<unit>year|month|week|day)\s+(?P<way>before|earlier|prior|after|later)"
    r"(?:\s+that)?|"
    r"the\s+(?P<way2>previous|preceding|prior|following|next)\s+(?P<unit2>year|month|week|day)|"
    r"(?P<back>(?:ondan\s+|bir\s+)?önceki\s+(?:yıl|sene)|(?:за\s+)?год(?:ом)?\s+(?:раньше|до\s+этого)|"
    r"(?:в\s+)?предыдущем\s+году)|(?P<on>(?:ondan\s+|bir\s+)?sonraki\s+(?:yıl|sene)|"
    r"год(?:ом)?\s+(?:позже|спустя)|(?:в\s+)?следующем\s+году))(?!\w)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\w.,-])(?:1[5-9]|20)\d\d(?![\w-]|[.,]\d)")


def shifted(asked: str, before: str, today: date) -> tuple[str, str] | None:
    """The words that shift a date ("the year before") and what they come to ("in 2022").

    They count from the date in `before`; None where it has none.
    """
    match = _SHIFT.search(asked)
    if match is None:
        return None
    unit = (match["unit"] or match["unit2"] or "year").lower()
    way = (match["way"] or match["way2"] or ("before" if match["back"] else "after")).lower()
    count = -1 if way in {"before", "earlier", "prior", "previous", "preceding"} else 1
    period = times.find(before, today)
    if period is None or period.first is None or period.last is None:
        years = _YEAR.findall(before)
        if unit != "year" or len(set(years)) != 1:
            return None
        return match.group(), f"in {int(years[0]) + count}"
    try:
        first, last = _moved(period.first, unit, count), _moved(period.last, unit, count)
    except (ValueError, OverflowError):
        return None
    whole_month = first.day == 1 and period.last.day == _month_days(period.last)
    if (first.month, first.day) == (1, 1) and (period.last.month, period.last.day) == (12, 31):
        if unit == "year":
            return match.group(), f"in {first.year}"
    elif whole_month and period.first.month == period.last.month and unit != "day":
        return match.group(), f"in {first:%B %Y}"
    if first == last:
        return match.group(), f"on {first.day} {first:%B %Y}"
    return match.group(), f"between {first.day} {first:%B %Y} and {last.day} {last:%B %Y}"


def _moved(day: date, unit: str, count: int) -> date:
    if unit in {"day", "week"}:
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _month_days(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def dated(words: str, before: str, today: date) -> str:
    """The question before, about another time: `words` are "in 2022"."""
    period = times.find(before, today)
    if period is not None:
        return f"{before[: period.start]}{words}{before[period.end :]}"
    years = _YEAR.findall(before)
    year = _YEAR.search(words)
    if len(years) == 1 and year is not None and words.split()[-1] == year.group():
        return before.replace(years[0], year.group())
    return _added(before, words)


def asked_why(rest: str, before: str) -> str | None:
    """ "Why?", "When?", "Where?": asked of the clause of the question before."""
    bare = _BARE.match(rest)
    if bare is None:
        return None
    word = bare.group(1).capitalize()
    plain = _ENDING.sub("", before)
    if "(" in plain:
        return None
    for pattern in _CLAUSES:
        match = pattern.match(plain)
        if match is None:
            continue
        parts = match.groupdict()
        middle = f"{parts['subject']} " if parts.get("subject") else ""
        behind = f" {parts['last']}" if parts.get("last") else ""
        return f"{word} {parts['aux'].lower()} {middle}{parts['rest']}{behind}?"
    return None


def focused(rest: str, before: str) -> str | None:
    """The question before with what `rest` names in place of what it asked about."""
    focus = _ENDING.sub("", rest)
    if not focus or len(focus.split()) > _MOST_WORDS or _BARE.match(focus):
        return None
    counted = _COUNTED.search(before)
    count = _COUNT.match(focus)
    if count is not None:
        return _put(before, counted.span("noun"), count["noun"]) if counted else None
    state = _ONE_STATE.match(focus)
    if state is not None:
        return _in_state(state["state"].lower(), before)
    placed = _PLACED.match(focus)
    what = placed["what"] if placed else focus
    name = next(names(f"x {what}"), None)
    if name is not None:
        return _renamed(name, focus if placed else None, before)
    if placed is None and counted is not None and re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)?", what):
        return _put(before, counted.span("noun"), what)
    return None


def _in_state(state: str, before: str) -> str | None:
    if match := _STATES.search(before):
        return _put(before, match.span(), f"{match['be']} {state}")
    if match := _DIED.search(before):
        return _put(before, match.span(), f"were {state}")
    return None


def _renamed(name: Name, placed: str | None, before: str) -> str | None:
    """Another name in the place of the one like it; a place that had none is added."""
    there = [n for n in names(before) if n.text.casefold() != name.text.casefold()]
    if placed is None:
        alike = [n for n in there if n.person] or there
    else:
        alike = [n for n in there if not n.person or n.possessive]
    if alike:
        return _put(before, (alike[0].start, alike[0].end), name.text)
    return _added(before, placed) if placed else None


def _added(before: str, words: str) -> str:
    """The words at the end of a question, before its question mark."""
    return f"{_ENDING.sub('', before)} {words}?"


def _put(text: str, span: tuple[int, int], words: str) -> str:
    return text[: span[0]] + words + text[span[1] :]
