"""How much each word of a question tells: inverse document frequency over the archive."""

from __future__ import annotations

import math
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.analyze import PLAIN, words
from rag.stopwords import STOPWORDS

if TYPE_CHECKING:
    from index.archive import Archive

_WORD = re.compile(r"\w+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: as written, analysed per language, and its weight.

    `weight` is BM25's idf (Robertson and Zaragoza 2009, eq. 3.3, floored at 0)
    over the archive's passages; `known` is False where no passage has it.
    """

    surface: str
    stems: tuple[tuple[str, str], ...]  # (analyzer key, analysed word)
    weight: float
    known: bool

    def stem(self, key: str) -> str:
        for language, stem in self.stems:
            if language == key:
                return stem
        return ""

    @property
    def is_name(self) -> bool:
        """Whether it is written like a proper noun or holds a digit."""
        return self.surface[:1].isupper() or any(c.isdigit() for c in self.surface)


def terms(text: str, archive: Archive) -> tuple[Term, ...]:
    """The telling words of a question, each once, in order."""
    languages = archive.languages or (PLAIN,)
    total = max(1, archive.passages)
    found: dict[str, Term] = {}
    for match in _WORD.finditer(text):
        surface = match.group()
        if surface.casefold() in STOPWORDS or surface.casefold() in found:
            continue
        stems: list[tuple[str, str]] = []
        frequency = 0
        for key in languages:
            analysed = words(surface, key)
            if analysed:
                stems.append((key, analysed[0]))
                frequency = max(frequency, archive.frequency(analysed[0], key))
        if stems:
            weight = max(0.0, math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)))
            found[surface.casefold()] = Term(surface, tuple(stems), weight, frequency > 0)
    return tuple(found.values())


def coverage(question: tuple[Term, ...], text: str, key: str) -> float:
    """The share, by weight, of the question's terms that stand in `text`; 0 to 1."""
    return share_in(question, set(words(text, key)), key)


def share_in(question: tuple[Term, ...], there: AbstractSet[str], key: str) -> float:
    """The share, by weight, of the question's terms that are among these words; 0 to 1."""
    total = sum(term.weight for term in question)
    if not total:
        return 0.0
    return sum(term.weight for term in question if term.stem(key) in there) / total
