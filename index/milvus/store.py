"""The side of a Milvus server that writes: passages and teasers in, and out again.

Everything may be repeated: what is put twice is there once, and what is removed twice
is gone. So the work of an ingester that was killed is simply done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from index.documents import Teaser, TermDocument
from index.embed import Vectors
from index.milvus import collections, words
from index.milvus.collections import Names
from index.milvus.filters import NONE, among, folded, number
from index.milvus.search import MilvusBase
from index.milvus.server import PATIENCE, Server

_MOST_ROWS = 1_000  # in one request
_MOST_BYTES = 8_000_000  # in one request: servers take 64 MB, and keep what they are given
_MOST_ARTICLES = 500  # whose rows are looked for at a time


class MilvusStore:
    """An archive's collections, to be written to. Vectors are `(n, dimension)`, of unit length.

    Every method raises SearchUnavailable where the server does not answer.
    """

    def __init__(self, server: Server, names: Names, dimension: int) -> None:
        self.server = server
        self.names = names
        self._dimension = dimension

    def is_there(self) -> bool:
        """Whether the collections have been made, and are not lost."""
        return collections.are_there(self.server, self.names)

    def ensure(self) -> None:
        """Make the collections that are missing. Raises SearchMismatch for ones made otherwise."""
        collections.ensure(self.server, self.names, self._dimension)

    def put(
        self, passages: Sequence[TermDocument], vectors: Vectors, teasers: Sequence[Teaser] = ()
    ) -> None:
        """Add passages with their vectors, in the same order, and teasers.

        A passage whose key is there already is replaced.
        """
        rows = (
            self._passage(passage, vector)
            for passage, vector in zip(passages, vectors, strict=True)
        )
        self._upsert(self.names.passages, rows)
        if self.server.has_words:
            self._upsert(self.names.teasers, map(_teaser, teasers))

    def replace(
        self,
        articles: Sequence[str],
        passages: Sequence[TermDocument],
        vectors: Vectors,
        teasers: Sequence[Teaser] = (),
    ) -> None:
        """As `put`, after which that is all there is of these articles.

        What is new is there before what is old goes: nobody finds less meanwhile.
        """
        self.put(passages, vectors, teasers)
        self._keep_only(self.names.passages, articles, {passage.key for passage in passages})
        if self.server.has_words:
            self._keep_only(self.names.teasers, articles, {_teaser_key(each) for each in teasers})

    def remove(self, keys: Iterable[int]) -> None:
        """Drop passages by key; one that is not there is no error."""
        for some in _batches(sorted({int(key) for key in keys}), _MOST_ROWS):
            self.server.call("delete", self.names.passages, ids=some, timeout=PATIENCE)

    def remove_articles(self, articles: Sequence[str]) -> None:
        """Drop all there is of these articles, teasers as well."""
        self._keep_only(self.names.passages, articles, set())
        if self.server.has_words:
            self._keep_only(self.names.teasers, articles, set())

    def base(self, seen: int) -> MilvusBase:
        """What is there now, to be searched; it holds the archive's changes up to `seen`."""
        return MilvusBase(self.server, self.names, seen)

    def flush(self) -> None:
        """Have the server write what it holds in memory to disk, and index it.

        It is searched faster from then on. Nothing is lost without it, and Milvus does it of
        itself in time; it lets it be asked for once in ten seconds or so.
        """
        self.server.call("flush", self.names.passages, timeout=PATIENCE)
        if self.server.has_words:
            self.server.call("flush", self.names.teasers, timeout=PATIENCE)

    def close(self) -> None:
        """Give the connection to the server back."""
        self.server.close()

    def drop(self) -> None:
        """Do away with the archive's collections."""
        collections.drop(self.server, self.names)

    def _passage(self, passage: TermDocument, vector: Vectors) -> dict[str, Any]:
        row = {"id": passage.key, "dense": vector.astype("float32"), **_filtered(passage)}
        if self.server.has_words:
            row["words"] = words.of_passage(passage)
        return row

    def _upsert(self, collection: str, rows: Iterable[dict[str, Any]]) -> None:
        some: dict[int, dict[str, Any]] = {}  # each id once: servers differ on what twice means
        size = 0
        for row in rows:
            some[row["id"]] = row
            size += 8 * len(row) + 4 * self._dimension + len(row.get("words", ""))
            size += 4 * len(row.get("text", ""))
            if len(some) == _MOST_ROWS or size > _MOST_BYTES:
                self._send(collection, some)
                some, size = {}, 0
        self._send(collection, some)

    def _send(self, collection: str, rows: dict[int, dict[str, Any]]) -> None:
        if rows:
            self.server.call("upsert", collection, [*rows.values()], timeout=PATIENCE)

    def _keep_only(self, collection: str, articles: Sequence[str], keys: set[int]) -> None:
        kept = f" and id not in {sorted(keys)}" if keys else ""
        for some in _batches(sorted({number(article) for article in articles}), _MOST_ARTICLES):
            # Strong: rows put a moment ago by another ingester are to be seen as well.
            self.server.call(
                "delete",
                collection,
                filter=among("article", some) + kept,
                consistency_level="Strong",
                timeout=PATIENCE,
            )


def _filtered(of: TermDocument | Teaser) -> dict[str, int]:
    return {
        "article": number(of.article_id),
        "source": folded(of.source),
        "section": folded(of.section),
        "day": of.day or NONE,
    }


def _teaser_key(teaser: Teaser) -> int:
    return number(f"{teaser.article_id}\0{teaser.text}")


def _teaser(teaser: Teaser) -> dict[str, Any]:
    return {
        "id": _teaser_key(teaser),
        "text": words.cut(teaser.text),
        "words": words.of_teaser(teaser.text),
        **_filtered(teaser),
    }


def _batches(of: list[int], size: int) -> Iterator[list[int]]:
    return (of[at : at + size] for at in range(0, len(of), size))
