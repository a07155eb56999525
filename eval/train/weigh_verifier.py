"""Fitting the few weights of the verifier: `python -m eval.train.weigh_verifier --data DIR`.

DIR holds JSON Lines as in `grounding`: a document and a claim or an answer,
with `supported` or `faithfulness_1_to_4`, and a `group`. One logistic
regression with a ridge on all sets together. Each set weighs the same whatever
its number of rows, and in each what is supported weighs as much as what is not.
Every set has a bias of its own while fitting, so that the weights tell true
from false within a set and not one set from another (a fixed-effects
regression; without it the AUC was .01 to .05 lower on every set but one); the
bias that is used is their mean. The label of a row is that of each of its
claims, which share its weight.

Printed are, for each set, the AUC as fitted and out of fold (three times five
folds of whole groups; a row's score as `rag.verify.aggregate` has it, rows that
claim nothing left out), the balanced accuracies out of fold at one threshold
for all sets, and `rag/support_weights.py`.
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
from scipy.optimize import minimize

from eval.binary import auroc
from rag import checks, support
from rag.claims import split
from rag.verdict import Claim, Context, Entailer, Pair, State
from rag.verify import begin, length, shipped

log = logging.getLogger(__name__)

_FAITHFUL = 3.5  # of 1 to 4: the mean of several judges, of whom at least one gave full marks
_FOLDS = 5
_TIMES = 3  # that the folds are drawn
_RIDGE = 0.002  # of the squared weights of features of unit spread
_THRESHOLDS = tuple(round(0.3 + 0.05 * n, 2) for n in range(10))
_SURE = 4.6  # log-odds of a claim that needs no judging: 0.99, or 0.01
_SETS = ("qags_cnndm", "qags_xsum", "summedits_news", "wice", "mtrag_answers")
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a set: `marks` `(claims, features)` of those that are judged, the odds of others.

    `lengths` are the words of the judged claims, then of the others.
    """

    collection: str
    group: str
    label: bool
    marks: Array
    certain: tuple[float, ...]
    lengths: tuple[int, ...]


def read(data: Path, entailer: Entailer | None) -> Iterator[Row]:
    """Every row of every set. Raises OSError, or KeyError for a row without its columns."""
    for name in _SETS:
        for line in (data / f"{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            text = row["claim"] if "claim" in row else row["answer"]
            label = row.get("supported", row.get("faithfulness_1_to_4", 0) >= _FAITHFUL)
            yield Row(name, row["group"], bool(label), *marks_of(text, row["document"], entailer))
        log.info("read %s", name)


def marks_of(
    text: str, document: str, entailer: Entailer | None
) -> tuple[Array, tuple[float, ...], tuple[int, ...]]:
    """The features of a text's claims, the log-odds of those that need no judging, lengths."""
    found: list[tuple[float, ...]] = []
    certain, long, short = [], [], []
    for piece in split(text):
        verdict, inquiry = begin(Claim(piece.text, (Context(document),)))
        if inquiry is None:
            if verdict.state is not State.NOT_CHECKABLE:
                certain.append(_SURE if verdict.state is State.SUPPORTED else -_SURE)
                short.append(length(piece.text))
            continue
        values = support.features(inquiry, checks.failures(inquiry))
        if entailer is not None:
            judged = entailer.entail([Pair(inquiry.evidence.text, inquiry.text)])[0]
            values = (*values, *support.judgement(values, judged))
        found.append(values)
        long.append(length(piece.text))
    width = len(support.NAMES_JUDGED if entailer is not None else support.NAMES)
    marks = np.array(found, dtype=np.float64).reshape(len(found), width)
    return marks, tuple(certain), (*long, *short)


def fit(rows: Sequence[Row]) -> Array:
    """The weights and, last, the bias."""
    judged = [row for row in rows if len(row.marks)]
    share = {
        (name, label): sum(row.collection == name and row.label == label for row in judged)
        for name in _SETS
        for label in (False, True)
    }
    x = np.concatenate([row.marks for row in judged])
    y = np.concatenate([np.full(len(row.marks), float(row.label)) for row in judged])
    each = np.concatenate(
        [
            np.full(len(row.marks), 1 / (len(row.marks) * share[row.collection, row.label]))
            for row in judged
        ]
    )
    sets = np.concatenate([np.full(len(row.marks), _SETS.index(row.collection)) for row in judged])
    spread = x.std(axis=0) + 1e-6  # the ridge is to weigh all features alike
    weights, biases = stratified(x / spread, y, each / each.sum(), np.eye(len(_SETS))[sets])
    return np.append(weights / spread, biases.mean())


def stratified(x: Array, y: Array, each: Array, strata: Array) -> tuple[Array, Array]:
    """A ridge regression's weights, and a bias for each of the `(n, strata)` indicators."""
    rows = np.hstack((x, strata))
    width = x.shape[1]

    def loss(w: Array) -> tuple[float, Array]:
        logits = rows @ w
        kept = np.append(w[:width], np.zeros(strata.shape[1]))
        value = (each * (np.logaddexp(0, logits) - y * logits)).sum() + _RIDGE * (kept**2).sum()
        slope = rows.T @ (each * (1 / (1 + np.exp(-logits)) - y)) + 2 * _RIDGE * kept
        return float(value), slope

    found = np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)
    return found[:width], found[width:]


def score(row: Row, weights: Array) -> float | None:
    """The mean probability of a row's claims by their length; None where it claims nothing."""
    odds = np.append(row.marks @ weights[:-1] + weights[-1], row.certain)
    if not odds.size:
        return None
    return float(np.average(1 / (1 + np.exp(-odds)), weights=row.lengths))


def report(rows: Sequence[Row]) -> Array:
    """Fit, and print what comes of it."""
    weights = fit(rows)
    told = [n for n, row in enumerate(rows) if score(row, weights) is not None]
    out = np.zeros(len(rows))
    for seed in range(_TIMES):
        groups = sorted({row.group for row in rows})
        order = np.random.default_rng(seed).permutation(len(groups))
        fold_of = {groups[n]: at % _FOLDS for at, n in enumerate(order)}
        for fold in range(_FOLDS):
            seen = fit([row for row in rows if fold_of[row.group] != fold])
            for n in told:
                if fold_of[rows[n].group] == fold:
                    out[n] += (score(rows[n], seen) or 0.0) / _TIMES
    for name in _SETS:
        own = [n for n in told if rows[n].collection == name]
        labels = np.array([rows[n].label for n in own])
        fitted = auroc([score(rows[n], weights) or 0.0 for n in own], labels)
        log.info(
            "%-15s AUC as fitted %.3f, out of fold %.3f; balanced accuracy %s",
            name,
            fitted or 0.0,
            auroc(out[own], labels) or 0.0,
            "  ".join(f"{t:.2f} {balanced(out[own], labels, t):.3f}" for t in _THRESHOLDS),
        )
    return weights


def balanced(scores: Array, labels: Array, threshold: float) -> float:
    """The mean of the shares of supported rows at or above it, and of others below it."""
    return float(((scores >= threshold)[labels].mean() + (scores < threshold)[~labels].mean()) / 2)


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
