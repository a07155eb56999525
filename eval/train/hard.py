"""Questions that a passage nearly answers, made from ones that it does.

What real people ask of the wrong passage is one word off, about something the
passage leaves out, or answered two paragraphs on. After SQuAD 2.0 (Rajpurkar et
al. 2018), whose writers swapped entities, numbers and antonyms; here by rule.

A rule leaves traces: a swapped question may not read well, and a model that
learns to see that has learned nothing about passages. So every swap is made in
three ways: in the question, in the answering sentence, and in both, which
leaves the question answered.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from eval.train.data import WORD, Example
from rag.stopwords import STOPWORDS

_OPPOSITES = """first/last largest/smallest biggest/smallest highest/lowest most/least
    more/fewer before/after oldest/youngest north/south northern/southern east/west
    eastern/western northeast/southwest increase/decrease increased/decreased
    increases/decreases rise/fall rose/fell gain/lose gained/lost win/lose won/lost male/female
    men/women man/woman king/queen father/mother son/daughter brother/sister husband/wife
    boys/girls early/late earlier/later begin/end began/ended start/stop started/stopped
    open/close opened/closed buy/sell bought/sold public/private old/new older/newer long/short
    longest/shortest high/low higher/lower strong/weak rich/poor allowed/banned allow/ban
    accepted/rejected accept/reject supported/opposed support/oppose allies/enemies
    positive/negative upper/lower inside/outside above/below maximum/minimum major/minor
    import/export imports/exports internal/external arrive/leave arrived/left born/killed
    created/destroyed built/demolished joined/left hired/fired borrowed/lent teacher/student
    cause/prevent caused/prevented causes/prevents good/bad best/worst hot/cold rural/urban
    domestic/foreign summer/winter morning/evening majority/minority always/never attack/defend
    attacked/defended defeated/spared succeeded/failed successful/unsuccessful legal/illegal
    liberal/conservative ancient/modern easiest/hardest fastest/slowest""".split()
OPPOSITE = {
    a: b for pair in _OPPOSITES for a, b in (pair.split("/"), tuple(reversed(pair.split("/"))))
}
_MONTHS = frozenset(
    "january february march april june july august september october november december".split()
)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_COUNTS = frozenset("two three four five six seven eight nine ten eleven twelve twenty".split())
_ORDINALS = frozenset("first second third fourth fifth sixth seventh eighth ninth tenth".split())
_ENDINGS = ("ing", "ed", "ly", "tion", "ity", "ist", "ism", "ish", "ian", "al", "er", "s")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|did|does|do|has|had|have|can|could|will|would|should)\b", re.IGNORECASE
)
_FRAME = re.compile(
    r"^(?:who|whom|what|which|where|why|how)\b(?! (?:many|much|old|long|far|often|year|date|day))"
    r"(?=.*\b(?:is|are|was|were|did|does|do|has|had|have)\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\d")
_FIGURE = re.compile(
    r"(?:\b(?:in|on|by|since|from|until|till|at|of|about|around|nearly|over|between|and|to|age|aged)"
    r"\s+)?(?:\b(?:the\s+)?(?:" + "|".join(sorted(_MONTHS | _COUNTS)) + r")\b|[$£€]?\d[\w.,:%–-]*)"
    r"(?:\s+(?:million|billion|thousand|hundred|percent|per cent))?",
    re.IGNORECASE,
)
_FIGURED = re.compile(
    r"\b(?:when|(?:what|which) (?:year|date|day|month|time|decade|percentage|number)"
    r"|how (?:many|much|old|long|far|high|large|big|often))\b",
    re.IGNORECASE,
)
_QUANTITIES = ("when", "in what year", "how long ago", "on what date", "how many times", "how much")


@lru_cache(maxsize=1 << 17)
def kind(word: str, names: frozenset[str] = frozenset()) -> str:
    """What sort of thing a word stands for, as far as its form tells."""
    low = word.lower()
    if low.isdigit():
        return "year" if len(low) == 4 and low[0] in "12" else f"number{min(len(low), 4)}"
    if any(c.isdigit() for c in low):
        return "figure"
    for name, group in (
        ("month", _MONTHS),
        ("day", _DAYS),
        ("count", _COUNTS),
        ("ordinal", _ORDINALS),
    ):
        if low in group:
            return name
    if low in names:
        return "name"
    return "word" + next((end for end in _ENDINGS if low.endswith(end) and len(low) > 5), "")


def find_names(texts: Iterable[str]) -> frozenset[str]:
    """Words that stand capitalised inside sentences of cased text, nearly always."""
    upper: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for text in texts:
        for match in WORD.finditer(text):
            if match.start() == 0:
                continue
            low = match.group().lower()
            total[low] += 1
            upper[low] += match.group()[0].isupper()
    return frozenset(w for w, n in upper.items() if n >= 0.9 * total[w] and w not in STOPWORDS)


def put(text: str, word: str, instead: str) -> str:
    """`text` with every whole `word`, in whatever case, replaced."""
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _: instead, text, flags=re.IGNORECASE)


@lru_cache(maxsize=64)
def vocabulary(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Their telling words in lower case, each once, in order of the alphabet."""
    found = {word.lower() for sentence in sentences for word in WORD.findall(sentence)}
    return tuple(sorted(found - STOPWORDS))


