"""A tantivy index that says which change of the archive it has seen.

The change is a document of its own, written in the same commit as the others: both
are there, or neither. What is in the documents is their owner's (`index.terms`); each
has its article's id in the field "article", by which it is replaced.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Self

import tantivy
from tantivy import Document, Query, SchemaBuilder

from index.analyze import analyzer
from index.vector_file import DamagedIndex

_HEAP = 64_000_000  # bytes that the writer may hold before it makes a segment


def schema_builder() -> SchemaBuilder:
    """With the fields that every index has: for an article's documents, and for the change."""
    builder = SchemaBuilder()
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("seen", stored=True)
    return builder


def tokenizer(language: str) -> str:
    """The name by which a field asks for the analyzer of a language."""
    return f"byline_{language}"


class DocumentIndex:
    """At `path` or, without one, in memory.

    `mark` is what stands in the field "article" of the document that holds the change:
    an index with another one does not say what it has seen. `languages` are those of the
    analyzers that the schema's fields ask for.
    """

    def __init__(
        self, path: Path | None, schema: tantivy.Schema, mark: str, languages: Iterable[str]
    ) -> None:
        self.schema = schema
        self._mark = mark
        self._writer: tantivy.IndexWriter | None = None
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(schema, path=str(path) if path else None)
        self._prepare(languages)

    @classmethod
    def open(cls, path: Path, schema: tantivy.Schema, mark: str, languages: Iterable[str]) -> Self:
        """Raises DamagedIndex where there is none, or it cannot be read."""
        if not path.is_dir() or os.access(path, os.W_OK):
            return cls._open(path, schema, mark, languages)
        # tantivy makes a lock file even to read. Where it may not, it is given links to the
        # index's files in a folder of its own; once open, it needs them no more.
        try:
            with tempfile.TemporaryDirectory() as links:
                for file in path.iterdir():
                    if file.suffix != ".lock":
                        Path(links, file.name).symlink_to(file.absolute())
                return cls._open(Path(links), schema, mark, languages)
        except OSError as error:
            raise DamagedIndex(f"{path}: {error}") from error

    @classmethod
    def _open(cls, path: Path, schema: tantivy.Schema, mark: str, languages: Iterable[str]) -> Self:
        self = cls.__new__(cls)
        self.schema = schema
        self._mark = mark
        self._writer = None
        try:
            if not tantivy.Index.exists(str(path)):
                raise DamagedIndex(f"{path}: no index")
            self._index = tantivy.Index.open(str(path))
            if self._index.schema != schema:
                raise DamagedIndex(f"{path}: of another schema")
            self._prepare(languages)
            if self.searcher.num_docs and self.seen < 0:
                raise DamagedIndex(f"{path}: does not say what it has seen")
        except (ValueError, OSError) as error:
            raise DamagedIndex(f"{path}: {error}") from error
        return self

    def _prepare(self, languages: Iterable[str]) -> None:
        for language in languages:
            self._index.register_tokenizer(tokenizer(language), analyzer(language))
        self.searcher = self._index.searcher()

    @property
    def seen(self) -> int:
        """The archive's change that the index has caught up with; -1 if it does not say."""
        query = Query.term_query(self.schema, "article", self._mark)
        hits = self.searcher.search(query, limit=1).hits
        return int(self.searcher.doc(hits[0][1]).get_first("seen") or 0) if hits else -1

    def update(self, documents: Iterable[Document], replaced: Iterable[str], seen: int) -> None:
        """Drop all that is there of the articles `replaced`, add, commit."""
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        writer = self._writer
        try:
            for article_id in (*replaced, self._mark):
                writer.delete_documents_by_term("article", article_id)
            for document in documents:
                writer.add_document(document)
            mark = Document()
            mark.add_text("article", self._mark)
            mark.add_integer("seen", seen)
            writer.add_document(mark)
            writer.commit()
        except BaseException:
            # Ctrl-C, a full disk: what was added must not go in with the next commit.
            self._writer = None
            with suppress(Exception):
                writer.rollback()
            del writer  # it has the lock, and whoever keeps the error would keep it
            raise
        self._index.reload()
        self.searcher = self._index.searcher()

    def close(self) -> None:
        """Wait for merges and give the writer's lock back."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def count_of(self, articles: Iterable[str]) -> int:
        """How many documents of these articles may still be found."""
        return sum(self.searcher.doc_freq("article", article) for article in articles)
