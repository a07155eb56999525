"""Passages for a question and, with less weight, for the conversation that it goes on with.

A follow-up is searched for as it was resolved. What it was said beside (the
answer before, say) finds passages too: a share of their score there is added.
To put all of it into one query would drown the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.archive import Archive
from index.embed import Embedder
from index.types import Filters
from rag.retrieve import Query, query, retrieve
from rag.types import Hit

_BESIDE = 0.5  # of the score in the search beside
_DEPTH = 100  # passages of each search, where there are two


def gather(
    archive: Archive,
    wanted: Query,
    also: Sequence[str],
    embedder: Embedder,
    k: int,
    filters: Filters = Filters(),
) -> list[Hit]:
    """The `k` best passages for a query, its conversation (`also`, texts) counted in.

    Scores stay on the scale of `retrieve`. A passage that one search did not
    find is taken to be as good there as the last that it found.
    """
    if not also:
        return retrieve(archive, wanted, k, filters)
    depth = max(k, _DEPTH)
    own = retrieve(archive, wanted, depth, filters)
    best: dict[str, Hit] = {hit.passage.id: hit for hit in own}
    scores = {hit.passage.id: hit.score for hit in own}
    missing = own[-1].score if own else 0.0
    for text in also:
        beside = retrieve(archive, query(text, embedder, archive, filters), depth, filters)
        last = beside[-1].score if beside else 0.0
        there = {hit.passage.id: hit.score for hit in beside}
        best = {**{hit.passage.id: hit for hit in beside}, **best}
        scores = {
            id: (scores.get(id, missing) + _BESIDE * there.get(id, last)) / (1 + _BESIDE)
            for id in best
        }
    order = sorted(best, key=lambda id: (-scores[id], id))[:k]
    return [
        replace(best[id], score=scores[id], rank=rank) for rank, id in enumerate(order, start=1)
    ]
