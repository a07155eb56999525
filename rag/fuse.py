"""Mixing what the two halves of retrieval say of each candidate.

The fused score is a weighted sum of the cosine similarity and the BM25 score,
the latter divided by the best one of the query (as in Bruch et al. 2023, "An
Analysis of Fusion Functions for Hybrid Retrieval": a convex combination of
normalised scores is better than reciprocal rank fusion, and steadier).

Neither half is trusted where it cannot know: the cosine counts as far as the
model knows the question's language (`index.fluency`), and words count for a
passage as far as the question's words are words of its language at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from index.analyze import PLAIN, words
from index.archive import Archive

DENSE_WEIGHT = 0.6  # of the cosine against the words; see eval/LOG.md
# Shares of a question's words that a language's passages have: at most the first where
# the question is in another language (names and numbers), at least the second in its own.
_FOREIGN, _OWN = 0.3, 0.6


def fused(
    cosines: Mapping[int, float],
    matches: Mapping[int, float],
    fluency: float = 1.0,
    shared: Mapping[int, float] | None = None,
) -> dict[int, float]:
    """One score for each key of either, about 0 to 1.

    `fluency` is how far the cosines are to be trusted, 0 to 1. `shared` is how
    far words are, per key, 1 where it is not named: what they lose of their
    weight goes to the cosine, as a share of the best one.
    """
    best = max(matches.values(), default=1.0) or 1.0
    nearest = max(cosines.values(), default=1.0)
    dense = DENSE_WEIGHT * fluency
    scores = {}
    for key in {**cosines, **matches}:
        cosine, match = cosines.get(key, 0.0), matches.get(key, 0.0) / best
        trust = (shared or {}).get(key, 1.0)
        if trust < 1.0 and nearest > 0:
            match = trust * match + (1 - trust) * fluency * cosine / nearest
        scores[key] = dense * cosine + (1 - dense) * match
    return scores


def word_trust(archive: Archive, question: str) -> dict[str, float]:
    """How far the archive's languages share the question's words; 0 to 1 per analyzer's key.

    Function words are counted too: a passage's language nearly always has those
    of a question in the same language, and never those of another.
    """
    trust = {}
    for key in archive.languages:
        asked = dict.fromkeys(words(question, key))
        if key == PLAIN or not asked:  # several languages in one: nothing can be said
            trust[key] = 1.0
            continue
        share = sum(archive.frequency(word, key) > 0 for word in asked) / len(asked)
        trust[key] = min(1.0, max(0.0, (share - _FOREIGN) / (_OWN - _FOREIGN)))
    return trust
