"""How good a reader is: the sentence it prefers, and whether it knows when there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from eval.corpus import read_rows
from eval.train.data import Example, untokenised
from index.sentences import split
from rag.reader import Extract, Reading

Read = Callable[[str, Sequence[Extract]], list[Reading]]


@dataclass(frozen=True, slots=True)
class Figures:
    """On the development sets; None where there are no rows.

    `recall_at_1`: the share of answerable passages whose best sentence answers.
    `auroc`: of `answerable`, answerable rows against the others.
    """

    recall_at_1: float | None
    auroc: float | None

    @property
    def mean(self) -> float:
        """What the best weights of a run are chosen by."""
        found = [each for each in (self.recall_at_1, self.auroc) if each is not None]
        return fmean(found) if found else 0.0


def measure(read: Read, rows: Sequence[Example]) -> Figures:
    """Reads every row; rows with answers count for the choice, all for the refusal."""
    hits: list[float] = []
    odds: list[float] = []
    for row in rows:
        (reading,) = read(row.question, [Extract(row.title, row.sentences)])
        odds.append(reading.answerable)
        if row.answers:
            best = max(range(len(row.sentences)), key=reading.sentences.__getitem__)
            hits.append(float(best in row.answers))
    there = [bool(row.answers) for row in rows]
    both = any(there) and not all(there)
    return Figures(fmean(hits) if hits else None, auroc(odds, there) if both else None)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The chance that a positive scores above a negative, ties counting half (Mann-Whitney U)."""
    values, right = np.asarray(scores), np.asarray(labels)
    order, counts = np.unique(values, return_inverse=True, return_counts=True)[1:]
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[order]
    positives = int(right.sum())
    wins = ranks[right].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * (len(right) - positives)))


def read_choice(path: Path) -> list[Example]:
    """Rows of question, title, `sentences`, `answer_sentences` (qed.jsonl). Raises SourceError."""
    return [
        Example(
            row["question"],
            row.get("title") or "",
            tuple(untokenised(sentence) for sentence in row["sentences"]),
            frozenset(row["answer_sentences"]),
        )
        for _, row in read_rows(path)
    ]


def read_refusal(path: Path) -> list[Example]:
    """Rows of question, context and `answerable` (squad2.jsonl). Raises SourceError.

    Where it is answerable all sentences count as answers: which one does is not told.
    """
    found = []
    for _, row in read_rows(path):
        text = row["context"]
        sentences = tuple(text[span.start : span.end] for span in split(text))
        answers = frozenset(range(len(sentences)) if row["answerable"] else ())
        found.append(Example(row["question"], "", sentences, answers))
    return found
