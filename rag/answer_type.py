"""What kind of thing a question asks for, and whether a sentence holds one.

The question word tells the kind of answer (Li and Roth 2002 call it the
coarse class). It cannot tell which sentence answers, but it tells sentences
that cannot: "how many" wants a number that is not in the question already.
"""

from __future__ import annotations

import re
from enum import StrEnum

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|"
    r"ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|"
    r"no one|nobody|none)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:1[5-9]\d\d|20\d\d)\b|\b\d{1,2}[:.]\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
    r"dec)[a-z]*\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:yesterday|today|tomorrow|"
    r"tonight|morning|evening|night|noon|midnight|week|month|year|spring|summer|autumn|fall|winter|"
    r"day|hour|minute|century|decade)s?\b|\b(?:last|next|this) \w+\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,;:’'”\"\d] )(?:[^\W\da-z_][\w’'-]+)|^[^\W\da-z_]\S+ [^\W\da-z_]\S+")
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|so that|in order to|to (?:avoid|allow|make|"
    r"prevent|protect|reduce|help|keep|save|stop)|after|caused?|blamed?|reasons?|why|therefore|"
    r"thanks to|led to|for fear|prompt(?:ed|ing))\b",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"(?<=[\w”], )\d{1,3}(?=,| and\b|\.)|\b(?:aged|age of|turn(?:s|ed)|was born in)\s+\d+|"
    r"\b\d{1,3}[\s-]years?[\s-]old\b|\b(?:man|woman|boy|girl|student) of \d{1,3}\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥₼₺₽]|\b(?:dollars?|euros?|pounds?|crowns?|manats?|liras?|roubles?|rubles?|"
    r"percent|per cent|million|billion)\b|%",
    re.IGNORECASE,
)


class AnswerType(StrEnum):
    PERSON = "person"
    PLACE = "place"
    TIME = "time"
    NUMBER = "number"
    AGE = "age"
    MONEY = "money"
    REASON = "reason"
    OTHER = "other"


# In order: the first that matches says the kind. English, Turkish, Russian.
_QUESTIONS: tuple[tuple[AnswerType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            AnswerType.MONEY,
            r"\bhow (?:expensive|much (?:money|did|does|do|will|would|is|was|were|"
            r"has|have|are))\b|\bwhat (?:is|was|did|does|will|would) .*\b(?:cost|price|worth)\b",
        ),
        (
            AnswerType.TIME,
            r"\b(?:when|what (?:year|date|day|month|time)|which (?:year|day|month)|"
            r"how long ago|ne zaman|hangi (?:yıl|tarih)\w*|когда|в каком году)\b",
        ),
        (AnswerType.AGE, r"\bhow old\b|\bwhat age\b|\b(?:kaç yaşında|сколько лет)\b"),
        (
            AnswerType.NUMBER,
            r"\bhow (?:many|much|long|far|fast|tall|big|large|high|deep|often|"
            r"late|heavy)\b|\bwhat (?:percentage|share|proportion|number|distance)\b|"
            r"\b(?:kaç|ne kadar|сколько)\b",
        ),
        (
            AnswerType.REASON,
            r"\b(?:why|what (?:caused|led|made)|how come|neden|niçin|почему|зачем)\b",
        ),
        (
            AnswerType.PLACE,
            r"\b(?:where|which (?:city|country|town|place|region)|what (?:city|"
            r"country|town|place)|nerede|nereye|где|куда)\b",
        ),
        (AnswerType.PERSON, r"\b(?:who|whom|whose|kim|kimin|кто|кого|чей)\b"),
    )
)


def answer_type(question: str) -> AnswerType:
    return next((kind for kind, p in _QUESTIONS if p.search(question)), AnswerType.OTHER)


def holds(kind: AnswerType, sentence: str, question: str) -> bool | None:
    """Whether the sentence has something of this kind that the question has not.

    None where the kind says nothing about the form of an answer.
    """
    patterns = {
        AnswerType.NUMBER: _NUMBER,
        AnswerType.AGE: _AGE,
        AnswerType.MONEY: _MONEY,
        AnswerType.TIME: _TIME,
        AnswerType.PERSON: _NAME,
        AnswerType.PLACE: _NAME,
        AnswerType.REASON: _REASON,
    }
    pattern = patterns.get(kind)
    if pattern is None:
        return None
    asked = question.casefold()
    return any(match.group().casefold() not in asked for match in pattern.finditer(sentence))
