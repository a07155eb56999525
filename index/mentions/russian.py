"""Dates in Russian articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from index.days import DAY, Span, ago, around, back_to, latest, month, nearest, on_to, season
from index.mentions.mention import Mention, which_year
from index.months import (
    RUSSIAN_MONTHS,
    RUSSIAN_NUMBERS,
    RUSSIAN_SEASONS,
    RUSSIAN_WEEKDAYS,
    alternatives,
)

_MONTH = alternatives(*RUSSIAN_MONTHS)
_DAYS = alternatives(*RUSSIAN_WEEKDAYS)
_WHICH = r"(?:прошл|минувш|эт|нынешн|текущ|следующ|будущ|ближайш)\w{1,3}"
_UNIT = r"день|дня|дней|недел[яюи]|недель|месяц(?:а|ев)?|года?|лет"
_COUNT = rf"\d{{1,2}}|{alternatives(*RUSSIAN_NUMBERS)}"

_MENTION = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:-?го)?\s+(?P<month>{_MONTH})(?!\w)(?P<year>\s+\d{{4}})?"
    rf"(?:\s+(?P<of>прошлого|этого|следующего)\s+года)?"
    rf"|\b(?P<prep>во?|со?|до|к|на)\s+(?:(?P<which>{_WHICH})\s+)?(?P<weekday>{_DAYS})(?!\w)"
    rf"|\b(?:в|на)\s+(?P<rel>{_WHICH})\s+(?P<unit>недел[еию]|месяц[еа]?|год[ау]?|выходны[ех]|{_MONTH})"
    r"(?!\w)"
    rf"|\b(?P<rel2>{_WHICH})\s+(?P<season>{alternatives(*RUSSIAN_SEASONS)})(?!\w)"
    r"|\b(?P<near>позавчера|вчера|сегодня|завтра|послезавтра)(?!\w)"
    rf"|\b(?:(?P<count>{_COUNT})\s+)?(?P<ago>{_UNIT})\s+(?:тому\s+)?назад(?!\w)"
    rf"|\bв\s+(?P<alone>{_MONTH})(?!\w)(?P<year2>\s+\d{{4}})?"
    r"(?:\s+(?P<of2>прошлого|этого|следующего)\s+года)?"
    r"|\b(?:в|на)\s+(?P<weekend>выходны[ех])(?!\w)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:улиц|площад|праздник|имени|от)\w*\s+$", re.IGNORECASE)
_TENSE = re.compile(
    r"\b(?:(?P<ahead>буд(?:ет|ут)|планиру\w+|намерен\w*|намечен\w*|запланирован\w*|назначен\w*|"
    r"состо(?:ит|ят)ся|пройд[её]т|начн[её]тся|откроется|ожида\w+|предсто\w+|долж[е]?н\w*)|"
    r"(?P<past>[а-яё]{2,}(?:л|ла|ло|ли|лся|лась|лось|лись)))(?!\w)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?…]\s|\n")
_LEAD = 160  # code points to either side in which verbs are looked for
_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d,])")


def resolve(text: str, published: date) -> Iterator[Mention]:
    for match in _MENTION.finditer(text):
        try:
            days = _days(match, text, published)
        except (ValueError, OverflowError):  # 31 февраля, the edge of the calendar
            continue
        if days is not None:
            yield Mention(match.start(), match.end(), match.group(), *days)


def _days(match: re.Match[str], text: str, published: date) -> Span | None:
    got = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "year" in got or "year2" in got:
        return None
    if "day" in got or "alone" in got:
        return _date(got, match, text, published)
    if "weekday" in got:
        return _weekday(got, match, text, published)
    if "rel" in got or "rel2" in got:
        way = _way(got.get("rel") or got["rel2"])
        if "season" in got:
            begins = RUSSIAN_SEASONS[got["season"]]
            return which_year(lambda y: season(begins, y), way, published)
        if got["unit"] in RUSSIAN_MONTHS:
            number = RUSSIAN_MONTHS[got["unit"]]
            return which_year(lambda y: month(number, y), way, published)
        unit = {"не": "week", "ме": "month", "го": "year", "вы": "weekend"}[got["unit"][:2]]
        return around(published, unit, {"last": -1, "this": 0, "next": 1}[way])
    if "near" in got:
        shift = {"позавчера": -2, "вчера": -1, "завтра": 1, "послезавтра": 2}.get(got["near"], 0)
        return (published + shift * DAY,) * 2
    if "ago" in got:
        word = got.get("count", "1")
        count = int(word) if word.isdecimal() else RUSSIAN_NUMBERS[word]
        unit = {"д": "day", "н": "week", "м": "month", "г": "year", "л": "year"}[got["ago"][0]]
        first, last = ago(published, count, unit)
        return first, min(last, published)
    return around(published, "weekend", 0 if published.weekday() >= 5 else -1)


def _date(got: dict[str, str], match: re.Match[str], text: str, published: date) -> Span | None:
    lead_from = max(0, match.start() - _LEAD)
    stops = [stop.end() for stop in _STOP.finditer(text, lead_from, match.start())]
    years = [
        int(y.group())
        for y in _YEAR.finditer(text, stops[-1] if stops else lead_from, match.start())
    ]
    if years and years[-1] != published.year:
        return None  # the sentence tells of another year
    if _NAME.search(text[max(0, match.start() - 20) : match.start()]):
        return None  # "площадь 8 марта", "соглашение от 8 ноября"
    number = RUSSIAN_MONTHS[got.get("month") or got["alone"]]
    of = got.get("of") or got.get("of2")
    shift = {"прошлого": -1, "этого": 0, "следующего": 1}[of] if of else None
    if "alone" in got:
        if shift is not None:
            return month(number, published.year + shift)
        if _ahead(match, text):
            found = month(number, published.year)
            return found if found[1] >= published else month(number, published.year + 1)
        return latest(lambda y: month(number, y), published)
    day = int(got["day"])
    if shift is not None:
        return (date(published.year + shift, number, day),) * 2
    return nearest(lambda y: (date(y, number, day),) * 2, published)


def _way(word: str) -> str:
    if word.startswith(("прошл", "минувш")):
        return "last"
    return "next" if word.startswith(("следующ", "будущ", "ближайш")) else "this"


def _weekday(got: dict[str, str], match: re.Match[str], text: str, published: date) -> Span:
    weekday = RUSSIAN_WEEKDAYS[got["weekday"]]
    way = _way(got["which"]) if "which" in got else ""
    if way == "last":
        day = back_to(weekday, published - DAY)
    elif way == "next" or (
        published.weekday() != weekday and (got["prep"] in {"до", "к"} or _ahead(match, text))
    ):
        day = on_to(weekday, published)
    else:
        day = back_to(weekday, published)
    return day, day


def _ahead(match: re.Match[str], text: str) -> bool:
    """Whether the verb nearest before, or else after, speaks of the future."""
    start = max(0, match.start() - _LEAD)
    stops = [stop.end() for stop in _STOP.finditer(text, start, match.start())]
    verbs = list(_TENSE.finditer(text, stops[-1] if stops else start, match.start()))
    if verbs:
        return verbs[-1]["ahead"] is not None
    stop = _STOP.search(text, match.end(), match.end() + _LEAD)
    verb = _TENSE.search(text, match.end(), stop.start() if stop else match.end() + _LEAD)
    return verb is not None and verb["ahead"] is not None
