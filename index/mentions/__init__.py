"""Dates in an article's own words, resolved against the day it was published.

"On Thursday" in a story of Saturday 12 October is 10 October. A weekday is the
last one up to the day of publication, or the next one where the sentence
speaks of the future; a day and month without a year fall in the year that
puts them nearest to publication; "last summer" is the last that was over.
English, Turkish and Russian: elsewhere nothing is found. What is habitual
("every Friday"), a name ("Black Friday") or told from another day ("the
following Monday") is left alone: a wrong date is worse than none.
"""

from __future__ import annotations

from datetime import date

from index.mentions import english, russian, turkish
from index.mentions.mention import Mention

__all__ = ["Mention", "resolve"]

_RESOLVERS = {"en": english.resolve, "tr": turkish.resolve, "ru": russian.resolve}


def resolve(text: str, published: date, language: str | None = "en") -> tuple[Mention, ...]:
    """Every date in `text` that can only be told from the day of publication, in order.

    `language` is ISO 639-1; in one that is not read, or unknown, nothing is found.
    """
    found = _RESOLVERS.get(language or "")
    return tuple(found(text, published)) if found else ()
