"""The tantivy index over passage words: BM25, derived from the database.

Each language has a field of its own with its own stemmer, so that a stem of
one is never taken for a word of another; a language whose words take many
endings also has the words' first letters in `text_stub`. `about` holds names that stand beside
the story (source, author, section). Filters are terms and a range on fast
fields. Teasers are in an index of their own, in the folder `teasers` inside: pages have
more of them than passages, and among those would make every word rarer than it is, and
every passage longer.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Query

from index.analyze import (
    LANGUAGES,
    PLAIN,
    STUB,
    STUBBED,
    language_key,
    stubs,
    words,
)
from index.document_index import DocumentIndex, schema_builder, tokenizer
from index.documents import Teaser, TermDocument, passage_document, teaser_document
from index.files import sync_folder
from index.types import Filters
from index.vectors import Scored

_HALF = 0.5  # of each of the two fields where a language has both: they tell the same twice
_ABOUT_WEIGHT = 0.5  # of a match in source, author or section, against one in the text
_LARGE = 200_000  # passages, from which on the commonest words of a question are not looked up
_COMMON = 0.25  # of the passages have such a word
_TEASERS = "teasers"
# Marks the document that holds the change. The number is these schemas': an index of
# others does not say what it has seen, and is rebuilt.
_SEEN = "~seen 4"


def _passages() -> tantivy.Schema:
    builder = schema_builder()
    builder.add_unsigned_field("key", stored=True, fast=True)
    for language in LANGUAGES:
        builder.add_text_field(f"text_{language}", tokenizer_name=tokenizer(language))
    builder.add_text_field(f"text_{STUB}", tokenizer_name=tokenizer(PLAIN), index_option="freq")
    builder.add_text_field("about", tokenizer_name=tokenizer(PLAIN))
    return _filtered(builder)


def _teasers() -> tantivy.Schema:
    builder = schema_builder()
    builder.add_text_field("aside", stored=True, tokenizer_name=tokenizer(PLAIN))
    return _filtered(builder)


def _filtered(builder: tantivy.SchemaBuilder) -> tantivy.Schema:
    """With the fields that filters look at, beside the article's id."""
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("section", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    return builder.build()


class TermIndex:
    """BM25 over passages, at `path` or, without one, in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._passages = DocumentIndex(path, _passages(), _SEEN, LANGUAGES)
        beside = path / _TEASERS if path is not None else None
        self._teasers = DocumentIndex(beside, _teasers(), _SEEN, (PLAIN,))

    @classmethod
    def open(cls, path: Path) -> TermIndex:
        """Raises DamagedIndex where there is none, or it cannot be read."""
        self = cls.__new__(cls)
        self._passages = DocumentIndex.open(path, _passages(), _SEEN, LANGUAGES)
        self._teasers = DocumentIndex.open(path / _TEASERS, _teasers(), _SEEN, (PLAIN,))
        return self

    @property
    def seen(self) -> int:
        """The archive's change that the index has caught up with; -1 if it does not say.

        The passages' is it: teasers are committed before them. A writer killed between
        the two commits has left teasers further; what they have seen more is replayed.
        """
        return self._passages.seen

    @property
    def furthest(self) -> int:
        """The change that the part which is further has caught up with."""
        return max(self._passages.seen, self._teasers.seen)

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
        gone = list(replaced)
        rest = iter(teasers)
        first = list(islice(rest, 1))
        if first or self._teasers.count_of(gone):  # a commit takes as long for nothing
            self._teasers.update(map(teaser_document, chain(first, rest)), gone, seen)
        # Last: it is by this commit that readers notice both.
        self._passages.update(map(passage_document, documents), gone, seen)

    def close(self) -> None:
        """Wait for merges and give the writers' locks back."""
        self._teasers.close()
        self._passages.close()

    def search(
        self, text: str, k: int, filters: Filters = Filters(), languages: Sequence[str] = ("en",)
    ) -> list[Scored]:
        """The `k` best passages by BM25 over the words of `text`, best first."""
        schema, searcher = self._passages.schema, self._passages.searcher
        keys = {language_key(language) for language in languages} or {PLAIN}
        words_queries = [
            _weighed(Query.term_query(schema, f"text_{key}", word), key in STUBBED)
            for key in keys
            for word in self._telling(dict.fromkeys(words(text, key)), f"text_{key}")
        ]
        if keys & STUBBED:
            words_queries += [
                _weighed(Query.term_query(schema, f"text_{STUB}", word), True)
                for word in self._telling(dict.fromkeys(stubs(text)), f"text_{STUB}")
            ]
        about = [
            Query.boost_query(Query.term_query(schema, "about", word), _ABOUT_WEIGHT)
            for word in dict.fromkeys(words(text, PLAIN))
        ]
        if not words_queries:
            return []
        matching = Query.boolean_query([(Occur.Should, q) for q in words_queries + about])
        clauses = [(Occur.Must, matching), *_let_through(schema, filters)]
        hits = searcher.search(Query.boolean_query(clauses), limit=k, count=False).hits
        found = searcher.fast_field_values("key", [address for _, address in hits])
        return [
            Scored(int(key or 0), float(score)) for (score, _), key in zip(hits, found, strict=True)
        ]

    def _telling(self, asked: Iterable[str], field: str) -> list[str]:
        """The words that are worth looking up: in a large index, not the commonest.

        Every passage with any of the words is scored, and at a million that is most of the
        time for words that tell nothing. Without them, 97 in 100 of the best 150 are the same.
        """
        every = list(asked)
        most = self._passages.searcher.num_docs
        if most < _LARGE:
            return every
        frequency = self._passages.searcher.doc_freq
        some = [word for word in every if frequency(field, word) <= _COMMON * most]
        return some or every

    def teased(self, text: str, k: int, filters: Filters = Filters()) -> list[str]:
        """The `k` teasers, beside articles let through, that best match the words of `text`."""
        schema, searcher = self._teasers.schema, self._teasers.searcher
        matching = [
            (Occur.Should, Query.term_query(schema, "aside", word))
            for word in dict.fromkeys(words(text, PLAIN))
        ]
        if not matching:
            return []
        clauses = [(Occur.Must, Query.boolean_query(matching)), *_let_through(schema, filters)]
        hits = searcher.search(Query.boolean_query(clauses), limit=k, count=False).hits
        return [str(searcher.doc(address).get_first("aside")) for _, address in hits]

    def frequency(self, word: str, key: str) -> int:
        """The number of passages with an analysed word, in the analyzer `key`'s language.

        With the key `STUB` the word is a stub.
        """
        return int(self._passages.searcher.doc_freq(f"text_{key}", word))

    def count_of(self, articles: Iterable[str]) -> int:
        """How many passages of these articles may still be found."""
        return self._passages.count_of(articles)


def _let_through(schema: tantivy.Schema, filters: Filters) -> list[tuple[Occur, Query]]:
    """What has to hold as well, and counts for nothing in the score."""
    queries = []
    if filters.after or filters.before:
        queries.append(
            Query.range_query(
                schema,
                "day",
                FieldType.Integer,
                lower_bound=filters.after.toordinal() if filters.after else 1,
                upper_bound=filters.before.toordinal() if filters.before else 4_000_000,
            )
        )
    for field, values in (("source", filters.sources), ("section", filters.sections)):
        if values:
            folded = [value.casefold() for value in values]
            queries.append(Query.term_set_query(schema, field, folded))
    if filters.articles:
        queries.append(Query.term_set_query(schema, "article", list(filters.articles)))
    return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]


def _weighed(query: Query, halved: bool) -> Query:
    return Query.boost_query(query, _HALF) if halved else query


def replace_folder(built: Path, target: Path) -> None:
    """Put a newly built index in the place of the one at `target`.

    Between two renames there is none. A crash just then leaves none there, which is rebuilt
    like any missing one.
    """
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    with suppress(FileNotFoundError):
        target.rename(old)
    built.rename(target)
    sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)  # last: of gigabytes it takes a second
