"""How well retrieval ranks, step by step, on a collection with known answers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from eval import metrics
from eval.corpus import JudgedQuery, index_corpus, read_queries
from index.archive import Archive
from index.embed import Embedder
from index.errors import SourceError
from rag.retrieve import Query, Step, retrieve

_DEPTH = 60  # passages: enough for ten different documents

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
    """Scores of each step over the same `queries`; `left_out` had no relevant document."""

    steps: dict[Step, Scores]
    default: Step
    queries: int
    left_out: int


def measure(
    corpus: Path, queries: Path, embedder: Embedder, progress: Progress | None = None
) -> RetrievalScores:
    """Index the corpus into a temporary archive and rank it for every query.

    Raises SourceError where a file is not as expected or no query has an answer.
    """
    judged = read_queries(queries)
    asked = [query for query in judged if query.relevant]
    if not asked:
        raise SourceError(f"{queries}: no query has a relevant document")
    with tempfile.TemporaryDirectory(prefix="byline-eval-") as folder:
        ids = index_corpus(
            corpus,
            Path(folder),
            embedder,
            (lambda done, total: progress("indexing", done, total)) if progress else None,
        )
        archive = Archive(Path(folder))
        try:
            ranked: dict[Step, list[list[str]]] = {step: [] for step in Step}
            for done, query in enumerate(asked, start=1):
                wanted = Query(query.question, embedder.embed_query(query.question))
                for step in Step:
                    hits = retrieve(archive, wanted, _DEPTH, step=step)
                    found = dict.fromkeys(ids[hit.article.id] for hit in hits)
                    ranked[step].append(list(found))
                if progress is not None:
                    progress("asking", done, len(asked))
        finally:
            archive.close()
    return RetrievalScores(
        steps={step: _scores(lists, asked) for step, lists in ranked.items()},
        default=Step.FUSED,
        queries=len(asked),
        left_out=len(judged) - len(asked),
    )


def _scores(lists: list[list[str]], asked: list[JudgedQuery]) -> Scores:
    pairs = [(ranked, query.relevant) for ranked, query in zip(lists, asked, strict=True)]
    return Scores(
        hit_at_1=fmean(metrics.hit_at(1, *pair) for pair in pairs),
        hit_at_5=fmean(metrics.hit_at(5, *pair) for pair in pairs),
        mrr=fmean(metrics.reciprocal_rank(*pair) for pair in pairs),
        ndcg_at_10=fmean(metrics.ndcg_at(10, *pair) for pair in pairs),
        recall_at_4=fmean(metrics.recall_at(4, *pair) for pair in pairs),
        recall_at_10=fmean(metrics.recall_at(10, *pair) for pair in pairs),
    )
