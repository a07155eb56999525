"""The two searches for a question: nearest by meaning and best by words, one beside the other.

The words are searched for while the question is embedded, and each search looks up what
its candidates are compared by. So with two cores a question waits for the slower half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from index.archive import Archive
from index.beside import begun
from index.embed import Embedder, Vectors
from index.fluency import fluency
from index.reading import Compared
from index.types import Filters
from index.vectors import Scored
from rag.clauses import clauses

CANDIDATES = 150  # from each half, or as many as are wanted, where that is more


@dataclass(frozen=True, slots=True)
class Half:
    """What one search found: scores by key, and what those passages are compared by.

    What the other half has of that already is not looked up a second time.
    """

    scores: Mapping[int, float]
    compared: Compared


@dataclass(frozen=True, slots=True)
class Words:
    """The search for a query's words within filters, begun already; `half` waits for it."""

    archive: Archive
    filters: Filters
    half: Callable[[], Half]


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: the words, and their vector `(dimension,) float32`.

    `fluency` is how far the vector is to be trusted, 0 to 1; `clauses` are
    searched for besides. `query` makes a whole one.
    """

    text: str
    vector: Vectors
    fluency: float = 1.0
    clauses: tuple[Query, ...] = ()
    words: Words | None = field(default=None, compare=False, repr=False)


def query(
    text: str, embedder: Embedder, archive: Archive | None = None, filters: Filters = Filters()
) -> Query:
    """The query for a question, its clauses embedded apart where it has several.

    Named the archive that is to be searched, its words are searched for meanwhile.
    """
    apart = clauses(text)
    words = None
    if archive is not None:
        half = begun(lambda: _by_words(archive, text, CANDIDATES, filters))
        words = Words(archive, filters, half)
    known = begun(lambda: fluency(text, embedder.count_tokens))
    vector, *others = embedder.embed_queries([text, *apart])
    trusted = known()
    parts = tuple(Query(*each, trusted) for each in zip(apart, others, strict=True))
    return Query(text, vector, trusted, parts, words)


def halves(archive: Archive, query: Query, most: int, filters: Filters) -> tuple[Half, Half]:
    """The `most` nearest, and the `most` best by words."""
    begun_with = query.words
    if (
        begun_with is not None
        and begun_with.archive is archive
        and begun_with.filters == filters
        and most == CANDIDATES
    ):
        words = begun_with.half
    else:
        words = begun(lambda: _by_words(archive, query.text, most, filters))
    near = scored(archive.search_vectors(query.vector, most, filters))
    by_words = words()  # there by now, as a rule; a fifth of the nearest are among them
    there = set(by_words.compared.keys)
    return Half(near, archive.compared([key for key in near if key not in there])), by_words


def scored(found: Iterable[Scored]) -> dict[int, float]:
    """The scores of what was found, by key, in its order."""
    return {hit.key: hit.score for hit in found}


def _by_words(archive: Archive, text: str, most: int, filters: Filters) -> Half:
    scores = scored(archive.search_terms(text, most, filters))
    return Half(scores, archive.compared(list(scores)))
