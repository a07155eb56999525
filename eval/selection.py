"""Which sentence of a paragraph answers: the choice that every answer begins with.

Each step sees the same sentences. The last one that can be had is what the
product does (rag/select.py); the others say what its parts are worth.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from eval.asking import Progress, Setup
from eval.corpus import read_rows
from eval.figures import Figure, mean
from eval.metrics import hit_at, reciprocal_rank
from index.analyze import words
from index.embed import Embedder
from index.errors import SourceError
from rag import select
from rag.reader import Extract, Reader
from rag.stopwords import STOPWORDS

_LANGUAGE = "en"  # of the analyser of the step `words`


class Step(StrEnum):
    """What chooses."""

    WORDS = "words"  # weighted by how rare they are in the file's sentences
    MEANING = "meaning"  # cosine similarity
    FEATURES = "features"  # the product's, without its reader
    READER = "reader"  # alone
    BOTH = "reader and features"  # the product


@dataclass(frozen=True, slots=True)
class Choice:
    """A question, the sentences to choose from, and the indices of those that answer."""

    question: str
    title: str
    sentences: tuple[str, ...]
    gold: frozenset[int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """How high the first sentence that answers is ranked."""

    r_at_1: Figure
    mrr: Figure


@dataclass(frozen=True, slots=True)
class SelectionScores:
    """Scores of each step over the same `cases`; `left_out` had no sentence that answers."""

    steps: dict[Step, Chosen]
    default: Step
    cases: int
    left_out: int


Rank = Callable[[Choice], Sequence[float]]


def read_choices(path: Path) -> list[Choice]:
    """Rows of `question`, `sentences`, `answer_sentences` (indices from 0), perhaps `title`.

    Raises SourceError with file and line.
    """
    found = []
    for number, row in read_rows(path):
        where = f"{path}:{number}"
        question, sentences, gold = (
            row.get(key) for key in ("question", "sentences", "answer_sentences")
        )
        if not isinstance(question, str):
            raise SourceError(f"{where}: expected question to be text")
        if not isinstance(sentences, list) or not all(isinstance(s, str) for s in sentences):
            raise SourceError(f"{where}: expected sentences to be a list of text")
        if not isinstance(gold, list) or not all(_is_index(n, len(sentences)) for n in gold):
            raise SourceError(
                f"{where}: expected answer_sentences to be indices of its "
                f"{len(sentences)} sentences, found {gold!r:.40}"
            )
        title = str(row.get("title") or "")
        found.append(Choice(question, title, tuple(sentences), frozenset(gold)))
    return found


def _is_index(number: object, size: int) -> bool:
    return type(number) is int and 0 <= number < size


def measure(path: Path, setup: Setup, progress: Progress | None = None) -> SelectionScores:
    """Rank the sentences of every row step by step.

    Without a reader its steps are left out. Equal scores rank in the order of
    the text. Raises SourceError where a row is malformed or none has an answer.
    """
    choices = read_choices(path)
    asked = [choice for choice in choices if choice.gold]
    if not asked:
        raise SourceError(f"{path}: no row has a sentence that answers")
    steps = _steps(asked, setup.embedder, setup.reader)
    ranked: dict[Step, list[list[str]]] = {step: [] for step in steps}
    for done, choice in enumerate(asked, start=1):
        for step, rank in steps.items():
            scores = rank(choice)
            order = sorted(range(len(scores)), key=lambda n: (-scores[n], n))
            ranked[step].append([str(n) for n in order])
        if progress is not None:
            progress("choosing", done, len(asked))
    gold = [frozenset(map(str, choice.gold)) for choice in asked]
    return SelectionScores(
        steps={
            step: Chosen(
                mean([hit_at(1, *pair) for pair in zip(lists, gold, strict=True)]),
                mean([reciprocal_rank(*pair) for pair in zip(lists, gold, strict=True)]),
            )
            for step, lists in ranked.items()
        },
        default=Step.BOTH if setup.reader is not None else Step.FEATURES,
        cases=len(asked),
        left_out=len(choices) - len(asked),
    )


def _steps(
    choices: Sequence[Choice], embedder: Embedder, reader: Reader | None
) -> dict[Step, Rank]:
    def product(choice: Choice, reader: Reader | None) -> list[float]:
        return select.rank(
            choice.question, choice.title, choice.sentences, embedder=embedder, reader=reader
        )

    def meaning(choice: Choice) -> Sequence[float]:
        vectors = embedder.embed_passages(choice.sentences)
        return [float(near) for near in vectors @ embedder.embed_query(choice.question)]

    steps: dict[Step, Rank] = {
        Step.WORDS: _by_words(choices),
        Step.MEANING: meaning,
        Step.FEATURES: lambda choice: product(choice, None),
    }
    if reader is not None:
        steps[Step.READER] = lambda choice: (
            reader.read(choice.question, [Extract(choice.title, choice.sentences)])[0].sentences
        )
        steps[Step.BOTH] = lambda choice: product(choice, reader)
    return steps


def _by_words(choices: Sequence[Choice]) -> Rank:
    """The weight of a question's telling words in each sentence, by their idf in all of them."""
    total = sum(len(choice.sentences) for choice in choices)
    known = Counter(word for c in choices for s in c.sentences for word in set(words(s, _LANGUAGE)))
    weight = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in known.items()}

    def rank(choice: Choice) -> list[float]:
        told = " ".join(w for w in choice.question.split() if w.casefold() not in STOPWORDS)
        wanted = set(words(told, _LANGUAGE))
        return [
            sum(weight[word] for word in sorted(wanted & set(words(sentence, _LANGUAGE))))
            for sentence in choice.sentences
        ]

    return rank
