"""Evidence for a claim: the few sentences of its contexts that bear the most of it together.

A claim often leans on two sentences, so they are chosen greedily by what each
adds: its words weighted by their rarity among the contexts' sentences (the idf
of Robertson and Zaragoza 2009), pairs of neighbouring words a little more. No
sentence is embedded; contexts are cut and indexed by `rag.ready`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.alignment import Alignment, align
from rag.ready import Ready, ready
from rag.verdict import Claim, Context, Ground
from rag.wording import Word, words_of

_SENTENCES = 3  # that are chosen: a third adds little, a fourth mostly noise
_LEAST = 0.06  # of a claim's weight that a further sentence must add
_AGAIN = 0.1  # of what a sentence bears that another bears already
_PAIR = 0.25  # of a word's weight, for each pair of neighbours that a sentence shares
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