class Likeness:
    """How alike words are: the cosine of the encoder's own vectors of their pieces.

    `table` is `(words of the vocabulary, d)`; a word of several pieces has their mean.
    """

    def __init__(self, tokenizer: Tokenizer, table: npt.NDArray[np.float32]) -> None:
        self._tokenizer = tokenizer
        self._table = table
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def vector(self, word: str) -> npt.NDArray[np.float32]:
        if word not in self._known:
            ids = self._tokenizer.encode(word, add_special_tokens=False).ids
            mean = self._table[ids].mean(axis=0) if ids else np.zeros_like(self._table[0])
            self._known[word] = mean / max(float(np.linalg.norm(mean)), 1e-6)
        return self._known[word]

    def nearest(self, word: str, others: Sequence[str], k: int) -> list[str]:
        """The `k` of `others` most like `word`, forms of the word itself left out."""
        own = [other for other in others if other[:4] != word[:4]]
        if not own:
            return []
        near = np.stack([self.vector(other) for other in own]) @ self.vector(word)
        return [own[n] for n in np.argsort(-near)[:k]]


def swap(
    example: Example,
    pool: tuple[str, ...],
    names: frozenset[str],
    likeness: Likeness | None,
    rng: random.Random,
) -> tuple[str, str] | None:
    """A word of the question that its answering sentence has, and another to put for it.

    The other is the opposite, or of the same kind and from `pool` (sentences of
    the same article), and stands in none of the answering sentences; it is one
    of the most alike, or any where `likeness` is None. None where the question
    has no such word.
    """
    answering = " ".join(example.sentences[n] for n in sorted(example.answers))
    there = {word.lower() for word in WORD.findall(answering)}
    asked = {word.lower() for word in WORD.findall(example.question)}
    shared = sorted(w for w in asked & there if w not in STOPWORDS or w in OPPOSITE)
    if not shared:
        return None
    opposed = [word for word in shared if word in OPPOSITE and OPPOSITE[word] not in there]
    if opposed and rng.random() < 0.5:
        word = rng.choice(opposed)
        return word, OPPOSITE[word]
    # Names and numbers are what people get wrong: they are chosen before other words.
    telling = [w for w in shared if not kind(w, names).startswith("word")]
    word = rng.choice(telling if telling and rng.random() < 0.75 else shared)
    wanted = kind(word, names)
    used = there | asked
    others = [w for w in vocabulary(pool) if w not in used and kind(w, names) == wanted]
    if not others:
        return (
            (word, str(int(word) + rng.choice((-10, -3, -1, 2, 5, 20)))) if word.isdigit() else None
        )
    if wanted.startswith("word") or wanted == "name":
        others = (likeness.nearest(word, others, 4) if likeness else others) or others
    return word, rng.choice(others)


def swapped(example: Example, word: str, instead: str, where: str) -> Example:
    """The swap made in the "question", in the "answer", or in "both" (still answered)."""
    question, sentences = example.question, list(example.sentences)
    if where in ("question", "both"):
        question = put(question, word, instead)
    if where == "both":
        sentences = [put(sentence, word, instead) for sentence in sentences]
    if where == "answer":
        for n in example.answers:
            sentences[n] = put(sentences[n], word, instead)
    title = put(example.title, word, instead) if where == "both" else example.title
    answers = example.answers if where == "both" else frozenset[int]()
    return Example(question, title, tuple(sentences), answers)


def negated(example: Example) -> Example | None:
    """The question with "not" after its auxiliary: what is not the case is not in the passage."""
    question, changed = _AUXILIARY.subn(r"\1 not", example.question, count=1)
    return replace(example, question=question, answers=frozenset()) if changed else None


def removed(example: Example) -> Example | None:
    """The passage without the sentences that answer."""
    rest = tuple(s for n, s in enumerate(example.sentences) if n not in example.answers)
    return replace(example, sentences=rest, answers=frozenset()) if rest else None


def reframed(example: Example, rng: random.Random) -> Example | None:
    """The question asking for a time or number instead, of a passage that has no figures."""
    if any(_COUNTED.search(s) or _COUNTS & set(s.lower().split()) for s in example.sentences):
        return None
    auxiliary = _AUXILIARY.search(example.question)
    if not _FRAME.match(example.question) or auxiliary is None:
        return None
    question = f"{rng.choice(_QUANTITIES)} {example.question[auxiliary.start() :]}"
    return replace(example, question=question, answers=frozenset())


def unfigured(sentence: str) -> str:
    """The sentence without its numbers and dates, and without the word that led to them."""
    return " ".join(_FIGURE.sub(" ", sentence).split())


def asks_for_a_figure(question: str) -> bool:
    """Whether it asks when, how many, how much, how old..."""
    return bool(_FIGURED.search(question))


def shared_words(question: str, sentences: Sequence[str]) -> int:
    """How many of the question's telling words stand in the sentences."""
    there = {word.lower() for sentence in sentences for word in WORD.findall(sentence)}
    return len({word.lower() for word in WORD.findall(question)} & there - STOPWORDS)
