"""Hybrid retrieval: nearest by meaning and best by words, fused, then looked at again.

News is proper nouns, which embeddings blur, and paraphrase, which words miss;
each half alone is worse on every set measured (eval/RESULTS.md). Every candidate
has its exact cosine, also where only the words found it. After fusing
(`rag.fuse`), what the question names is preferred (`rag.clauses`), and the
best passages are told apart by where its words stand (`rag.overlap`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import partial

from index.analyze import STUBBED, language_key
from index.archive import Archive
from index.beside import begun
from index.embed import Vectors
from index.products import products
from index.reading import Compared
from index.types import Filters, Stored
from rag import overlap
from rag.clauses import days, outlets
from rag.fuse import fused, word_trust
from rag.halves import CANDIDATES, Half, Query, halves, query, scored
from rag.types import Hit

__all__ = ["Query", "Step", "query", "retrieve"]

_CLAUSE_CANDIDATES = 50  # from each half, for each clause
_CLAUSES = 0.5  # of the score for the best clause is added to that for the whole question
_NAMED = 0.1  # of what a passage lacks to 1 is added where its outlet is named, or its day
_READ_AGAIN = 30  # passages whose words are looked at
_WINDOW = 900  # characters of a passage with what stands around it, about 120 words
_ORIGINAL_SHARE = 0.9  # of a copy's score is enough for the original to stand for it
_COMPANION = 0.1  # of the score of an article's best other passage is added to each


class Step(StrEnum):
    """How far retrieval goes: for measuring what each part is worth."""

    DENSE = "dense"
    LEXICAL = "lexical"
    FUSED = "fused"
    READER = "reader"  # the best of what is fused, read (`rag.rerank`)


def retrieve(
    archive: Archive,
    query: Query,
    k: int,
    filters: Filters = Filters(),
    step: Step = Step.FUSED,
) -> list[Hit]:
    """The `k` best passages, best first; a syndicated story counts once.

    Of a story and its copies one edition stays, the original where the filters
    let it through. Reading is another module's: the step READER is as FUSED here.
    """
    cosines: Mapping[int, float] = {}
    matches: Mapping[int, float] = {}
    most = max(k, CANDIDATES)
    if step is Step.DENSE:
        scores = cosines = scored(archive.search_vectors(query.vector, most, filters))
    elif step is Step.LEXICAL:
        scores = matches = scored(archive.search_terms(query.text, most, filters))
    else:
        both = halves(archive, query, most, filters)
        cosines, matches, scores = _scores(archive, query, filters, both)
    order = sorted(scores, key=lambda key: (-scores[key], key))
    first = order[: max(k, _READ_AGAIN)]
    stored = archive.read(first)
    # Copies fall together, and some may be gone: then twice as many as are wanted are read.
    if len(stored) < len(first) or any(each.article.original for each in stored.values()):
        stored |= archive.read(order[len(first) : 2 * k + 20])
    if step not in (Step.DENSE, Step.LEXICAL):
        scores = _read_again(archive, query.text, scores, [k for k in order if k in stored], stored)
        order = sorted(stored, key=lambda key: (-scores[key], key))
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


def _scores(
    archive: Archive, query: Query, filters: Filters, both: tuple[Half, Half]
) -> tuple[dict[int, float], Mapping[int, float], dict[int, float]]:
    """Exact cosines of all candidates, their words' scores, and both fused, about 0 to 1."""
    near, words = both
    matches = words.scores
    parts = []
    keys = {**near.scores, **matches}
    compared = [near.compared, words.compared]
    more: dict[int, float] = {}
    for clause in query.clauses:
        by_words = begun(partial(archive.search_terms, clause.text, CANDIDATES, filters))
        nearest = archive.search_vectors(clause.vector, _CLAUSE_CANDIDATES, filters)
        found = by_words()
        parts.append((clause, scored(found)))
        more |= {hit.key: 0.0 for hit in (*nearest, *found[:_CLAUSE_CANDIDATES])}
    if new := [key for key in more if key not in keys]:
        compared.append(archive.compared(new))
        keys |= dict.fromkeys(new, 0.0)
    articles = {
        key: article
        for each in compared
        for key, article in zip(each.keys, each.articles, strict=True)
    }
    exact = _cosines(compared, query.vector)
    trust = _trust(archive, query.text, list(keys))
    scores = fused(exact, matches, query.fluency, trust)
    if parts:
        best = dict.fromkeys(scores, 0.0)
        for clause, clause_words in parts:
            there = {key: score for key, score in clause_words.items() if key in scores}
            cosines = _cosines(compared, clause.vector)
            for key, score in fused(cosines, there, clause.fluency, trust).items():
                best[key] = max(best[key], score)
        scores = {key: (scores[key] + _CLAUSES * best[key]) / (1 + _CLAUSES) for key in scores}
    scores = _companions(articles, scores)
    return exact, matches, _prefer_named(archive, query.text, articles, scores)


