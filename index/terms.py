"""The tantivy index over passage words: BM25, derived from the database.

Each language has a field of its own with its own stemmer, so that a stem of
one is never taken for a word of another; a language whose words take many
endings also has the words' first letters in `text_stub`. `about` holds names that stand beside
the story (source, author, section). Filters are terms and a range on fast
fields. The change that the index has seen is a document of its own, written in
the same commit as the passages: both are there, or neither.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import tantivy
from tantivy import Document, FieldType, Occur, Query

from index.analyze import (
    LANGUAGES,
    PLAIN,
    STUB,
    STUBBED,
    analyzer,
    language_key,
    stubs,
    words,
)
from index.documents import Teaser, TermDocument, passage_document, teaser_document
from index.files import sync_folder
from index.types import Filters
from index.vector_file import DamagedIndex
from index.vectors import Scored

_HEAP = 64_000_000  # bytes that the writer may hold before it makes a segment
_HALF = 0.5  # of each of the two fields where a language has both: they tell the same twice
_ABOUT_WEIGHT = 0.5  # of a match in source, author or section, against one in the text
_LARGE = 200_000  # passages, from which on the commonest words of a question are not looked up
_COMMON = 0.25  # of the passages have such a word
# Stands in the field "article" of the document that holds the change. The number is
# this schema's: an index of another one does not say what it has seen, and is rebuilt.
_SEEN = "~seen 3"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", stored=True, fast=True)
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("seen", stored=True)
    for language in LANGUAGES:
        builder.add_text_field(f"text_{language}", tokenizer_name=f"byline_{language}")
    builder.add_text_field(f"text_{STUB}", tokenizer_name=f"byline_{PLAIN}", index_option="freq")
    builder.add_text_field("aside", stored=True, tokenizer_name=f"byline_{PLAIN}")
    builder.add_text_field("about", tokenizer_name=f"byline_{PLAIN}")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("section", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    return builder.build()


class TermIndex:
    """BM25 over passages, at `path` or, without one, in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._schema = _schema()
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=str(path) if path else None)
        self._prepare()
        self._writer: tantivy.IndexWriter | None = None

    @classmethod
    def open(cls, path: Path) -> TermIndex:
        """Raises DamagedIndex where there is none, or it cannot be read."""
        if not path.is_dir() or os.access(path, os.W_OK):
            return cls._open(path)
        # tantivy makes a lock file even to read. Where it may not, it is given links to the
        # index's files in a folder of its own; once open, it needs them no more.
        try:
            with tempfile.TemporaryDirectory() as links:
                for file in path.iterdir():
                    if file.suffix != ".lock":
                        Path(links, file.name).symlink_to(file.absolute())
                return cls._open(Path(links))
        except OSError as error:
            raise DamagedIndex(f"{path}: {error}") from error

    @classmethod
    def _open(cls, path: Path) -> TermIndex:
        self = cls.__new__(cls)
        self._schema = _schema()
        self._writer = None
        try:
            if not tantivy.Index.exists(str(path)):
                raise DamagedIndex(f"{path}: no index")
            self._index = tantivy.Index.open(str(path))
            if self._index.schema != self._schema:
                raise DamagedIndex(f"{path}: of another schema")
            self._prepare()
            if self._searcher.num_docs and self.seen < 0:
                raise DamagedIndex(f"{path}: does not say what it has seen")
        except (ValueError, OSError) as error:
            raise DamagedIndex(f"{path}: {error}") from error
        return self

    def _prepare(self) -> None:
        for language in LANGUAGES:
            self._index.register_tokenizer(f"byline_{language}", analyzer(language))
        self._searcher = self._index.searcher()

    @property
    def seen(self) -> int:
        """The archive's change that the index has caught up with; -1 if it does not say."""
        query = Query.term_query(self._schema, "article", _SEEN)
        hits = self._searcher.search(query, limit=1).hits
        return int(self._searcher.doc(hits[0][1]).get_first("seen") or 0) if hits else -1

    def update(
        self,
        documents: Iterable[TermDocument],
        teasers: Iterable[Teaser],
        replaced: Iterable[str],
        seen: int,
    ) -> None:
        """Drop all that is there of the articles `replaced`, add, commit.

        Teasers are found by `teased` alone.
        """
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        writer = self._writer
        try:
            for article_id in (*replaced, _SEEN):
                writer.delete_documents_by_term("article", article_id)
            for document in documents:
                writer.add_document(passage_document(document))
            for teaser in teasers:
                writer.add_document(teaser_document(teaser))
            mark = Document()
            mark.add_text("article", _SEEN)
            mark.add_integer("seen", seen)
            mark.add_unsigned("key", 0)
            writer.add_document(mark)
            writer.commit()
        except BaseException:
            # Ctrl-C, a full disk: what was added must not go in with the next commit.
            self._writer = None
            with suppress(Exception):
                writer.rollback()
            raise
        self._index.reload()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        """Wait for merges and give the writer's lock back."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def search(
        self, text: str, k: int, filters: Filters = Filters(), languages: Sequence[str] = ("en",)
    ) -> list[Scored]:
        """The `k` best passages by BM25 over the words of `text`, best first."""
        keys = {language_key(language) for language in languages} or {PLAIN}
        words_queries = [
            _weighed(Query.term_query(self._schema, f"text_{key}", word), key in STUBBED)
            for key in keys
            for word in self._telling(dict.fromkeys(words(text, key)), f"text_{key}")
        ]
        if keys & STUBBED:
            words_queries += [
                _weighed(Query.term_query(self._schema, f"text_{STUB}", word), True)
                for word in self._telling(dict.fromkeys(stubs(text)), f"text_{STUB}")
            ]
        about = [
            Query.boost_query(Query.term_query(self._schema, "about", word), _ABOUT_WEIGHT)
            for word in dict.fromkeys(words(text, PLAIN))
        ]
        if not words_queries:
            return []
        matching = Query.boolean_query([(Occur.Should, q) for q in words_queries + about])
        clauses = [(Occur.Must, matching)]
        clauses += self._filters(filters)
        hits = self._searcher.search(Query.boolean_query(clauses), limit=k, count=False).hits
        found = self._searcher.fast_field_values("key", [address for _, address in hits])
        return [
            Scored(int(key), float(score))
            for (score, _), key in zip(hits, found, strict=True)
            if key
        ]

    def _telling(self, asked: Iterable[str], field: str) -> list[str]:
        """The words that are worth looking up: in a large index, not the commonest.

        Every passage with any of the words is scored, and at a million that is most of the
        time for words that tell nothing. Without them, 97 in 100 of the best 150 are the same.
        """
        every = list(asked)
        most = self._searcher.num_docs
        if most < _LARGE:
            return every
        some = [word for word in every if self._searcher.doc_freq(field, word) <= _COMMON * most]
        return some or every

    def teased(self, text: str, k: int, filters: Filters = Filters()) -> list[str]:
        """The `k` teasers, beside articles let through, that best match the words of `text`."""
        matching = [
            (Occur.Should, Query.term_query(self._schema, "aside", word))
            for word in dict.fromkeys(words(text, PLAIN))
        ]
        if not matching:
            return []
        clauses = [(Occur.Must, Query.boolean_query(matching)), *self._filters(filters)]
        hits = self._searcher.search(Query.boolean_query(clauses), limit=k, count=False).hits
        return [str(self._searcher.doc(address).get_first("aside")) for _, address in hits]

    def frequency(self, word: str, key: str) -> int:
        """The number of passages with an analysed word, in the analyzer `key`'s language.

        With the key `STUB` the word is a stub.
        """
        return int(self._searcher.doc_freq(f"text_{key}", word))

    def count_of(self, articles: Iterable[str]) -> int:
        """How many passages and teasers of these articles may still be found."""
        return sum(self._searcher.doc_freq("article", article) for article in articles)

    def _filters(self, filters: Filters) -> list[tuple[Occur, Query]]:
        """What has to hold as well, and counts for nothing in the score."""
        queries = []
        if filters.after or filters.before:
            queries.append(
                Query.range_query(
                    self._schema,
                    "day",
                    FieldType.Integer,
                    lower_bound=filters.after.toordinal() if filters.after else 1,
                    upper_bound=filters.before.toordinal() if filters.before else 4_000_000,
                )
            )
        for field, values in (("source", filters.sources), ("section", filters.sections)):
            if values:
                folded = [value.casefold() for value in values]
                queries.append(Query.term_set_query(self._schema, field, folded))
        if filters.articles:
            queries.append(Query.term_set_query(self._schema, "article", list(filters.articles)))
        return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]


def _weighed(query: Query, halved: bool) -> Query:
    return Query.boost_query(query, _HALF) if halved else query


def replace_folder(built: Path, target: Path) -> None:
    """Put a newly built index in the place of the one at `target`.

    A crash in between leaves no index there, which is rebuilt like any missing one.
    """
    shutil.rmtree(target, ignore_errors=True)
    built.rename(target)
    sync_folder(target.parent)
