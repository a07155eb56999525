"""Dates in English articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from index.days import DAY, Span, ago, around, back_to, latest, month, nearest, on_to, season
from index.mentions.mention import Mention, which_year
from index.months import ENGLISH_MONTHS, SEASONS, SMALL_NUMBERS, WEEKDAYS, alternatives

_MONTH = alternatives(*(name for name in ENGLISH_MONTHS))
_LONG = alternatives(*(name for name in ENGLISH_MONTHS if len(name) > 3 or name == "may"))
_DAYS = alternatives(*WEEKDAYS)
_SEASON = alternatives(*SEASONS)
_COUNT = rf"\d{{1,2}}|(?:a\s+)?(?:{alternatives(*SMALL_NUMBERS)})(?:\s+of)?"
_PART = r"(?:\s+(?:morning|afternoon|evening|night|lunchtime|midnight))?"
_TH = r"(?:st|nd|rd|th)?"
_NO_YEAR = (
    r"(?!(?:,|\s+of)?\s+\d{4})(?!\s*(?:and|to|or|[-–—])\s*[A-Z]\w+\.?(?:\s+\d{1,2},?)?\s+\d{4})"
)

_MENTION = re.compile(
    # 8 August, Friday 8 August, Aug. 8, 8-10 August; the year makes it a date in full
    rf"\b(?P<date>(?:(?:{_DAYS}),?\s+(?:the\s+)?)?(?:"
    rf"(?:(?P<from>\d{{1,2}}){_TH}\s?[-–]\s?)?(?P<day>\d{{1,2}}){_TH}\s+(?:of\s+)?(?P<month>{_MONTH})\b"
    rf"|(?P<month2>{_MONTH})\b\.?\s+(?P<day2>\d{{1,2}})(?![\d:]|[.,]\d){_TH}(?!\s*(?:per\b|%|pct\b|mln\b))"
    rf"))(?P<year>(?:,|\s+of)?\s+\d{{4}}\b)?"
    rf"|\b(?P<which>(?:last|next|this)\s+)?(?P<weekday>{_DAYS})\b(?P<part>{_PART})(?!['’]s|-)"
    r"|\b(?P<near>yesterday|today|tomorrow|tonight|last\s+night|this\s+(?:morning|afternoon|evening))"
    r"\b(?!['’])"
    r"|\b(?:(?P<edge>earlier|later)\s+)?(?P<rel>last|this|next)\s+"
    rf"(?P<unit>week|weekend|month|year|{_SEASON}|{_LONG})\b(?!['’])"
    rf"|\b(?P<count>{_COUNT})\s+(?P<ago>day|week|month|year)s?\s+ago\b"
    r"|\b(?:over|at|during)\s+(?P<weekend>the\s+weekend)\b(?!\s+of\b)"
    r"|\b(?:on\s+)?(?:the\s+(?P<step>previous|following|next)\s+day|a\s+day\s+(?P<step2>earlier|later))\b"
    rf"|\b(?P<in>in|since|until|by|from|for)\s+(?:early\s+|late\s+|mid-?\s*)?(?P<alone>{_LONG})\b"
    rf"(?:\s+(?P<of>last|this|next)\s+year)?(?![\w’'-]){_NO_YEAR}(?!\s+\d)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d,]|\.\d)")
_BEFORE = re.compile(r"([\w’'-]+)([\s,(]*)$")
# Friday is a name after these, habitual after the others, or told from another day.
_NO_DAY = frozenset(
    "black bloody good ash easter palm super cyber holy maundy shrove whit giving casual sheffield "
    "ruby freaky red blue wonderful man girl "
    "the a an every each any most some alternate normal typical average previous following usual "
    "one first second third fourth".split()
)
_TOWARDS = frozenset("until till by from next".split())
_ON = frozenset(
    "on last next this since until till by from late early before after through for and or to "
    "until over of during about around".split()
)
_IS_NAME = re.compile(
    r"\s+(?:Night|Morning|Times|Telegraph|Mirror|Mail|Express|Post|Herald|Club|Group|Market|League|"
    r"Agreement|accords?|agreement|prayers?|Mass|Massacre|massacre|school|the\s+13th)\b"
)
_RANGE = re.compile(rf"\s*(?:to|through|thru|[-–—])\s*(?:{_DAYS})\b", re.IGNORECASE)
_RANGE_TO = re.compile(rf"\b(?:{_DAYS})\s*(?:to|through|thru|[-–—])\s*$", re.IGNORECASE)
_FULL = re.compile(
    rf",?\s+(?:the\s+)?(?:\d{{1,2}}{_TH}\s+(?:of\s+)?(?:{_MONTH})|(?:{_MONTH})\.?\s+\d)", re.I
)
# The verb nearest before a weekday, or else after it, says whether it is past or to come.
_TENSE = re.compile(
    r"\b(?:(?P<ahead>(?:will|shall|would|may|might|could|to)\s+be|will|shall|would|(?:is|are|was|were)\s+(?:to|due|expected|scheduled|set|likely)|"
    r"(?:expect|plan|intend|hope|want|agree|promise|vow|schedule|decide|prepare|need|ask|call|threaten|offer|propose|seek)\w*\s+"
    r"(?:\w+\s+){0,2}?to|due|scheduled|slated|next|upcoming|going\s+to|"
    r"(?:starts?|begins?|opens?|resumes?|gathers?|expires?|takes\s+effect))|"
    r"(?P<past>said|says|told|was|were|had|did|began|came|went|fell|rose|made|took|met|won|lost|"
    r"gave|held|found|heard|left|sent|spoke|wrote|ran|fled|flew|drove|stood|kept|got|drew|sank|shot|"
    r"brought|thought|bought|sold|paid|built|grew|became|led|saw|hit|cut|put|broke|struck|killed|(?<!\bbe\s)[a-z]{2,}(?<!ee)ed))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?][”\"’)]*\s+(?=[A-Z“\"])|\n")
_LEAD = 160  # code points of the sentence to either side in which its verbs are looked for


def resolve(text: str, published: date) -> Iterator[Mention]:
    anchor: date | None = None  # the last day told of, from which "the previous day" counts
    for match in _MENTION.finditer(text):
        try:
            days = _days(match, text, published, anchor)
        except (ValueError, OverflowError):  # 31 February, the edge of the calendar
            continue
        if days is None:
            continue
        if days[0] == days[1]:
            anchor = days[0]
        start = match.start("alone") if match["alone"] else match.start()
        yield Mention(start, match.end(), text[start : match.end()], *days)


def _days(match: re.Match[str], text: str, published: date, anchor: date | None) -> Span | None:
    got = {name: value for name, value in match.groupdict().items() if value}
    if "date" in got:
        return None if "year" in got else _date(match, text, published)
    if "weekday" in got:
        return _weekday(match, text, published)
    if "near" in got:
        return _near(match, text, published)
    if "count" in got:
        words = got["count"].lower().split()
        word = words[-2] if words[-1] == "of" else words[-1]
        count = int(word) if word.isdecimal() else SMALL_NUMBERS[word]
        first, last = ago(published, count, got["ago"].lower())
        return first, min(last, published)
    if "weekend" in got:
        return around(published, "weekend", 0 if published.weekday() >= 5 else -1)
    if "step" in got or "step2" in got:
        back = (got.get("step") or got["step2"]).lower() in {"previous", "earlier"}
        return (anchor - DAY if back else anchor + DAY,) * 2 if anchor else None
    if "alone" in got:
        return _month(match, text, published)
    return _relative(match, published)


def _date(match: re.Match[str], text: str, published: date) -> Span | None:
    name = match["month"] or match["month2"]
    if name[0].islower() or _other_year(text, match.start(), published):
        return None  # "3 may", "march 5 abreast"; "in 2019 ... on 8 August"
    number, last = ENGLISH_MONTHS[name.lower()], int(match["day"] or match["day2"])
    first = int(match["from"] or last)
    return nearest(lambda y: (date(y, number, first), date(y, number, last)), published)


def _other_year(text: str, at: int, published: date) -> bool:
    """Whether the sentence has told of another year by then."""
    start = _sentence_start(text, at)
    years = [int(found.group()) for found in _YEAR.finditer(text, start, at)]
    return bool(years) and years[-1] != published.year


def _sentence_start(text: str, at: int) -> int:
    start = max(0, at - _LEAD)
    ends = [found.end() for found in _SENTENCE.finditer(text, start, at)]
    return ends[-1] if ends else start


def _near(match: re.Match[str], text: str, published: date) -> Span | None:
    words = " ".join(match["near"].lower().split())
    before = _BEFORE.search(text, max(0, match.start() - 30), match.start())
    word = before.group(1) if before else ""
    loose = word.lower() in {"even", "until", "of"} or match["near"][0].isupper()
    if words == "today" and before and not before.group(2).strip() and loose:
        return None  # "even today", "USA Today": neither is a day
    shift = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(words, 0)
    return published + shift * DAY, published + shift * DAY


def _weekday(match: re.Match[str], text: str, published: date) -> Span | None:
    name, start, end = match["weekday"], match.start(), match.end()
    if name[0].islower():
        return None
    before = _BEFORE.search(text, max(0, start - 30), start)
    word = before.group(1).lower() if before else ""
    direct = before is not None and not before.group(2).strip()
    if direct and word in _NO_DAY:
        return None
    if _IS_NAME.match(text, match.end("weekday")) and not match["part"]:
        return None
    ranges = _RANGE.match(text, end) or _RANGE_TO.search(text, max(0, start - 20), start)
    if ranges or _FULL.match(text, end):
        return None  # "Monday to Friday" is habitual; of a date in full it says nothing more
    following = re.match(r"\s+[A-Z]", text[end : end + 8])
    if following and not (direct and word in _ON) and not match["which"]:
        return None  # "Friday Agreement", "Sunday Star"
    weekday = WEEKDAYS[name.lower()]
    which = (match["which"] or "").strip().lower()
    if which == "last":
        day = back_to(weekday, published - DAY)
    elif which == "next" or (
        published.weekday() != weekday
        and (
            (direct and word in _TOWARDS)
            or (not (direct and word == "since") and _ahead(text, start, end))
        )
    ):
        day = on_to(weekday, published)
    else:
        day = back_to(weekday, published)
    return day, day


def _ahead(text: str, start: int, end: int) -> bool:
    """Whether the sentence speaks of the future at this place."""
    verbs = list(_TENSE.finditer(text, _sentence_start(text, start), start))
    if verbs:
        return verbs[-1]["ahead"] is not None
    stop = _SENTENCE.search(text, end)
    verb = _TENSE.search(text, end, min(end + _LEAD, stop.start() if stop else len(text)))
    return verb is not None and verb["ahead"] is not None


def _month(match: re.Match[str], text: str, published: date) -> Span | None:
    name = match["alone"]
    if name[0].islower() or _other_year(text, match.start(), published):
        return None
    if re.match(r"\s+[A-Z]", text[match.end() : match.end() + 8]):
        return None  # "from June Brown"
    number = ENGLISH_MONTHS[name.lower()]
    if name == "May" and match["in"].lower() in {"by", "from", "for"} and not match["of"]:
        return None  # a person, more often than not
    if match["of"]:
        shift = {"last": -1, "this": 0, "next": 1}[match["of"].lower()]
        return month(number, published.year + shift)
    prep = match["in"].lower()
    if prep in {"until", "by", "from"} or (
        prep != "since" and _ahead(text, match.start(), match.end())
    ):
        found = month(number, published.year)
        return found if found[1] >= published else month(number, published.year + 1)
    return latest(lambda y: month(number, y), published)


def _relative(match: re.Match[str], published: date) -> Span | None:
    which, unit = match["rel"].lower(), match["unit"].lower()
    shift = {"last": -1, "this": 0, "next": 1}[which]
    if unit in SEASONS or unit in ENGLISH_MONTHS:
        if unit in ENGLISH_MONTHS:
            if match["unit"][0].islower():
                return None  # "next may"
            return which_year(lambda y: month(ENGLISH_MONTHS[unit], y), which, published)
        return which_year(lambda y: season(SEASONS[unit], y), which, published)
    if unit == "weekend" and published.weekday() >= 5 and which == "last":
        shift = -1
    first, last = around(published, unit, shift)
    edge = (match["edge"] or "").lower()
    if which == "this" and edge == "earlier":
        return first, published
    if which == "this" and edge == "later":
        return published, last
    return first, last
