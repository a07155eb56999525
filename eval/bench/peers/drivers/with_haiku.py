"""haiku.rag: LanceDB with its hybrid search, documents converted and cut by docling.

The model is loaded from its folder by the provider "sentence-transformers", so no
service has to be asked. Documents are imported in batches, which its documentation
has for speed; an article is Markdown with its title as heading, which it embeds with
each passage.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from haiku.rag.client import HaikuRAG
from haiku.rag.client.documents import DocumentImport
from haiku.rag.config import AppConfig
from haiku.rag.config.models import (
    EmbeddingModelConfig,
    EmbeddingsConfig,
    ProcessingConfig,
)

_TOKENS = 180  # of a passage with its title, about 160 of its own
_BATCH = 256  # documents written at once
_DIMENSION = 384


class Contestant:
    """One database in the folder."""

    on_disk = True

    def __init__(self, model: str, folder: str, depth: int) -> None:
        self._depth = depth
        self._runner = asyncio.Runner()
        config = AppConfig(
            embeddings=EmbeddingsConfig(
                model=EmbeddingModelConfig(
                    provider="sentence-transformers", name=model, vector_dim=_DIMENSION
                )
            ),
            processing=ProcessingConfig(
                chunk_size=_TOKENS, chunking_tokenizer=model, pictures="none"
            ),
        )
        self._client = HaikuRAG(Path(folder) / "haiku.lancedb", config=config, create=True)
        self._runner.run(self._open())

    def index(self, articles: list[dict[str, str]]) -> int:
        return self._runner.run(self._index(articles))

    def search(self, question: str) -> list[str]:
        found = self._runner.run(self._client.search(question, limit=self._depth))
        return [str(result.document_uri) for result in found]

    async def _open(self) -> None:
        await self._client.__aenter__()
        await self._client.embedder.embed_query("warm")
        await self._client.chunk(await self._client.convert("# warm\n\nwarm"))

    async def _index(self, articles: list[dict[str, str]]) -> int:
        passages = 0
        for first in range(0, len(articles), _BATCH):
            batch = []
            for article in articles[first : first + _BATCH]:
                document = await self._client.convert(f"# {article['title']}\n\n{article['body']}")
                chunks = await self._client.chunk(document)
                passages += len(chunks)
                batch.append(
                    DocumentImport(document, chunks, uri=article["id"], title=article["title"])
                )
            await self._client.import_documents(batch)
        await self._client.__aexit__(None, None, None)  # it tidies up what it wrote
        return passages
