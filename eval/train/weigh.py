"""Fitting the few weights beside the reader: choosing a sentence, and whether to answer.

`python -m eval.train.weigh --data DIR` prints the constants of `rag/select.py`
and `rag/judge.py`. Sentences: the negative log of the summed probability of the
right ones among all of a question (as the reader itself is trained), then a
logistic regression of "is the best one right" for scale and bias. Refusal: a
logistic regression. Both with a ridge; what a collection weighs does not depend
on how many questions it has. Figures beside them are from five folds of questions.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from eval.asking import SAMPLE, Desk, Setup, fill_with, temporary
from eval.binary import auroc
from eval.corpus import index_corpus, index_rows, read_queries
from eval.questions import read_talks, same
from eval.refusal import read_asked
from eval.selection import read_choices
from index.embed import SentenceTransformerEmbedder
from rag import judge, select
from rag.reader import OnnxReader

log = logging.getLogger(__name__)
_RIDGE = 0.003  # of the squared weights, beside a mean loss
_FOLDS = 5
# What the collections weigh for refusal: of the facts, what cannot be answered is of another
# world, and any mark tells it.
_SHARES = {"sample": 1.0, "squad2": 1.0, "facts": 0.2}


@dataclass(frozen=True, slots=True)
class Case:
    """A question: the marks of its sentences `(n, marks)`, which are right, its evidence."""

    collection: str
    marks: np.ndarray[Any, Any]
    right: np.ndarray[Any, Any]
    evidence: tuple[float, ...] | None
    answerable: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A question, whether it is answerable, its gold sentences and the day it is asked on."""

    question: str
    answerable: bool
    gold: tuple[str, ...] = ()
    today: date | None = None


def cases_of(name: str, desk: Desk, rows: Sequence[Row]) -> list[Case]:
    """What the product sees of each question."""
    found = []
    for row in rows:
        finding = desk.on(row.today).find(row.question)
        marks = [select.marks_of(c).values() for c in finding.scored]
        right = [any(same(c.text, gold) for gold in row.gold) for c in finding.scored]
        evidence = judge.marks(finding.evidence) if finding.evidence else None
        found.append(Case(name, np.array(marks), np.array(right, bool), evidence, row.answerable))
    return found


def collect(data: Path) -> Iterator[Case]:
    setup = Setup(SentenceTransformerEmbedder(), OnnxReader())
    for choice in read_choices(data / "selection" / "qed.jsonl"):
        marks = select.marks(
            choice.question,
            choice.title,
            choice.sentences,
            embedder=setup.embedder,
            reader=setup.reader,
        )
        right = [n in choice.gold for n in range(len(marks))]
        yield Case("qed", np.array([m.values() for m in marks]), np.array(right), None, True)
    talks = read_talks(SAMPLE / "questions.jsonl")
    rows = [
        Row(q.question, q.answerable, q.gold, talk.today) for talk in talks for q in talk.questions
    ]
    with temporary(setup, fill_with(SAMPLE / "articles", setup.embedder)) as desk:
        yield from cases_of("sample", desk, rows)
    asked = read_asked(data / "abstention" / "squad2.jsonl")
    contexts = [{"id": f"c{n}", "text": t} for n, t in enumerate({r.context: 0 for r in asked})]
    with temporary(setup, partial(_index_rows, contexts, setup)) as desk:
        yield from cases_of("squad2", desk, [Row(r.question, r.answerable) for r in asked])
    facts = data / "retrieval" / "news_facts"
    queries = [Row(q.question, bool(q.relevant)) for q in read_queries(facts / "queries.jsonl")]
    with temporary(setup, partial(_index, facts / "corpus.jsonl", setup)) as desk:
        yield from cases_of("facts", desk, queries)


def _index(corpus: Path, setup: Setup, folder: Path) -> None:
    index_corpus(corpus, folder, setup.embedder)


def _index_rows(rows: list[dict[str, Any]], setup: Setup, folder: Path) -> None:
    index_rows(rows, folder, setup.embedder)


