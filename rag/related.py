"""Articles on the topic of another one: near it by meaning and by its words, its own first.

What an article is about is the mean of its passages' vectors (a centroid, as in
Rocchio 1971) and the words of its headline and opening, where news says what it
is about. Both are mixed as for a question (`rag.fuse`), with its weights. The
numbers below are this module's own: no measurement of them is on record.
"""

from __future__ import annotations

from itertools import islice

import numpy as np

from index.archive import Archive
from index.embed import Vectors
from index.types import Filters
from rag.fuse import fused

_OPENING = 400  # code points of an article's body, beside its headline
_DEEP = 8  # passages looked at for each article wanted: an article has several
_NEAR = 0.45  # cosine of an article's best passage from which it may be on the same topic


def related(
    archive: Archive, article_id: str, count: int, filters: Filters = Filters()
) -> tuple[str, ...]:
    """At most `count` ids, nearest first and its own before all; of copies one edition.

    Empty where the filters let no such article through.
    """
    article = archive.article(article_id, filters=filters)
    if article is None or count < 1:
        return ()
    own = archive.vectors(archive.passage_keys(article_id))
    centre: Vectors = np.sum(list(own.values()), axis=0, dtype=np.float32)
    centre = centre / (np.linalg.norm(centre) or 1.0)
    deep = _DEEP * count + len(own)
    opening = f"{article.title}\n{article.body[:_OPENING]}"
    near = archive.search_vectors(centre, deep, filters)
    words = {hit.key: hit.score for hit in archive.search_terms(opening, deep, filters)}
    vectors = archive.vectors([*words, *(hit.key for hit in near if hit.key not in words)])
    cosines = {key: float(vector @ centre) for key, vector in vectors.items()}
    scores = fused(cosines, {key: score for key, score in words.items() if key in cosines})
    of = archive.articles_of(list(scores))
    best: dict[str, float] = {}
    for key, score in scores.items():
        if key in of and cosines[key] >= _NEAR:
            best[of[key]] = max(score, best.get(of[key], 0.0))
    heads = archive.headlines(best, filters)
    seen = {article.original or article.id}
    found = [article.id]
    for each in sorted(heads, key=lambda id: (-best[id], id)):
        root = heads[each].original or each
        if root not in seen:
            seen.add(root)
            found.append(each)
    return tuple(islice(found, count))
