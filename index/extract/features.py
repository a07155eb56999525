"""What can be said of one line of raw text: its shape and its company."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.extract.patterns import is_promotion, is_truncated, points_elsewhere
from index.extract.tidy import is_sentence
from index.extract.words import Terms

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_PROSE = 8  # words from which a line that ends as a sentence is prose
_LONG = 40
_QUOTE = re.compile("[\"“”«»„]|(?:^|\\s)['‘]")
_BACKWARD = re.compile(
    r"^[\"“«„'‘(]*(?:he|she|it|they|his|her|its|their|this|that|these|those|but|and|however|meanwhile"
    r"|also|still|yet|instead|in addition|in total|as a result|among (?:them|those)|moreover"
    r"|furthermore|for example|for instance|earlier|later|then|both|other|others|another|such"
    r"|asked|according to|despite this|so far|until now|at the same time|"
    r"он|она|они|это|его|но|однако|также|при этом|по (?:его|её|их|словам)|"
    r"o|bu|ancak|ayrıca|er|sie|es|doch|aber|il|elle|ils|mais|cependant|él|ella|pero|sin embargo)\b",
    re.I,
)
_SENTENCE_END = re.compile(  # not after an initial ("U.S."), and not before small letters
    r"(?<![A-ZÀ-ÞА-Я])[.!?…][\"”’»)]*(?:$|\s+(?![a-zà-ÿа-я]))|[。！？]"
)
_META = re.compile(
    r"^\W*(?:by [^\W\d_]|posted|published|updated|last (?:updated|modified)|\d{1,2}[:.]\d{2}\b"
    r"|\d+ (?:min(?:ute)?s?|hours?|days?|weeks?|months?|years?) (?:ago|read)"
    r"|image (?:credit|source|copyright|caption)|photo(?:graph)?(?: by|:|\s*credit)"
    r"|(?:source|credit|tags?|filed under|topics?)\s?:|getty images|file photo"
    r"|(?:share|save)\b(?: \w+){0,3} listen\b|listen to this (?:article|story)"
    r"|\w{3,9}\.? \d{1,2},? \d{4}|\d{1,2}\.? \w{3,9}\.? \d{4}"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4})",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a line looks like, whatever stands around it."""

    words: int
    sentences: int
    ended: bool
    promotion: bool
    pointer: bool
    truncated: bool
    meta: bool  # a byline, a date, a credit
    backward: bool  # opens by referring to what was said before
    quote: bool

    @property
    def flagged(self) -> bool:
        """Whether the line alone says that it is no story."""
        return self.promotion or self.pointer or self.truncated

    @property
    def prose(self) -> bool:
        return self.ended and self.words >= _PROSE and not self.flagged


def shape_of(line: str) -> Shape:
    """The shape of one line."""
    words = len(_WORD.findall(line)) + len(_UNSPACED.findall(line)) // 2
    meta = words <= 14 and _META.match(line) is not None
    return Shape(
        words=words,
        sentences=len(_SENTENCE_END.findall(line)),
        ended=is_sentence(line),
        promotion=is_promotion(line),
        pointer=points_elsewhere(line) and words <= _LONG,
        truncated=is_truncated(line),
        meta=meta,
        backward=_BACKWARD.match(line) is not None,
        quote=_QUOTE.search(line) is not None,
    )


@dataclass(frozen=True, slots=True)
class Company:
    """How a line goes with the lines taken for the story (the core)."""

    shared: float  # its content words that the core has elsewhere
    topical: float  # how common in the core its three commonest words are
    foreign: float  # its names that the core has nowhere else
    words: int
    names: int


def companies(terms: Sequence[Terms], core: Collection[int]) -> list[Company]:
    """The company of every line, in time proportional to the page's words.

    A line of the core is compared with the rest of the core, never itself.
    """
    counts: Counter[str] = Counter()
    for place in core:
        counts.update(terms[place].words)
    size, inside = max(1, len(core)), set(core)
    result = []
    for place, line in enumerate(terms):
        own = 1 if place in inside else 0
        others = {word: counts[word] - own for word in line.words}
        best = sorted(others.values(), reverse=True)[:3]
        foreign = sum(1 for name in line.names if others[name] == 0)
        result.append(
            Company(
                shared=sum(1 for n in others.values() if n) / len(others) if others else 0.0,
                topical=min(1.0, sum(best) / (3 * size)),
                foreign=foreign / len(line.names) if line.names else 0.0,
                words=len(line.words),
                names=len(line.names),
            )
        )
    return result
