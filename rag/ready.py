"""Contexts cut into sentences and indexed by their words, the last of them kept ready.

Many claims are held against one text: it is read once.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.wording import Word, sentences_of, words_of

_LONGEST = 120  # words of a sentence: longer ones are lists and tables, and read in pieces
_KEPT = 256  # contexts kept ready
_KEPT_LENGTH = 8_000_000  # code points of all contexts kept ready: about a gigabyte of words
LONGEST = 400_000  # code points of a context that are read: twenty times a long article
_ACRONYM = 6  # letters at most
_HEAD = 4  # letters that forms of one name begin with
_LINKS = frozenset("of the and for de la".split())  # within a name, without a capital


@dataclass(frozen=True, slots=True)
class Ready:
    """A context, cut and indexed.

    `lines` are (start, end, words) of its sentences, `where` the numbers of
    those that have a stem, `grams` its runs of three stems. `lowers` are its
    words in lower case with their stems; `capitals` those that it writes with a
    capital in mid-sentence, `smalls` those that it writes without.
    """

    text: str
    lines: tuple[tuple[int, int, tuple[Word, ...]], ...]
    where: Mapping[str, tuple[int, ...]]
    grams: frozenset[tuple[str, str, str]]
    lowers: Mapping[str, str]
    capitals: frozenset[str]
    smalls: frozenset[str]
    heads: Mapping[str, tuple[str, ...]]  # words in lower case by their first letters
    acronyms: frozenset[str]  # the initials of its runs of capitals, in lower case

    def by_word(self, lower: str) -> tuple[int, ...]:
        """The numbers of the lines that have a word, or another form of it."""
        stem = self.lowers.get(lower)
        return self.where.get(stem, ()) if stem is not None else ()

    def by_head(self, word: str) -> tuple[str, ...]:
        """The words that begin as this one does."""
        return self.heads.get(word[:_HEAD], ())


# Text that was cut into tokens and joined with blanks: "3, 800", "98. 7", "don ' t".
_SPACED_GROUPS = re.compile(r"(?<![\d.,])(\d{1,3})(, )(\d{3})(?![\d])")
_SPACED_POINT = re.compile(r"(?<![\d.,])(\d{1,3})(\. )(\d{1,2})(?![\d.,])(?= )")
_SPACED_MARK = re.compile(r"\w - \w|\w ' \w")
_WHOLE_NUMBER = re.compile(r"\d[.,]\d")


def rejoined(text: str) -> str:
    """The text with the numbers made whole that a tokenizer cut, its length kept.

    Only where the text shows that it was cut so; the blank moves behind the number.
    """
    if _SPACED_MARK.search(text) is None or _WHOLE_NUMBER.search(text) is not None:
        return text
    for pattern in (_SPACED_GROUPS, _SPACED_POINT):
        text = pattern.sub(lambda m: m[1] + m[2][0] + m[3] + " ", text)
    return text


class _Shelf:
    """The contexts used last, kept ready: bounded by their number and by their length."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str | None], Ready] = OrderedDict()
        self._length = 0

    def get(self, text: str, language: str | None) -> Ready:
        key = (text, language)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = _cut(text, language)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._length += len(text)
            while len(self._kept) > _KEPT or self._length > _KEPT_LENGTH:
                (oldest, _), _ = self._kept.popitem(last=False)
                self._length -= len(oldest)
        return made


_SHELF = _Shelf()


def ready(text: str, language: str | None) -> Ready:
    """A context's first `LONGEST` code points cut and indexed, in time linear in them."""
    return _SHELF.get(text[:LONGEST], language)


def _cut(text: str, language: str | None) -> Ready:
    lines: list[tuple[int, int, tuple[Word, ...]]] = []
    text = rejoined(text)
    for span in sentences_of(text):
        words = _at(words_of(text[span.start : span.end], language), span.start)
        for first in range(0, len(words), _LONGEST):
            piece = words[first : first + _LONGEST]
            whole = len(words) <= _LONGEST
            start = span.start if whole or not first else piece[0].start
            end = span.end if whole or first + _LONGEST >= len(words) else piece[-1].end
            lines.append((start, end, piece))
    where: dict[str, list[int]] = {}
    grams: set[tuple[str, str, str]] = set()
    lowers: dict[str, str] = {}
    capitals: set[str] = set()
    smalls: set[str] = set()
    acronyms: set[str] = set()
    for number, (_, _, words) in enumerate(lines):
        for stem in {w.stem for w in words}:
            where.setdefault(stem, []).append(number)
        stems = [w.stem for w in words]
        grams.update(zip(stems, stems[1:], stems[2:], strict=False))
        run = ""
        for n, word in enumerate(words):
            lowers[word.lower] = word.stem
            if word.capital:
                run = (run + word.lower[0])[-_ACRONYM:]
                acronyms.update(run[-k:] for k in range(2, len(run) + 1))
                if n:
                    capitals.add(word.lower)
            else:
                smalls.add(word.lower)
                if word.lower not in _LINKS:
                    run = ""
    heads: dict[str, list[str]] = {}
    for lower in lowers:
        heads.setdefault(lower[:_HEAD], []).append(lower)
    return Ready(
        text,
        tuple(lines),
        {stem: tuple(numbers) for stem, numbers in where.items()},
        frozenset(grams),
        lowers,
        frozenset(capitals),
        frozenset(smalls),
        {head: tuple(found) for head, found in heads.items()},
        frozenset(acronyms),
    )


def _at(words: Sequence[Word], offset: int) -> tuple[Word, ...]:
    return tuple(
        Word(w.start + offset, w.end + offset, w.text, w.lower, w.stem, w.telling) for w in words
    )
