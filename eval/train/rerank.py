"""What reading the best passages adds to their order, on a collection with known answers."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from eval.corpus import index_corpus, read_queries
from eval.train.measure import Read
from index.archive import Archive
from index.embed import Embedder
from index.passages import sentence_spans
from rag.reader import Extract
from rag.retrieve import Query, retrieve

READ = 8  # passages of each question


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that retrieval found: its document, fused score, and best sentence's log-odds."""

    document: str
    fused: float
    read: float


def find(
    corpus: Path, queries: Path, embedder: Embedder, read: Read
) -> list[tuple[frozenset[str], list[Found]]]:
    """For every question with an answer, its relevant documents and the passages read."""
    made = []
    with tempfile.TemporaryDirectory(prefix="byline-eval-") as folder:
        ids = index_corpus(corpus, Path(folder), embedder)
        archive = Archive(Path(folder))
        try:
            for query in read_queries(queries):
                if not query.relevant:
                    continue
                wanted = Query(query.question, embedder.embed_query(query.question))
                hits = retrieve(archive, wanted, READ)
                extracts = []
                for hit in hits:
                    article = archive.article(hit.article.id)
                    assert article is not None
                    spans = sentence_spans(article, hit.passage.start, hit.passage.end)
                    texts = tuple(article.body[span.start : span.end] for span in spans)
                    extracts.append(Extract(article.title, texts))
                readings = read(query.question, extracts)
                found = [
                    Found(ids[hit.article.id], hit.score, max(reading.sentences, default=-99.0))
                    for hit, reading in zip(hits, readings, strict=True)
                ]
                made.append((query.relevant, found))
        finally:
            archive.close()
    return made


def hit_at_1(found: Sequence[tuple[frozenset[str], list[Found]]], weight: float) -> float:
    """The share of questions whose best passage is relevant, by `fused + weight * read`."""
    return fmean(
        max(passages, key=lambda p: p.fused + weight * p.read).document in relevant
        if passages
        else 0.0
        for relevant, passages in found
    )