def weights(cases: Sequence[Case]) -> np.ndarray[Any, Any]:
    """Of the marks of sentences, by the listwise loss; only their ratios count yet."""
    asked = [case for case in cases if case.right.any()]
    counts = {c.collection: sum(o.collection == c.collection for o in asked) for c in asked}

    def loss(w: np.ndarray[Any, Any]) -> float:
        total = 0.0
        for case in asked:
            logits = case.marks @ w
            top = logits.max()
            chosen = np.log(np.exp(logits[case.right] - top).sum())
            every = np.log(np.exp(logits - top).sum())
            total += (every - chosen) / counts[case.collection]
        return float(total + _RIDGE * (w**2).sum())

    return np.asarray(minimize(loss, np.full(asked[0].marks.shape[1], 0.1), method="L-BFGS-B").x)


def logistic(
    x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], each: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Weights and, last, the bias of a logistic regression; `each` weighs the rows."""
    rows = np.hstack((x, np.ones((len(x), 1))))
    share = each / each.sum()

    def loss(w: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        logits = rows @ w
        kept = np.append(w[:-1], 0.0)
        value = (share * (np.logaddexp(0, logits) - y * logits)).sum() + _RIDGE * (kept**2).sum()
        slope = rows.T @ (share * (1 / (1 + np.exp(-logits)) - y)) + 2 * _RIDGE * kept
        return float(value), slope

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)


def folds(cases: Sequence[Case]) -> Iterator[tuple[list[Case], list[Case]]]:
    for fold in range(_FOLDS):
        held = [case for n, case in enumerate(cases) if n % _FOLDS == fold]
        yield [case for n, case in enumerate(cases) if n % _FOLDS != fold], held


def weigh_selection(cases: Sequence[Case]) -> None:
    asked = [case for case in cases if len(case.marks) and case.answerable and case.right.any()]
    hits: dict[str, list[bool]] = {}
    for seen, held in folds(asked):
        fitted = weights(seen)
        for case in held:
            hits.setdefault(case.collection, []).append(
                bool(case.right[(case.marks @ fitted).argmax()])
            )
    for name, each in hits.items():
        log.info("%s: right sentence first, of those found, %.3f (five folds)", name, np.mean(each))
    fitted = weights(asked)
    sample = [case for case in cases if case.collection == "sample" and len(case.marks)]
    best = np.array([[(case.marks @ fitted).max()] for case in sample])
    right = np.array([bool(case.right[(case.marks @ fitted).argmax()]) for case in sample])
    scale, bias = logistic(best, right.astype(float), np.ones(len(best)))
    log.info("select._READ_WEIGHTS = %s", tuple(round(float(w * scale), 2) for w in fitted))
    log.info("select._READ_BIAS = %.2f", bias)


def weigh_refusal(cases: Sequence[Case]) -> None:
    asked = [case for case in cases if case.evidence is not None]
    fitted = _refusal(asked)
    odds: dict[str, list[tuple[float, bool]]] = {}
    for seen, held in folds(asked):
        part = _refusal(seen)
        for case in held:
            value = float(np.dot(part[:-1], np.array(case.evidence)) + part[-1])
            odds.setdefault(case.collection, []).append((value, case.answerable))
    for name, each in odds.items():
        log.info("%s: AUROC %.3f (five folds)", name, auroc(*map(list, zip(*each, strict=True))))
    log.info("judge._READ_WEIGHTS = %s", tuple(round(float(w), 2) for w in fitted[:-1]))
    log.info("judge._READ_BIAS = %.2f", fitted[-1])


def _refusal(cases: Sequence[Case]) -> np.ndarray[Any, Any]:
    counts = {c.collection: sum(o.collection == c.collection for o in cases) for c in cases}
    each = [_SHARES[c.collection] / counts[c.collection] for c in cases]
    x = np.array([case.evidence for case in cases])
    return logistic(x, np.array([float(c.answerable) for c in cases]), np.array(each))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    log.setLevel(logging.INFO)
    cases = list(collect(parser.parse_args().data))
    weigh_selection(cases)
    weigh_refusal(cases)


if __name__ == "__main__":
    main()
