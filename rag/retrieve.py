"""Hybrid retrieval: nearest by meaning and best by words, fused.

News is proper nouns, which embeddings blur, and paraphrase, which words miss;
each half alone is worse on every set measured (eval/RESULTS.md). The fused
score is a weighted sum of the cosine similarity and the BM25 score, the latter
divided by the best one of the query (as in Bruch et al. 2023, "An Analysis of
Fusion Functions for Hybrid Retrieval": a convex combination of normalised
scores is better than reciprocal rank fusion, and steadier). Every candidate
has its exact cosine, also where only the words found it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from index.archive import Archive
from index.embed import Vectors
from index.types import Filters
from rag.types import Hit

_CANDIDATES = 150  # from each half
_ORIGINAL_SHARE = 0.9  # of a copy's score is enough for the original to stand for it
_COMPANION = 0.1  # of the score of an article's best other passage is added to each
_DENSE_WEIGHT = 0.6  # of the cosine against the words; see eval/LOG.md


class Step(StrEnum):
    """Which half ranks: for measuring what each part is worth."""

    DENSE = "dense"
    LEXICAL = "lexical"
    FUSED = "fused"


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: the words, and their vector `(dimension,) float32`."""

    text: str
    vector: Vectors


def retrieve(
    archive: Archive,
    query: Query,
    k: int,
    filters: Filters = Filters(),
    step: Step = Step.FUSED,
) -> list[Hit]:
    """The `k` best passages, best first; a syndicated story counts once.

    Of a story and its copies one edition stays, the original where the filters
    let it through.
    """
    cosines: dict[int, float] = {}
    matches: dict[int, float] = {}
    if step is not Step.LEXICAL:
        found = archive.search_vectors(query.vector, max(k, _CANDIDATES), filters)
        cosines = {hit.key: hit.score for hit in found}
    if step is not Step.DENSE:
        found = archive.search_terms(query.text, max(k, _CANDIDATES), filters)
        matches = {hit.key: hit.score for hit in found}
    if step is Step.FUSED:
        # Also what only the words found has its exact cosine.
        missing = [key for key in matches if key not in cosines]
        cosines |= {
            key: float(vector @ query.vector) for key, vector in archive.vectors(missing).items()
        }
        scores = _companions(archive, _fused(cosines, matches))
    else:
        scores = cosines or matches
    order = sorted(scores, key=lambda key: (-scores[key], key))
    # Twice as many as wanted are read: copies fall together, and some may be gone.
    stored = archive.read(order[: 2 * k + 20])
    hits = [
        Hit(
            passage=stored[key].passage,
            article=stored[key].article,
            score=scores[key],
            rank=0,
            dense=cosines.get(key),
            lexical=matches.get(key),
        )
        for key in order
        if key in stored
    ]
    kept = _collapse(hits)
    return [replace(hit, rank=rank) for rank, hit in enumerate(kept[:k], start=1)]


def _fused(cosines: dict[int, float], matches: dict[int, float]) -> dict[int, float]:
    best = max(matches.values(), default=1.0) or 1.0
    return {
        key: _DENSE_WEIGHT * cosines.get(key, 0.0)
        + (1 - _DENSE_WEIGHT) * matches.get(key, 0.0) / best
        for key in {**cosines, **matches}
    }


def _companions(archive: Archive, scores: dict[int, float]) -> dict[int, float]:
    """Add a share of the score of the article's best other passage.

    A story with a second passage on the question is more surely about it.
    """
    articles = archive.articles_of(list(scores))
    two: dict[str, list[float]] = {}  # the two best scores of each article
    for key, article in articles.items():
        two[article] = sorted((*two.get(article, ()), scores[key]), reverse=True)[:2]
    raised = dict(scores)
    for key, article in articles.items():
        others = two[article][1:] if scores[key] == two[article][0] else two[article][:1]
        raised[key] += _COMPANION * sum(others)
    # On the same scale as before: what judges by the score need not know of companions.
    return {key: score / (1 + _COMPANION) for key, score in raised.items()}


def _collapse(hits: list[Hit]) -> list[Hit]:
    """One story, one edition: the original, unless a copy fits clearly better."""
    best: dict[str, dict[str, float]] = {}  # root -> article -> its best score
    for hit in hits:
        editions = best.setdefault(hit.article.original or hit.article.id, {})
        editions.setdefault(hit.article.id, hit.score)
    chosen: dict[str, str] = {}
    for root, editions in best.items():
        first = max(editions, key=lambda article: editions[article])
        close = editions.get(root, 0.0) >= _ORIGINAL_SHARE * editions[first]
        chosen[root] = root if close else first
    return [hit for hit in hits if chosen[hit.article.original or hit.article.id] == hit.article.id]
