"""How well a question's words stand together in a passage.

BM25 counts words wherever they stand. What answers a question mostly has its
words in one sentence, and its phrases as phrases; so the best passages are
looked at again. Where words take many endings (`index.analyze.STUBBED`), a
stem still leaves forms of a word apart, and the runs of four letters that
question and passage share find them together (McNamee and Mayfield 2004,
"Character n-gram tokenization for European language text retrieval"); there
is nothing to index for it, as only the best passages are compared.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index import sentences
from index.analyze import PLAIN, STUB, STUBBED, stub, words
from index.archive import Archive

_GRAM = 4  # letters, the marks at a word's ends counted
_TF = 1.2  # BM25's k1: how soon a further occurrence counts for little
# Shares of the parts, each 0 to 1, and how much the whole counts beside a fused score of 1.
_SENTENCE, _PHRASES, _STEMMED_WEIGHT = 0.67, 0.33, 0.6
_GRAMS, _STUBS, _STEMS, _STUBBED_WEIGHT = 0.4, 0.3, 0.3, 2.0
# A list of topics asks for no sentence, and is not helped by one (eval/LOG.md).
_QUESTION = re.compile(
    r"[?؟]\s*$|^\W*(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|"
    r"can|could|will|has|have|had)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to compare: its own text, that with what stands around it, its analyzer's key."""

    passage: str
    window: str
    key: str


def asks(text: str) -> bool:
    """Whether a text is put as a question."""
    return _QUESTION.search(text) is not None


def rescore(
    archive: Archive, question: str, scores: Sequence[float], texts: Sequence[Text]
) -> list[float]:
    """The scores, 0 to 1, mixed with how well each text has the question's words together."""
    asked = {key: _Asked.of(archive, question, key) for key in {text.key for text in texts}}
    answer = asks(question)
    stubbed = iter(_windows(question, asked, [text for text in texts if text.key in STUBBED]))
    mixed = []
    for score, text in zip(scores, texts, strict=True):
        own = asked[text.key]
        if text.key in STUBBED:
            weight, shared = _STUBBED_WEIGHT, next(stubbed)
        elif answer:
            weight = _STEMMED_WEIGHT
            there = words(text.passage, text.key)
            sentence = own.best_sentence(text.passage, there)
            shared = _SENTENCE * sentence + _PHRASES * own.phrases_in(there)
        else:
            weight, shared = 0.0, 0.0
        mixed.append((score + weight * shared) / (1 + weight))
    return mixed


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question in one analyzer's words: idf of each stem and stub, and its pairs of words."""

    key: str
    stems: Mapping[str, float]
    stubs: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, archive: Archive, question: str, key: str) -> _Asked:
        stems = words(question, key)
        cut = [stub(word) for word in words(question, PLAIN)] if key in STUBBED else []
        return cls(
            key,
            _weights(archive, stems, key),
            _weights(archive, cut, STUB),
            frozenset(pairwise(stems)),
        )

    def best_sentence(self, passage: str, there: Sequence[str]) -> float:
        """The largest share of the question's weight that stands in one sentence.

        `there` are the passage's words: no sentence is looked at once none can have more.
        """
        total = sum(self.stems.values())
        shared = self.stems.keys() & set(there)
        if not (total and shared):
            return 0.0
        most = sum(self.stems[stem] for stem in shared)
        if len(shared) == 1:
            return most / total
        best = 0.0
        for span in sentences.split(passage):
            own = shared.intersection(words(passage[span.start : span.end], self.key))
            best = max(best, sum(self.stems[stem] for stem in own))
            if len(own) == len(shared):
                break
        return best / total

    def phrases_in(self, there: Sequence[str]) -> float:
        """The share of the question's pairs of neighbouring words that are so in the passage."""
        if not self.pairs:
            return 0.0
        return len(self.pairs.intersection(pairwise(there))) / len(self.pairs)


def _weights(archive: Archive, stems: Sequence[str], key: str) -> dict[str, float]:
    """BM25's idf of the stems that the archive has; what it has nowhere tells nothing apart."""
    total = max(1, archive.passages)
    found = {}
    for stem in dict.fromkeys(stems):
        frequency = archive.frequency(stem, key)
        if frequency:
            found[stem] = max(0.0, math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)))
    return found


def _windows(question: str, asked: Mapping[str, _Asked], texts: Sequence[Text]) -> list[float]:
    """How much of the question is in each window, by letters, stubs and stems; 0 to 1."""
    grams = {gram for word in words(question, PLAIN) for gram in _grams(word)}
    of_word: dict[str, tuple[str, ...]] = {}  # its runs that are asked for
    counted: list[tuple[Counter[str], Counter[str], Counter[str]]] = []
    for text in texts:
        plain = words(text.window, PLAIN)
        runs: Counter[str] = Counter()
        for word in plain:
            if word not in of_word:
                of_word[word] = tuple(gram for gram in _grams(word) if gram in grams)
            runs.update(of_word[word])
        counted.append((runs, Counter(map(stub, plain)), Counter(words(text.window, text.key))))
    frequency = Counter(gram for runs, _, _ in counted for gram in runs)
    idf = {g: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for g, n in frequency.items()}
    parts = (
        _of_best([_bm25(idf, runs) for runs, _, _ in counted]),
        _of_best(
            [_bm25(asked[t.key].stubs, c) for t, (_, c, _) in zip(texts, counted, strict=True)]
        ),
        _of_best(
            [_bm25(asked[t.key].stems, c) for t, (_, _, c) in zip(texts, counted, strict=True)]
        ),
    )
    return [
        _GRAMS * gram + _STUBS * cut + _STEMS * stem for gram, cut, stem in zip(*parts, strict=True)
    ]


def _bm25(weights: Mapping[str, float], counted: Mapping[str, int]) -> float:
    """BM25 without a norm for length: windows are all about as long."""
    there = weights.keys() & counted.keys()
    return sum(weights[w] * counted[w] * (1 + _TF) / (counted[w] + _TF) for w in there)


def _of_best(scores: Sequence[float]) -> list[float]:
    best = max(scores, default=0.0) or 1.0
    return [score / best for score in scores]


@lru_cache(maxsize=50_000)
def _grams(word: str) -> tuple[str, ...]:
    marked = f"^{word}$"
    return tuple(marked[i : i + _GRAM] for i in range(max(1, len(marked) - _GRAM + 1)))