def _cosines(compared: Iterable[Compared], vector: Vectors) -> dict[int, float]:
    """How near each passage is to a unit vector."""
    cosines: dict[int, float] = {}
    for each in compared:
        cosines.update(zip(each.keys, products(each.vectors, vector).tolist(), strict=True))
    return cosines


def _trust(archive: Archive, question: str, keys: list[int]) -> dict[int, float]:
    """How far words count for each candidate, where they do not count in full."""
    by_language = word_trust(archive, question)
    if all(trust == 1.0 for trust in by_language.values()):
        return {}
    return {
        key: by_language.get(language_key(stored.article.language), 1.0)
        for key, stored in archive.read(keys).items()
    }


def _prefer_named(
    archive: Archive, question: str, articles: Mapping[int, str], scores: dict[int, float]
) -> dict[int, float]:
    """Raise the passages of outlets and days that the question names."""
    sources = outlets(question, (source for source, _ in archive.facets().sources))
    named_days = days(question)
    if not (sources or named_days):
        return scores
    raised = {}
    there = archive.headlines(set(articles.values()))
    for key, score in scores.items():
        article = there.get(articles.get(key, ""))
        if article is not None and article.source in sources:
            score += _NAMED * (1 - score)
        if article is not None and article.published and article.published.date() in named_days:
            score += _NAMED * (1 - score)
        raised[key] = score
    return raised


def _read_again(
    archive: Archive,
    question: str,
    scores: dict[int, float],
    order: list[int],
    stored: Mapping[int, Stored],
) -> dict[int, float]:
    """Scores with the overlap of words of the best, and of the others as if there were none."""
    chosen = order[:_READ_AGAIN]
    texts = [_text(archive, stored[key]) for key in chosen]
    values = overlap.rescore(archive, question, [scores[key] for key in chosen], texts)
    again = dict(zip(chosen, values, strict=True))
    # On one scale: the others are what the last of these would be without any overlap.
    least = min(values, default=0.0)
    last = scores[chosen[-1]] if chosen else 1.0
    share = min(1.0, least / last) if last > 0 else 0.0
    return {key: again.get(key, score * share) for key, score in scores.items()}


def _text(archive: Archive, stored: Stored) -> overlap.Text:
    """A passage, and where it is short for its language's words, what stands around it."""
    key = language_key(stored.article.language)
    passage = stored.passage
    window = passage.text
    missing = _WINDOW - len(passage.text)
    if key in STUBBED and missing > 0:
        article = archive.article(stored.article.id, passage.version)
        if article is not None:
            start = max(0, passage.start - missing // 2)
            window = article.body[start : max(passage.end, start + _WINDOW)]
    title = stored.article.title
    return overlap.Text(passage.text, f"{title}\n{window}", key)


def _companions(articles: Mapping[int, str], scores: dict[int, float]) -> dict[int, float]:
    """Add a share of the score of the article's best other passage.

    A story with a second passage on the question is more surely about it.
    """
    first: dict[str, float] = {}  # the best score of each article, and the one after it
    second: dict[str, float] = {}
    for key, article in articles.items():
        score = scores[key]
        if article not in first:
            first[article] = score
        elif score > first[article]:
            first[article], second[article] = score, first[article]
        elif score > second.get(article, -math.inf):
            second[article] = score
    raised = dict(scores)
    for key, article in articles.items():
        best = first[article]
        raised[key] += _COMPANION * (second.get(article, 0.0) if scores[key] == best else best)
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
