"""How well retrieval ranks, step by step, on a collection with known answers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import fmean

from eval import metrics
from eval.bootstrap import Interval, interval
from eval.corpus import JudgedQuery, index_corpus, read_queries
from index.archive import Archive
from index.embed import Embedder
from index.errors import SourceError
from index.types import Filters
from rag.reader import Reader
from rag.rerank import MOST, rerank
from rag.retrieve import Query, Step, query, retrieve
from rag.types import Hit

DEPTH = 60  # passages: enough for ten different documents

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the queries."""

    hit_at_1: float
    hit_at_5: float
    mrr: float
    ndcg_at_10: float
    recall_at_4: float
    recall_at_10: float


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Scores of each step over the same `queries`; `left_out` had no relevant document.

    `intervals` holds the 95 % bootstrap interval of each of `Scores`' fields, by its name.
    """

    steps: dict[Step, Scores]
    intervals: dict[Step, dict[str, Interval]]
    default: Step
    queries: int
    left_out: int


def measure(
    corpus: Path,
    queries: Path,
    embedder: Embedder,
    progress: Progress | None = None,
    reader: Reader | None = None,
) -> RetrievalScores:
    """Index the corpus into a temporary archive and rank it for every query.

    The step READER is measured where a reader is given. Raises SourceError where
    a file is not as expected or no query has an answer.
    """
    judged = read_queries(queries)
    asked = [query for query in judged if query.relevant]
    if not asked:
        raise SourceError(f"{queries}: no query has a relevant document")
    steps = [step for step in Step if step is not Step.READER or reader is not None]
    with tempfile.TemporaryDirectory(prefix="byline-eval-") as folder:
        ids = index_corpus(
            corpus,
            Path(folder),
            embedder,
            (lambda done, total: progress("indexing", done, total)) if progress else None,
        )
        archive = Archive(Path(folder))
        try:
            ranked: dict[Step, list[list[str]]] = {step: [] for step in steps}
            for done, row in enumerate(asked, start=1):
                wanted = query(row.question, embedder)
                fused = retrieve(archive, wanted, DEPTH)
                for step, hits in by_step(archive, wanted, fused, reader).items():
                    ranked[step].append(list(dict.fromkeys(ids[hit.article.id] for hit in hits)))
                if progress is not None:
                    progress("asking", done, len(asked))
        finally:
            archive.close()
    values = {step: _values(lists, asked) for step, lists in ranked.items()}
    return RetrievalScores(
        steps={
            step: Scores(**{name: fmean(each) for name, each in of_step.items()})
            for step, of_step in values.items()
        },
        intervals={
            step: {name: interval(each) for name, each in of_step.items()}
            for step, of_step in values.items()
        },
        default=Step.FUSED if reader is None else Step.READER,
        queries=len(asked),
        left_out=len(judged) - len(asked),
    )


def by_step(
    archive: Archive,
    wanted: Query,
    fused: list[Hit],
    reader: Reader | None,
    filters: Filters = Filters(),
) -> dict[Step, list[Hit]]:
    """What each step finds, best first; `fused` is what the search as a whole found.

    The step READER is left out where there is no reader.
    """
    found = {
        step: retrieve(archive, wanted, DEPTH, filters, step) for step in (Step.DENSE, Step.LEXICAL)
    }
    found[Step.FUSED] = fused
    if reader is not None:
        opened = {hit.article.id: archive.article(hit.article.id) for hit in fused[:MOST]}
        articles = {name: article for name, article in opened.items() if article is not None}
        read = rerank(reader, wanted.text, fused, articles)
        found[Step.READER] = [each.hit for each in read]
    return found


def _values(lists: list[list[str]], asked: list[JudgedQuery]) -> dict[str, list[float]]:
    """Each field of `Scores` for each query."""
    pairs = [(ranked, query.relevant) for ranked, query in zip(lists, asked, strict=True)]
    values = {
        "hit_at_1": [metrics.hit_at(1, *pair) for pair in pairs],
        "hit_at_5": [metrics.hit_at(5, *pair) for pair in pairs],
        "mrr": [metrics.reciprocal_rank(*pair) for pair in pairs],
        "ndcg_at_10": [metrics.ndcg_at(10, *pair) for pair in pairs],
        "recall_at_4": [metrics.recall_at(4, *pair) for pair in pairs],
        "recall_at_10": [metrics.recall_at(10, *pair) for pair in pairs],
    }
    return {field.name: values[field.name] for field in fields(Scores)}
