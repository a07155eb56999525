"""A text's words with their offsets and stems: what claims and evidence are compared by.

The stems are those of the lexical index (`index.analyze`), so that the
verifier and the search never disagree on what a word is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index import sentences
from index.analyze import language_key, words
from index.types import Span
from rag.stopwords import STOPWORDS

_WORD = re.compile(
    r"\d+(?:[.,:]\d+)*|(?:[A-Z]\.){2,}|[^\W\d_][^\W_]*+(?:['’](?:t|re|ve|ll|d|m)(?![^\W_]))?"
)
_LONGEST = 60  # letters: a longer run is no word, and costs a stemmer time

_LINE = 8_000  # code points of a line that are cut into sentences at once: no paragraph is longer


def sentences_of(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]`; a longer line than any paragraph is cut in pieces first.

    So the time is linear in the text even where one line is all of it.
    """
    found: list[Span] = []
    stop = len(text) if end is None else end
    while start < stop:
        to = min(stop, start + _LINE)
        if to < stop:
            newline = text.rfind("\n", start, to)
            blank = newline if newline > start else text.rfind(". ", start, to) + 1
            to = blank if blank > start else max(text.rfind(" ", start, to), start + 1)
            to = to if to > start + 1 else min(stop, start + _LINE)
        found += sentences.split(text, start, to)
        start = to
    return found


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a number in digits at `[start, end)`; `telling`: it says what a text is about."""

    start: int
    end: int
    text: str
    lower: str
    stem: str
    telling: bool

    @property
    def digits(self) -> bool:
        return self.text[0].isdigit()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def words_of(text: str, language: str | None = "en") -> tuple[Word, ...]:
    """The words of a text, in order. `language` is ISO 639-1; time is linear in the text."""
    key = language_key(language)
    found = []
    for match in _WORD.finditer(text):
        written = match.group()
        lower, stem, telling = _read(written[:_LONGEST], key)
        found.append(Word(match.start(), match.end(), written, lower, stem, telling))
    return tuple(found)


@lru_cache(maxsize=200_000)
def _read(written: str, key: str) -> tuple[str, str, bool]:
    """A word in lower case, its stem, and whether it tells anything."""
    lower = written.lower().replace("’", "'")
    if written[0].isdigit():
        # "12,000" and "12000" are one number; "3.5" and "10:30" stay as they are
        head, *groups = lower.split(",")
        grouped = bool(groups) and all(len(group[:3]) == 3 for group in groups)
        plain = "".join([head, *groups]) if grouped else lower
        return plain, plain, True
    if "." in lower:
        lower = lower.replace(".", "")
    stems = words(lower, key)
    telling = lower not in STOPWORDS and len(lower) > 1 and lower.split("'")[0] not in STOPWORDS
    return lower, stems[0] if stems else lower, telling
