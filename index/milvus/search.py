"""The side of a Milvus server that searches.

Milvus shows a write when it has reached the part that searches, a few tenths of a
second later. Asking for strong consistency makes every search wait for that: measured,
200 to 400 ms on Milvus 2.3 in place of 2. Here the server is asked for its time when
a state of the archive is first looked at, and searches of that state wait until what
was written before is there: the first may have to, those after it do not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np

from index.embed import Vectors
from index.milvus import words
from index.milvus.collections import Names
from index.milvus.filters import among, expression, number
from index.milvus.server import Server
from index.types import Filters
from index.vectors import Scored

MOST = 16_384  # hits; Milvus gives no more
_MOST_COUNTED = 100_000  # words whose counts are remembered
_PASSAGES = 4  # of an article that is left out: so many more hits are asked for
_MOST_LEFT_OUT = 1_000  # hits more than were asked for, at the most


class MilvusBase:
    """One state of an archive's collections: `index.base.Base` over the network.

    `seen` is the last change of the archive that is in them. Every method raises
    SearchUnavailable where the server does not answer.
    """

    def __init__(self, server: Server, names: Names, seen: int) -> None:
        self._server = server
        self._names = names
        self._seen = seen
        self._left_out: frozenset[int] = frozenset()  # numbers of articles
        stamp = server.timestamp()
        self._consistency: dict[str, Any] = {"consistency_level": "Strong"}
        if stamp:
            self._consistency = {"consistency_level": "Customized", "guarantee_timestamp": stamp}
        self._counts: dict[str, int] = {}

    @property
    def vectors_seen(self) -> int:
        return self._seen

    @property
    def terms_seen(self) -> int:
        return self._seen

    def without(self, vectors: Collection[str], terms: Collection[str]) -> MilvusBase:
        """The same state, but for the passages of these articles: none of them is found."""
        other = copy(self)
        other._left_out = frozenset(map(number, {*vectors, *terms}))
        other.__dict__.pop("passages", None)  # these are more
        return other

    @property
    def has_words(self) -> bool:
        """Whether words can be searched for; otherwise that raises NoWordSearch."""
        return self._server.has_words

    @property
    def recall(self) -> float | None:
        return None

    @cached_property
    def passages(self) -> int:
        hidden = self._count(among("article", self._left_out)) if self._left_out else 0
        return self._count("") - hidden

    @cached_property
    def kind(self) -> str:
        index = self._server.call("describe_index", self._names.passages, "dense")
        return f"Milvus, {index['index_type']}"

    def __len__(self) -> int:
        return self.passages

    def search_vectors(self, vector: Vectors, k: int, filters: Filters = Filters()) -> list[Scored]:
        """The `k` nearest to a unit vector `(dimension,)`, by cosine, best first."""
        query = np.asarray(vector, dtype=np.float32)
        hits = self._search(self._names.passages, "dense", query, k, filters)
        return [Scored(int(hit["id"]), float(hit["distance"])) for hit in hits]

    def search_terms(
        self,
        text: str,
        k: int,
        filters: Filters = Filters(),
        languages: Sequence[str] = ("en",),
    ) -> list[Scored]:
        """The `k` best by BM25 over the words of `text`, best first; see `index.milvus.words`.

        Raises NoWordSearch.
        """
        hits = self._matching(self._names.passages, words.of_question(text, languages), k, filters)
        # Milvus gives BM25's sum as it is, Milvus Lite with its sign turned
        scored = [Scored(int(hit["id"]), words.SCALE * abs(float(hit["distance"]))) for hit in hits]
        return sorted(scored, key=lambda hit: -hit.score)

    def teased(self, text: str, k: int, filters: Filters = Filters()) -> list[str]:
        """Teasers of other stories that best match the words of `text`. Raises NoWordSearch."""
        hits = self._matching(
            self._names.teasers, words.of_aside(text), k, filters, fields=("id", "text")
        )
        hits = sorted(hits, key=lambda hit: -abs(float(hit["distance"])))
        return [str(hit["entity"]["text"]) for hit in hits]

    def frequency(self, word: str, key: str) -> int:
        """In how many passages an analysed word of the analyzer `key` stands. Raises NoWordSearch.

        Those of articles that are left out are counted too. Milvus Lite counts to `MOST`.
        """
        self._server.require_words()
        token = words.token(key, word)
        count = self._counts.get(token)
        if count is None:
            if len(self._counts) >= _MOST_COUNTED:
                self._counts.clear()
            count = self._counts[token] = self._frequency(token)
        return count

    def _frequency(self, token: str) -> int:
        if self._server.is_lite:  # it would read every passage to count by text
            return len(self._matching(self._names.passages, token, MOST, Filters()))
        return self._count(f"TEXT_MATCH(words, '{token}')")  # letters and digits alone

    def _count(self, condition: str) -> int:
        rows = self._server.call(
            "query",
            self._names.passages,
            filter=condition,
            output_fields=["count(*)"],
            **self._consistency,
        )
        return int(rows[0]["count(*)"])

    def _matching(
        self,
        collection: str,
        query: str,
        k: int,
        filters: Filters,
        fields: tuple[str, ...] = ("id",),
    ) -> list[Any]:
        self._server.require_words()
        if not query:
            return []
        hits = self._search(collection, "sparse", query, k, filters, fields)
        return [hit for hit in hits if hit["distance"]]

    def _search(
        self,
        collection: str,
        field: str,
        query: Any,
        k: int,
        filters: Filters,
        fields: tuple[str, ...] = ("id",),
    ) -> list[Any]:
        if k < 1:
            return []
        # Named in the filter they would be compared with every passage.
        more = min(_MOST_LEFT_OUT, _PASSAGES * len(self._left_out))
        found = self._server.call(
            "search",
            collection,
            data=[query],
            anns_field=field,
            limit=min(k + more, MOST),
            filter=expression(filters),
            output_fields=[*fields, "article"] if self._left_out else list(fields),
            **self._consistency,
        )
        if not self._left_out:
            return list(found[0])
        return [hit for hit in found[0] if hit["entity"]["article"] not in self._left_out][:k]
