"""Russian dates in a question.

"В ноябре 2024 года", "с мая 2023 года", "8 ноября", "на прошлой неделе" say
when; a year in the genitive alone ("соглашение 2020 года") or after "от" is a
piece of a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial

from index.days import (
    DAY,
    Bounds,
    Span,
    ago,
    around,
    back_to,
    completed,
    lately,
    latest,
    month,
    part,
    season,
    year,
)
from index.months import (
    RUSSIAN_MONTHS,
    RUSSIAN_NUMBERS,
    RUSSIAN_SEASONS,
    RUSSIAN_WEEKDAYS,
    alternatives,
)

_MONTH = alternatives(*RUSSIAN_MONTHS)
_DAYS = alternatives(*RUSSIAN_WEEKDAYS)
_SEASON = alternatives(*RUSSIAN_SEASONS)
_COUNT = rf"\d{{1,3}}|{alternatives(*RUSSIAN_NUMBERS)}"
_UNIT = r"(?:день|дня|дней|недел[яюиье]|недель|месяц(?:а|ев)?|год(?:а)?|лет)"
_YEAR = r"(?:\s*(?:-?м\s+)?(?:год[ауе]?\b|г\.|г\b))"
_THIS_OR_LAST = r"(?P<which>прошл|минувш|этот|этой|этом|эту|это|нынешн|текущ)\w*"
_ORDINALS = {"перв": 0, "втор": 1, "трет": 2, "четв": 3, "посл": -1}
_OLDEST = 1000  # units


def _when(p: str) -> str:
    """A day, month or year; atomic, its groups begin with `p`."""
    return (
        rf"(?>(?P<{p}num>\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}){_YEAR}?"
        rf"|(?:(?P<{p}edge>начал[аеу]|середин[аеы]|кон(?:ец|ц[аеу]))\s+)?(?:"
        rf"(?P<{p}d>\d{{1,2}})(?:-?го)?\s+(?P<{p}m1>{_MONTH})\b"
        rf"(?:\s+(?:(?P<{p}y1>\d{{4}})(?!\d){_YEAR}?|(?P<{p}r1>прошлого|этого)\s+года))?"
        rf"|(?P<{p}m2>{_MONTH})\b"
        rf"(?:\s+(?:(?P<{p}y2>\d{{4}})(?!\d){_YEAR}?|(?P<{p}r2>прошлого|этого)\s+года))?"
        rf"|(?P<{p}y>(?:1[5-9]|20)\d\d)(?!\d)(?:-(?:м|го))?{_YEAR}?))"
    )


def _point(match: re.Match[str], p: str, today: date, by: date | None = None) -> Span:
    groups = {name: (text or "").lower() for name, text in match.groupdict().items()}
    by = by or today
    if groups[p + "num"]:
        number, of_month, of_year = (int(n) for n in re.split(r"[./]", groups[p + "num"]))
        day = date(of_year, of_month, number)
        return day, day
    told = groups[p + "y1"] or groups[p + "y2"]
    relative = groups[p + "r1"] or groups[p + "r2"]
    if relative:
        told = str(today.year - relative.startswith("прошл"))
    if groups[p + "y"]:
        span = year(int(groups[p + "y"]))
    elif groups[p + "d"]:
        number, name = int(groups[p + "d"]), groups[p + "m1"]
        span = _in_year(lambda y: (date(y, RUSSIAN_MONTHS[name], number),) * 2, told, by)
    else:
        span = _in_year(lambda y: month(RUSSIAN_MONTHS[groups[p + "m2"]], y), told, by)
    if groups[p + "edge"]:
        edges = {"на": "start", "се": "middle", "ко": "end"}
        return part(span, edges[groups[p + "edge"][:2]])
    return span


def _in_year(make: Callable[[int], Span], of_year: str, by: date) -> Span:
    return make(int(of_year)) if of_year else latest(make, by)


def _at(match: re.Match[str], today: date) -> Bounds | None:
    return _point(match, "", today)


def _between(match: re.Match[str], today: date) -> Bounds | None:
    until = _point(match, "b_", today)
    if until[0] > today:
        return None
    own = re.search(r"\d{4}|года", match["left"])
    since = _point(match, "a_", today, None if own else until[1])
    return min(since[0], until[0]), max(since[1], until[1])


def _days(match: re.Match[str], today: date) -> Bounds | None:
    """С 5 по 9 мая."""
    number = RUSSIAN_MONTHS[match["m"].lower()]
    first, last = int(match["from"]), int(match["to"])
    return _in_year(
        lambda y: (date(y, number, first), date(y, number, last)), match["y"] or "", today
    )


def _open(match: re.Match[str], today: date) -> Bounds | None:
    span, word = _point(match, "", today), match["open"].lower()
    if word in {"до", "к"}:
        if span[0] > today:
            return None
        return None, (span[0] - DAY if word == "до" else span[1])
    return (span[1] + DAY if word == "после" else span[0]), None


def _event(match: re.Match[str], today: date) -> Bounds | None:
    """С момента перемирия в мае 2023 года: since the ceasefire in May 2023."""
    span = _point(match, "", today)
    return (None, span[1]) if match["open"].lower() == "до" else (span[0], None)


def _share(match: re.Match[str], today: date) -> Bounds | None:
    """В первой половине 2024 года, в третьем квартале прошлого года."""
    to = int(match["y"]) if match["y"] else today.year - match["r"].lower().startswith("прошл")
    unit = "quarter" if match["u"].lower().startswith("квартал") else "half"
    return part(year(to), unit, _ORDINALS[match["ordinal"].lower()[:4]])


def _named(match: re.Match[str], today: date) -> Bounds | None:
    """На прошлой неделе, в этом году, прошлым летом, в прошлую среду."""
    past = match["which"].lower().startswith(("прошл", "минувш"))
    unit = match["unit"].lower()
    since = match.groupdict().get("since") is not None
    if unit in RUSSIAN_WEEKDAYS:
        day = back_to(RUSSIAN_WEEKDAYS[unit], today - DAY if past else today)
        return (day, None) if since else (day, day)
    if unit in RUSSIAN_SEASONS or unit in RUSSIAN_MONTHS:
        if unit in RUSSIAN_SEASONS:
            make = partial(season, RUSSIAN_SEASONS[unit])
        else:
            make = partial(month, RUSSIAN_MONTHS[unit])
        return completed(make, today) if past else latest(make, today)
    if unit.startswith("выход"):
        begun = today.weekday() >= 5
        span = around(today, "weekend", (0 if begun else -1) - (past and begun))
    else:
        named = {"не": "week", "ме": "month", "го": "year"}[unit[:2]]
        span = around(today, named, -1 if past else 0)
    return (span[0], None) if since else (span[0], min(span[1], today))


def _near(match: re.Match[str], today: date) -> Bounds | None:
    back = {"вчера": 1, "позавчера": 2}.get(match["near"].lower(), 0)
    day = today - back * DAY
    return (day, None) if match["since"] else (day, day)


def _amount(match: re.Match[str]) -> tuple[int, str]:
    word = (match["n"] or "1").lower()
    count = int(word) if word.isdecimal() else RUSSIAN_NUMBERS[word]
    unit = {"д": "day", "н": "week", "м": "month", "г": "year", "л": "year"}[match["u"].lower()[0]]
    return count, unit


def _ago(match: re.Match[str], today: date) -> Bounds | None:
    count, unit = _amount(match)
    if count > _OLDEST:
        return None
    first, last = ago(today, count, unit)
    return first, min(last, today)


def _lately(match: re.Match[str], today: date) -> Bounds | None:
    count, unit = _amount(match)
    return lately(today, count, unit) if count <= _OLDEST else None


def _season(match: re.Match[str], today: date) -> Bounds | None:
    begins, told = RUSSIAN_SEASONS[match["s"].lower()], match["y"] or ""
    return _in_year(lambda y: season(begins, y), told, today)


def _weekday(match: re.Match[str], today: date) -> Bounds | None:
    if match["we"]:
        return around(today, "weekend", 0 if today.weekday() >= 5 else -1)
    day = back_to(RUSSIAN_WEEKDAYS[match["wd"].lower()], today)
    return (day, None) if match["prep"].lower() in {"с", "со"} else (day, day)


_END = r"(?![\w]|[-–]\w)"

READERS = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (
            rf"\b(?:со?|между)\s+(?P<from>\d{{1,2}})(?:-?го)?\s+(?:по|до|и)\s+(?P<to>\d{{1,2}})"
            rf"(?:-?го|-?е)?\s+(?P<m>{_MONTH})\b(?:\s+(?P<y>\d{{4}}){_YEAR}?)?{_END}",
            _days,
        ),
        (
            rf"\b(?:со?|между|в)\s+(?P<left>{_when('a_')})\s+(?:по|до|и)\s+{_when('b_')}{_END}",
            _between,
        ),
        (
            r"\b(?P<open>со?|после|до)\s+(?:[\w-]+\s+){1,6}?"
            rf"(?P<words>(?:в|во|от)\s+{_when('')}){_END}",
            _event,
        ),
        (
            rf"\bв\s+(?P<ordinal>перв|втор|трет|четв|посл)\w+\s+(?P<u>половине|полугодии|квартале)\s+"
            rf"(?:(?P<y>\d{{4}}){_YEAR}?|(?P<r>прошлого|этого)\s+года){_END}",
            _share,
        ),
        (rf"\b(?P<open>со?|после|до|к)\s+{_when('')}{_END}", _open),
        # not "в 2000 домах"
        (rf"\b(?:в(?:\s+течение)?|во|на)\s+{_when('')}{_END}(?!\s+\w+[ая]х\b)", _at),
        (rf"(?<!\bот\s)\b(?=\d{{1,2}}(?:[./]\d|(?:-?го)?\s+(?:{_MONTH}))){_when('')}{_END}", _at),
        (
            rf"\b(?:(?:в|во|на|(?P<since>со?))\s+)?{_THIS_OR_LAST}\s+"
            rf"(?P<unit>недел[еиюя]|месяц[еа]?|год[ау]?|выходны[ех]|{_DAYS}|{_SEASON}|{_MONTH}){_END}",
            _named,
        ),
        (rf"\b(?:(?P<since>со?)\s+)?(?P<near>позавчера|вчера|сегодня){_END}", _near),
        (
            rf"\b(?:за|в|в\s+течение)\s+последн\w+\s+(?:(?P<n>{_COUNT})\s+)?(?P<u>{_UNIT}){_END}",
            _lately,
        ),
        (rf"\b(?:(?P<n>{_COUNT})\s+)?(?P<u>{_UNIT})\s+(?:тому\s+)?назад{_END}", _ago),
        (rf"\b(?P<s>{_SEASON})(?:\s+(?P<y>\d{{4}}){_YEAR}?)?{_END}", _season),
        (
            rf"\b(?P<prep>в|во|с|со|на)\s+(?:(?P<wd>{_DAYS})|(?P<we>выходны[ех])){_END}",
            _weekday,
        ),
    )
)
