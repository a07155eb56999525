"""Byline: the steps of `byline index`, and the hybrid search that its answers begin with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from index.archive import Archive
from index.drafts import article_id
from index.embed import SentenceTransformerEmbedder
from index.ingest import Ingest
from index.sources import open_source
from index.sources.reading import Item
from index.types import Page
from index.writer import ArchiveWriter
from rag.retrieve import query, retrieve


class Contestant:
    """An archive in the folder, written to disk with all that Byline keeps of an article."""

    on_disk = True

    def __init__(self, model: str, folder: str, depth: int) -> None:
        self._depth = depth
        self._folder = Path(folder)
        # The model is the default, which `model` is a folder of.
        self._embedder = SentenceTransformerEmbedder()
        self._embedder.embed_query("warm")
        self._ids: dict[str, str] = {}  # article id -> the id that was given, kept beside it
        self._archive: Archive | None = None

    def index(self, articles: list[dict[str, str]]) -> int:
        export = self._folder / "articles.jsonl"
        with export.open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(article) + "\n" for article in articles)
        names = [article["id"] for article in articles]
        archive = self._folder / "archive"
        with ArchiveWriter(archive, self._embedder.identity) as writer:
            Ingest(writer, self._embedder).run(self._noted(open_source(export).pages(), names))
        (self._folder / "ids.json").write_text(json.dumps(self._ids), encoding="utf-8")
        with closing(Archive(archive)) as written:
            return written.stats().passages

    def search(self, question: str) -> list[str]:
        if self._archive is None:
            self._ids = json.loads((self._folder / "ids.json").read_text(encoding="utf-8"))
            self._archive = Archive(self._folder / "archive")
        hits = retrieve(self._archive, query(question, self._embedder, self._archive), self._depth)
        return [self._ids[hit.article.id] for hit in hits]

    def _noted(self, pages: Iterator[Item], names: list[str]) -> Iterator[Item]:
        """The pages, which come in the order of the articles."""
        for page, name in zip(pages, names, strict=True):
            if isinstance(page, Page):
                self._ids[article_id(page.origin)] = name
            yield page
