"""Turkish dates in a question.

What says when is a case ending or a postposition: "2024'te", "Kasım ayında",
"8 Kasım'dan sonra", "Mart ile Haziran arasında". A date without one ("2020
anlaşması") or with -ki ("2020'deki anlaşma") is a piece of a name.
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
    TURKISH_MONTHS,
    TURKISH_NUMBERS,
    TURKISH_SEASONS,
    TURKISH_WEEKDAYS,
    alternatives,
    fold,
)

_MONTHS = {fold(name): n for name, n in TURKISH_MONTHS.items()}
_WEEKDAYS = {fold(name): n for name, n in TURKISH_WEEKDAYS.items()}
_SEASONS = {fold(name): n for name, n in TURKISH_SEASONS.items()}
_NUMBERS = {fold(name): n for name, n in TURKISH_NUMBERS.items()}
_UNITS = {"gün": "day", "hafta": "week", "ay": "month", "yil": "year", "sene": "year"}
_ORDINALS = {"ilk": 0, "birinci": 0, "ikinci": 1, "üçüncü": 2, "dördüncü": 3, "son": -1}
_EDGES = {"baş": "start", "ort": "middle", "son": "end"}

_MONTH = alternatives(*TURKISH_MONTHS)
_DAYS = alternatives(*TURKISH_WEEKDAYS)
_COUNT = rf"\d{{1,3}}|{alternatives(*TURKISH_NUMBERS)}"
_UNIT = "gün|hafta|ay|yıl|sene"
_APOSTROPHE = r"['’]?"
_LAST = r"geçen|geçtiğimiz"
_OLDEST = 1000  # units


def _when(p: str) -> str:
    """A day, month or year, bare of its ending; atomic, its groups begin with `p`."""
    return (
        rf"(?>(?P<{p}num>\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})"
        rf"|(?P<{p}d>\d{{1,2}})\s+(?P<{p}m1>{_MONTH})\b(?:\s+(?P<{p}y1>\d{{4}}))?"
        rf"|(?:(?P<{p}y2>\d{{4}})\s+(?:yılı(?:nın)?\s+)?)?(?P<{p}m2>{_MONTH})"
        rf"(?=['’\s]|[td][ae])(?:\s+(?P<{p}y3>\d{{4}})\b)?"
        rf"|(?P<{p}y>(?:1[5-9]|20)\d\d)(?!\s+(?:{_MONTH})))"
    )


def _point(match: re.Match[str], p: str, by: date) -> Span:
    groups = {name: fold(text or "") for name, text in match.groupdict().items()}
    if groups[p + "num"]:
        number, of_month, of_year = (int(n) for n in re.split(r"[./]", groups[p + "num"]))
        day = date(of_year, of_month, number)
        return day, day
    if groups[p + "y"]:
        return year(int(groups[p + "y"]))
    told = groups[p + "y1"] or groups[p + "y2"] or groups[p + "y3"]
    if groups[p + "d"]:
        number, name = int(groups[p + "d"]), groups[p + "m1"]
        return _in_year(lambda y: (date(y, _MONTHS[name], number),) * 2, told, by)
    return _in_year(lambda y: month(_MONTHS[groups[p + "m2"]], y), told, by)


def _in_year(make: Callable[[int], Span], of_year: str, by: date) -> Span:
    return make(int(of_year)) if of_year else latest(make, by)


# Bare, these are also a stove, a sowing and a fault in the earth; a capital or "ayı" tells.
_WORDS = re.compile(r"^(?:ocak|ekim)[dt]a$")


def _at(match: re.Match[str], today: date) -> Bounds | None:
    return None if _WORDS.match(match.group()) else _point(match, "", today)


def _share(match: re.Match[str], today: date) -> Bounds | None:
    """2024'ün ilk yarısında, bu yılın üçüncü çeyreğinde, Kasım ayının sonunda."""
    whole = _point(match, "", today) if match["which"] is None else _named(match, today)
    unit = fold(match["share"] or match["edge"])
    if match["edge"]:
        return part(whole, _EDGES[unit[:3]])
    named = {"yar": "half", "çey": "quarter", "haf": "week"}[unit[:3]]
    return part(whole, named, _ORDINALS[fold(match["ordinal"])])


def _between(match: re.Match[str], today: date) -> Bounds | None:
    until = _point(match, "b_", today)
    if until[0] > today:
        return None
    own = re.search(r"\d{4}", match["left"])
    since = _point(match, "a_", today if own else until[1])
    return min(since[0], until[0]), max(since[1], until[1])


def _open(match: re.Match[str], today: date) -> Bounds | None:
    span = _point(match, "", today)
    word = fold(match["open"])
    if word.startswith(("önce", "kadar")):
        if span[0] > today:
            return None
        return None, (span[0] - DAY if word.startswith("önce") else span[1])
    return (span[1] + DAY if word.startswith("sonra") else span[0]), None


def _event(match: re.Match[str], today: date) -> Bounds | None:
    """Mayıs 2023'teki ateşkesten beri: since the ceasefire in May 2023."""
    span = _point(match, "", today)
    return (None, span[1]) if fold(match["open"]) in {"önce", "kadar"} else (span[0], None)


