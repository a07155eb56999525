"""Evidence for a claim: the few sentences of its contexts that bear the most of it together.

A claim often leans on two sentences, so they are chosen greedily by what each
adds: its words weighted by their rarity among the contexts' sentences (the idf
of Robertson and Zaragoza 2009), pairs of neighbouring words a little more. No
sentence is embedded; a context is cut and indexed once and kept, since many
claims share one.
"""

from __future__ import annotations

import math
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.alignment import Alignment, align
from rag.verdict import Claim, Context, Ground
from rag.wording import Word, sentences_of, words_of

_SENTENCES = 3  # that are chosen: a third adds little, a fourth mostly noise
_LEAST = 0.06  # of a claim's weight that a further sentence must add
_AGAIN = 0.1  # of what a sentence bears that another bears already
_PAIR = 0.25  # of a word's weight, for each pair of neighbours that a sentence shares
_LONGEST = 120  # words of a sentence: longer ones are lists and tables, and read in pieces
_KEPT = 256  # contexts kept ready
_KEPT_LENGTH = 8_000_000  # code points of all contexts kept ready: about a gigabyte of words
LONGEST = 400_000  # code points of a context that are read: twenty times a long article
_ACRONYM = 6  # letters at most
_HEAD = 4  # letters that forms of one name begin with
_LINKS = frozenset("of the and for de la".split())  # within a name, without a capital
_POINTS_BACK = re.compile(
    r"\W*(?:he|she|it|they|his|her|hers|its|their|this|that|these|those|but he|but she|but it|"
    r"but they|and he|and she|and it|and they|the (?:move|decision|company|group|pair|firm|"
    r"report|man|woman|two|incident))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a context, at `[start, end)` of its text; its words' offsets are the text's."""

    context: int
    number: int  # within its context
    start: int
    end: int
    words: tuple[Word, ...]


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence of evidence and the claim laid beside it; `share` of the claim it bears."""

    line: Line
    alignment: Alignment
    share: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a claim is judged by.

    `weights` are of the claim's telling stems, the rarest about 1; `there`
    are the stems of the chosen sentences, `anywhere` those of all contexts that
    the claim has too. `text` is the chosen sentences in reading order, each with
    the one before it where it points back: what a model reads.
    """

    words: tuple[Word, ...]
    weights: Mapping[str, float]
    chosen: tuple[Chosen, ...]
    there: frozenset[str]
    anywhere: frozenset[str]
    contexts: tuple[Ready, ...]
    text: str

    @property
    def total(self) -> float:
        return sum(self.weights.values())

    def grounds(self) -> tuple[Ground, ...]:
        """The chosen sentences, best first."""
        return tuple(
            Ground(
                c.line.context,
                c.line.start,
                c.line.end,
                self.contexts[c.line.context].text[c.line.start : c.line.end],
                min(1.0, max(0.0, c.share)),
            )
            for c in self.chosen
        )


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


def gather(claim: Claim, text: str) -> Evidence:
    """Choose a claim's evidence. `text` is the claim's, marks that are no words blanked out."""
    words = words_of(text, claim.language)
    contexts = tuple(_ready(context) for context in claim.contexts)
    weights = _weights(words, contexts)
    scores: dict[tuple[int, int], float] = {}
    has: dict[tuple[int, int], set[str]] = {}
    for c, context in enumerate(contexts):
        for stem, weight in weights.items():
            for number in context.where.get(stem, ()):
                scores[c, number] = scores.get((c, number), 0.0) + weight
                has.setdefault((c, number), set()).add(stem)
    pairs = set(pairwise(w.stem for w in words))
    best = sorted(scores, key=lambda key: (-scores[key], key))[: _SENTENCES * 6]
    for key in best:
        line = contexts[key[0]].lines[key[1]][2]
        scores[key] += _PAIR * len(pairs & set(pairwise(w.stem for w in line)))
    total = sum(weights.values()) or 1.0
    chosen: list[Chosen] = []
    covered: set[str] = set()
    left = set(best)
    while left and len(chosen) < _SENTENCES:
        news = {key: sum(weights[s] for s in has[key] - covered) for key in left}
        # what it adds counts in full, what is borne already a little
        key = max(left, key=lambda k: (news[k] + _AGAIN * scores[k], -k[0], -k[1]))
        added = news[key]
        if chosen and added < _LEAST * total:
            break
        left.remove(key)
        covered |= has[key]
        start, end, line = contexts[key[0]].lines[key[1]]
        laid = align(words, line, weights)
        share = sum(weights[s] for s in has[key]) / total
        chosen.append(Chosen(Line(key[0], key[1], start, end, line), laid, share))
    chosen.sort(key=lambda c: -c.alignment.weight)
    there = frozenset(w.stem for c in chosen for w in c.line.words)
    anywhere = frozenset(w.stem for w in words if any(w.stem in c.where for c in contexts))
    return Evidence(
        words, weights, tuple(chosen), there, anywhere, contexts, _text(contexts, chosen)
    )


def _ready(context: Context) -> Ready:
    return ready(context.text, context.language)


def _weights(words: Sequence[Word], contexts: Sequence[Ready]) -> dict[str, float]:
    """The claim's telling stems by rarity among the sentences, the rarest possible weighing 1."""
    count = max(8, sum(len(context.lines) for context in contexts))
    highest = math.log(1 + (count + 0.5) / 0.5)
    found = {}
    for stem in {w.stem for w in words if w.telling}:
        n = sum(len(context.where.get(stem, ())) for context in contexts)
        n = min(n, count)
        found[stem] = max(0.15, math.log(1 + (count - n + 0.5) / (n + 0.5)) / highest)
    return found


def _text(contexts: Sequence[Ready], chosen: Sequence[Chosen]) -> str:
    """The chosen sentences in reading order, each with the one before that it points back to."""
    wanted: Counter[tuple[int, int]] = Counter()
    for c in chosen:
        context, number = c.line.context, c.line.number
        wanted[context, number] += 1
        opening = contexts[context].text[c.line.start : c.line.start + 40]
        if number and _POINTS_BACK.match(opening):
            wanted[context, number - 1] += 1
    parts = []
    for context, number in sorted(wanted):
        start, end, _ = contexts[context].lines[number]
        parts.append(" ".join(contexts[context].text[start:end].split()))
    return " ".join(parts)
