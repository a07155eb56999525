"""Fitting the few weights of the verifier: `python -m eval.train.weigh_verifier --data DIR`.

DIR holds JSON Lines as in `grounding`: a document and a claim or an answer,
with `supported` or `faithfulness_1_to_4`, and a `group`. One logistic
regression with a ridge on all sets together, each set weighing the same
whatever its number of rows; the label of a row is that of each of its claims,
which share its weight. Printed are the AUC of each set as fitted and out of
fold (five folds of whole groups, a row's score the mean of its claims'), the
best balanced accuracy out of fold, and `rag/support_weights.py`.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.binary import auroc
from eval.train.weigh import logistic
from rag import checks, support
from rag.claims import split
from rag.verdict import Claim, Context, Entailer, Pair, State
from rag.verify import begin, shipped

log = logging.getLogger(__name__)

_FAITHFUL = 3.5  # of 1 to 4: the mean of several judges, of whom at least one gave full marks
_FOLDS = 5
_SURE = 4.6  # log-odds of a claim that needs no judging: 0.99, or 0.01
_SETS = ("qags_cnndm", "qags_xsum", "summedits_news", "wice", "mtrag_answers")
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a set: `marks` `(claims, features)` of those that are judged, the odds of others."""

    collection: str
    group: str
    label: bool
    marks: Array
    certain: tuple[float, ...]


def read(data: Path, entailer: Entailer | None) -> Iterator[Row]:
    """Every row of every set. Raises OSError, or KeyError for a row without its columns."""
    for name in _SETS:
        for line in (data / f"{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            text = row["claim"] if "claim" in row else row["answer"]
            label = row.get("supported", row.get("faithfulness_1_to_4", 0) >= _FAITHFUL)
            marks, certain = marks_of(text, row["document"], entailer)
            yield Row(name, row["group"], bool(label), marks, certain)
        log.info("read %s", name)


def marks_of(
    text: str, document: str, entailer: Entailer | None
) -> tuple[Array, tuple[float, ...]]:
    """The features of a text's claims, and the log-odds of those that need no judging."""
    found: list[tuple[float, ...]] = []
    certain = []
    for piece in split(text):
        verdict, inquiry = begin(Claim(piece.text, (Context(document),)))
        if inquiry is None:
            if verdict.state is not State.NOT_CHECKABLE:
                certain.append(_SURE if verdict.state is State.SUPPORTED else -_SURE)
            continue
        values = support.features(inquiry, checks.failures(inquiry))
        if entailer is not None:
            judged = entailer.entail([Pair(inquiry.evidence.text, inquiry.text)])[0]
            values = (*values, *support.judgement(values, judged))
        found.append(values)
    width = len(support.NAMES_JUDGED if entailer is not None else support.NAMES)
    return np.array(found, dtype=np.float64).reshape(len(found), width), tuple(certain)


def fit(rows: Sequence[Row]) -> Array:
    """The weights and, last, the bias: every set of the same weight."""
    judged = [row for row in rows if len(row.marks)]
    sizes = {name: sum(row.collection == name for row in judged) for name in _SETS}
    x = np.concatenate([row.marks for row in judged])
    y = np.concatenate([np.full(len(row.marks), float(row.label)) for row in judged])
    each = np.concatenate(
        [np.full(len(row.marks), 1 / (len(row.marks) * sizes[row.collection])) for row in judged]
    )
    spread = x.std(axis=0) + 1e-6  # the ridge is to weigh all features alike
    fitted = logistic(x / spread, y, each)
    return np.append(fitted[:-1] / spread, fitted[-1])


def score(row: Row, weights: Array) -> float:
    """The mean probability of a row's claims; 1.0 where it claims nothing, and so nothing wrong."""
    odds = np.append(row.marks @ weights[:-1] + weights[-1], row.certain)
    return float((1 / (1 + np.exp(-odds))).mean()) if odds.size else 1.0


def report(rows: Sequence[Row]) -> Array:
    """Fit, and print what comes of it."""
    groups = sorted({row.group for row in rows})
    order = np.random.default_rng(0).permutation(len(groups))
    fold_of = {groups[n]: at % _FOLDS for at, n in enumerate(order)}
    weights = fit(rows)
    out: dict[int, float] = {}
    for fold in range(_FOLDS):
        seen = fit([row for row in rows if fold_of[row.group] != fold])
        for n, row in enumerate(rows):
            if fold_of[row.group] == fold:
                out[n] = score(row, seen)
    for name in _SETS:
        own = [n for n, row in enumerate(rows) if row.collection == name]
        labels = np.array([rows[n].label for n in own])
        fitted = auroc([score(rows[n], weights) for n in own], labels)
        apart = np.array([out[n] for n in own])
        best, at = balanced(apart, labels)
        log.info(
            "%-15s AUC as fitted %.3f, out of fold %.3f; balanced accuracy %.3f at %.2f",
            name,
            fitted or 0.0,
            auroc(apart, labels) or 0.0,
            best,
            at,
        )
    return weights


def balanced(scores: Array, labels: Array) -> tuple[float, float]:
    """The best balanced accuracy of any threshold in hundredths, and that threshold."""
    found = [
        (((scores >= t)[labels].mean() + (scores < t)[~labels].mean()) / 2, t)
        for t in np.arange(1, 100) / 100
    ]
    best, at = max(found)
    return float(best), float(at)


def show(names: Sequence[str], weights: Array, suffix: str) -> None:
    """Print the lines of `rag/support_weights.py`."""
    log.info("WEIGHTS%s: tuple[float, ...] = (", suffix)
    for name, weight in zip(names, weights, strict=False):
        log.info("    %.2f,  # %s", weight, name)
    log.info(")\nBIAS%s = %.2f", suffix, weights[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder `grounding`")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    log.setLevel(logging.INFO)
    data = parser.parse_args().data
    log.info("without a model")
    show(support.NAMES, report(list(read(data, None))), "")
    entailer = shipped()
    if entailer is not None:
        log.info("with %s", entailer.id)
        show(support.NAMES_JUDGED, report(list(read(data, entailer))), "_JUDGED")


if __name__ == "__main__":
    main()
