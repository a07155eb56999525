"""Dates in a question: which days of publication it asks about.

Only a date that hangs on a preposition or is relative ("in November 2024",
"since 2023", "last week") says when; one inside a name or a title ("the 2020
agreement", "the November 2024 flood", "the film 'In 1984'") says what, and is
left to the search. Relative dates count from `today`; one without a year is
the last that has come round. A date that lies ahead is no period either: what
is foretold for 2050 was printed before it, on a day that the question does not
name, and no story has been published in the future. English, Turkish, Russian.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.months import ENGLISH_MONTHS, SEASONS, TURKISH_MONTHS, WEEKDAYS, alternatives
from rag import times_en, times_ru, times_tr

# What a question must hold for a language's patterns to be worth trying: they cost milliseconds.
_LANGUAGES = (
    (
        re.compile(
            rf"\d|\b(?:{alternatives(*ENGLISH_MONTHS, *WEEKDAYS)}|last|past|previous|this|ago|"
            r"earlier|yesterday|today|tonight|weekend|quarter|half)\b|"
            rf"\bthe\s+(?:{alternatives(*SEASONS)})\b",
            re.IGNORECASE,
        ),
        times_en.READERS,
    ),
    (
        re.compile(
            r"\d['’]?[dtyneaıiuü]|\d\s+(?:yıl|ile\b|ve\b|gün|hafta|ay)|\d[./]\d|\d\s*[-–]\s*\d|"
            rf"\b(?:{alternatives(*TURKISH_MONTHS)}|ge[çc]en|geçtiğimiz|bu|son|dün|bugün|önceki|"
            r"evvelsi|hafta)|\b(?:gün|hafta|ay|yıl|sene)\s+önce|\bgün[üu]\b",
            re.IGNORECASE,
        ),
        times_tr.READERS,
    ),
    (re.compile("[а-я]", re.IGNORECASE), times_ru.READERS),
)
# A question about what is to come; "In May" is then the May to come.
_AHEAD = re.compile(
    r"\b(?:will|shall|won['’]t|going to|(?:is|are) (?:due|expected|scheduled|planned|set|likely)"
    r" to|next|tomorrow|буд(?:ет|ут|ем)|завтра|следующ\w*|yarın|gelecek|önümüzdeki)\b"
    r"|\w(?:acak|ecek)(?:lar|ler)?\b",
    re.IGNORECASE,
)
# Words that point back whatever the verb: a year, "last", "ago".
_BACK = re.compile(
    r"\d{4}|\b(?:last|past|previous|ago|yesterday|earlier|since|after|geçen|geçtiğimiz|önce\w*|son|"
    r"dün|beri|yana|прошл\w+|последн\w+|назад|вчера|позавчера|с|со|после)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“]*“|\"[^\"]*\"|(?<!\w)[‘'][^'’]*['’](?!\w)")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, either of them open, and the words that said so."""

    first: date | None
    last: date | None
    words: str
    start: int
    end: int


def find(question: str, today: date) -> Period | None:
    """The period that a question names, or None."""
    ahead = _AHEAD.search(question) is not None
    titles = [match.span() for match in _QUOTED.finditer(question)]
    readers = [r for hint, language in _LANGUAGES if hint.search(question) for r in language]
    for pattern, read in readers:
        for match in pattern.finditer(question):
            if any(start < match.start() and match.end() < end for start, end in titles):
                continue
            if ahead and not _BACK.search(match.group()):
                continue
            try:
                bounds = read(match, today)
            except (ValueError, OverflowError):  # 31 February, the day after the last one
                continue
            if bounds is None or bounds == (None, None):
                continue
            first, last = bounds
            if first and (first > today or (last and first > last)):
                continue
            named = "words" if "words" in pattern.groupindex else 0
            words = match.group(named)
            start = match.start(named) + len(words) - len(words.lstrip())
            words = words.strip()
            return Period(first, last, words, start, start + len(words))
    return None