def _named(match: re.Match[str], today: date) -> Span:
    which, unit = fold(match["which"]), fold(match["unit"])
    past = which != "bu"
    if unit in _WEEKDAYS:
        day = back_to(_WEEKDAYS[unit], today - DAY if past else today)
        return day, day
    if unit in _MONTHS or unit in _SEASONS:
        make = partial(month, _MONTHS[unit]) if unit in _MONTHS else partial(season, _SEASONS[unit])
        return completed(make, today) if past else latest(make, today)
    if unit.startswith("hafta son"):
        begun = today.weekday() >= 5
        first, last = around(today, "weekend", (0 if begun else -1) - (past and begun))
    else:
        first, last = around(today, _UNITS[unit], -1 if past else 0)
    return first, min(last, today)


def _relative(match: re.Match[str], today: date) -> Bounds | None:
    first, last = _named(match, today)
    return (first, None) if match["since"] else (first, last)


def _near(match: re.Match[str], today: date) -> Bounds | None:
    words = fold(match["near"]).split()
    if words[0] in {"evvelsi", "önceki"}:
        return today - 2 * DAY, today - 2 * DAY
    if words[0] == "dün":
        first = today - DAY
        last = today if words[-1] == "gece" else first
    else:
        first = last = today
    return (first, None) if match["since"] else (first, last)


def _ago(match: re.Match[str], today: date) -> Bounds | None:
    word = fold(match["n"])
    count = int(word) if word.isdecimal() else _NUMBERS[word]
    unit = _UNITS[fold(match["u"])]
    if count > _OLDEST:
        return None
    if match["ago"]:
        first, last = ago(today, count, unit)
        return first, min(last, today)
    return lately(today, count, unit)


def _weekday(match: re.Match[str], today: date) -> Bounds | None:
    if match["we"]:
        return around(today, "weekend", 0 if today.weekday() >= 5 else -1)
    day = back_to(_WEEKDAYS[fold(match["wd"])], today)
    return (day, None) if match["since"] else (day, day)


_LOCATIVE = rf"(?:{_APOSTROPHE}[dt][ea]|{_APOSTROPHE}s?[ıiuü]nda|\s+(?:yıl|ay|tarih)[ıi]nd[ea])\b"
_ABLATIVE = rf"(?:{_APOSTROPHE}[dt][ea]n|\s+(?:yıl|ay|tarih)[ıi]nd[ea]n)"
_UNTIL = rf"(?:{_APOSTROPHE}(?:[yn]?[ea])|\s+(?:yıl|ay|tarih)[ıi]n[ea])"
_GENITIVE = rf"(?:{_APOSTROPHE}n?[ıiuü]n|\s+(?:yıl|ay)ının)"
_SINCE = r"(?P<since>[td][ea]n\s+(?:beri|bu\s+yana))?"

READERS = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (
            rf"\b(?P<left>{_when('a_')})(?:{_APOSTROPHE}\w{{0,3}})?\s*(?:ile|ve|[-–])\s*"
            rf"{_when('b_')}(?:{_APOSTROPHE}\w{{0,3}})?\s+(?:\w+\s+)?arasında\b",
            _between,
        ),
        (rf"\b(?P<left>{_when('a_')}){_ABLATIVE}\s+{_when('b_')}{_UNTIL}(?:\s+kadar)?\b", _between),
        (
            rf"\b(?P<words>{_when('')}{_APOSTROPHE}[dt][ea]ki)\s+(?:[\w'’-]+\s+){{0,4}}?"
            r"[\w'’-]+[dt][ea]n\s+(?P<open>beri|bu\s+yana|sonra|önce)\b",
            _event,
        ),
        (rf"\b{_when('')}{_ABLATIVE}\s+(?P<open>beri|bu\s+yana|itibaren|sonra|önce)\b", _open),
        (rf"\b{_when('')}{_UNTIL}\s+(?P<open>kadar)\b", _open),
        (
            rf"\b(?:(?P<which>{_LAST}|bu)\s+(?P<unit>yıl|sene|ay)ın|{_when('')}{_GENITIVE})\s+"
            r"(?:(?P<ordinal>ilk|birinci|ikinci|üçüncü|dördüncü|son)\s+"
            r"(?P<share>yarısı|çeyreği|haftası)|(?P<edge>başı|ortası|sonu))n(?:da|de)\b",
            _share,
        ),
        (rf"\b{_when('')}{_LOCATIVE}", _at),
        (rf"\b(?=\d{{1,2}}[./]\d)(?=\S+(?:\s*[?.!,]|\s+günü)){_when('')}(?!\w)", _at),
        (
            rf"\b(?P<which>{_LAST}|bu)\s+(?P<unit>hafta\s+sonu|hafta|ay|yıl|sene|{_DAYS}|{_MONTH}|"
            rf"{alternatives(*TURKISH_SEASONS)}){_SINCE}(?:nda|\s+içinde|\s+günü)?\b",
            _relative,
        ),
        (
            rf"\b(?P<near>dün(?:\s+(?:gece|akşam|sabah))?|bugün|bu\s+(?:sabah|gece|akşam)|"
            rf"(?:evvelsi|önceki)\s+gün){_SINCE}\b",
            _near,
        ),
        (
            rf"\bson\s+(?P<n>{_COUNT})\s+(?P<u>{_UNIT})(?:[dt][ea]|[ıiuü]nda|\s+içinde)?(?P<ago>(?!))?\b",
            _ago,
        ),
        (rf"\b(?P<n>{_COUNT})\s+(?P<u>{_UNIT})\s+(?P<ago>önce)\b", _ago),
        (
            rf"\b(?:(?P<wd>{_DAYS})\s+(?:gün[üu]|gecesi|akşamı|sabahı)n?|(?P<we>hafta\s+sonu)"
            rf"(?:nda)?){_SINCE}\b",
            _weekday,
        ),
    )
)
