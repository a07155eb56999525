"""Measures over one query: of a ranking, and of an answer's words.

Relevance is binary; an unanswered query scores 0.
"""

from __future__ import annotations

import math
import string
from collections import Counter
from collections.abc import Collection, Sequence

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = frozenset({"a", "an", "the"})


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


# -- an answer's words against the right answer's ----------------------------------------


def normalised(text: str) -> str:
    """Lower case, without ASCII punctuation, articles and spare blanks.

    SQuAD's normalisation (Rajpurkar et al. 2016, evaluate-v1.1.py), step by step.
    """
    plain = text.lower().translate(_NO_PUNCTUATION)
    return " ".join(word for word in plain.split() if word not in _ARTICLES)


def exact_match(answer: str, expected: Sequence[str]) -> float:
    """1 where the answer is, normalised, one of the right ones (SQuAD's exact match)."""
    return float(any(normalised(answer) == normalised(each) for each in expected))


def token_f1(answer: str, expected: Sequence[str]) -> float:
    """SQuAD's F1: of the words of the answer and of the right one, best over the right ones."""
    return max((_overlap(answer, each)[2] for each in expected), default=0.0)


def token_recall(answer: str, expected: Sequence[str]) -> float:
    """The share of a right answer's words that the answer holds, best over the right ones.

    What follows people's judgement of sentence-long answers best, where F1
    punishes every word beyond the bare answer (Adlakha et al. 2024).
    """
    return max((_overlap(answer, each)[1] for each in expected), default=0.0)


def _overlap(answer: str, expected: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the words; where a side has none, 1 if neither has."""
    said, right = Counter(normalised(answer).split()), Counter(normalised(expected).split())
    if not said or not right:
        both = float(said == right)
        return both, both, both
    shared = (said & right).total()
    precision, recall = shared / said.total(), shared / right.total()
    f1 = 2 * precision * recall / (precision + recall) if shared else 0.0
    return precision, recall, f1
