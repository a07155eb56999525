"""Ranking measures over one query. Relevance is binary; an unanswered query scores 0."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence


def hit_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """1 if any of the first `k` is relevant."""
    return float(any(item in relevant for item in ranked[:k]))


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """1 / rank of the first relevant item, or 0; its mean over queries is MRR."""
    return next((1 / n for n, item in enumerate(ranked, start=1) if item in relevant), 0.0)


def recall_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """The share of the relevant items among the first `k`."""
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant))


def ndcg_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """Normalised discounted cumulative gain (Jarvelin and Kekalainen 2002), binary gains."""
    gain = sum(1 / math.log2(n + 1) for n, i in enumerate(ranked[:k], start=1) if i in relevant)
    ideal = sum(1 / math.log2(n + 1) for n in range(1, min(k, len(set(relevant))) + 1))
    return gain / ideal
