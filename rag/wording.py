"""A text's words with their offsets and stems: what claims and evidence are compared by.

The stems are those of the lexical index (`index.analyze`), so that the
verifier and the search never disagree on what a word is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.analyze import language_key, words
from rag.stopwords import STOPWORDS

_WORD = re.compile(
    r"\d+(?:[.,:]\d+)*|(?:[A-Z]\.){2,}|[^\W\d_][^\W_]*+(?:['’](?:t|re|ve|ll|d|m)(?![^\W_]))?"
)
_LONGEST = 60  # letters: a longer run is no word, and costs a stemmer time


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
