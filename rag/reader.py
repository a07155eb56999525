"""Reading: which sentence of a passage answers a question, and does any?

A reader sees the question together with a whole passage, where retrieval
compares the two apart. Its scores are log-odds against "none of these", so
they are comparable across passages and questions: they rerank what retrieval
found, choose the sentence to quote, and say when there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Extract:
    """What a reader reads: the sentences of one passage, in order, and its article's title."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one extract.

    `sentences` holds the log-odds that each sentence answers, in the extract's
    order and of its length; `answerable` the log-odds that the extract holds an
    answer at all. Both are comparable across extracts and questions.
    """

    sentences: tuple[float, ...]
    answerable: float


class Reader(Protocol):
    """Scores the sentences of passages against a question."""

    @property
    def id(self) -> str:
        """Names the weights: two readers with the same id read alike."""

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        """One reading per extract, in order. An extract without sentences has no answer."""
