"""haystack: in-memory store, BM25 and embedding retrievers joined by reciprocal rank.

The set-up of its tutorial on hybrid retrieval, less the cross-encoder that ranks
again, which is another model. Titles are embedded with the passages (a field of
metadata that its embedder is told to read).
"""

from __future__ import annotations

from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

_WORDS = 120  # of a passage, about 160 tokens


class Contestant:
    """Both pipelines, each as its documentation draws it."""

    on_disk = False

    def __init__(self, model: str, folder: str, depth: int) -> None:
        self._depth = depth
        device = ComponentDevice.from_str("cpu")
        store = InMemoryDocumentStore()
        documents = SentenceTransformersDocumentEmbedder(
            model=model,
            device=device,
            progress_bar=False,
            meta_fields_to_embed=["title"],
            local_files_only=True,
        )
        query = SentenceTransformersTextEmbedder(
            model=model, device=device, progress_bar=False, local_files_only=True
        )
        self._store = store
        self._indexing = Pipeline()
        self._indexing.add_component(
            "splitter", DocumentSplitter(split_by="word", split_length=_WORDS)
        )
        self._indexing.add_component("embedder", documents)
        self._indexing.add_component("writer", DocumentWriter(store))
        self._indexing.connect("splitter", "embedder")
        self._indexing.connect("embedder", "writer")
        self._asking = Pipeline()
        self._asking.add_component("embedder", query)
        self._asking.add_component("near", InMemoryEmbeddingRetriever(store))
        self._asking.add_component("words", InMemoryBM25Retriever(store))
        self._asking.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        self._asking.connect("embedder.embedding", "near.query_embedding")
        self._asking.connect("near", "joiner")
        self._asking.connect("words", "joiner")
        for pipeline in (self._indexing, self._asking):
            pipeline.warm_up()
        documents.run([Document(content="warm", meta={"title": ""})])
        query.run("warm")

    def index(self, articles: list[dict[str, str]]) -> int:
        documents = [
            Document(
                content=article["body"],
                meta={"article": article["id"], "title": article["title"]},
            )
            for article in articles
        ]
        self._indexing.run({"splitter": {"documents": documents}})
        return int(self._store.count_documents())

    def search(self, question: str) -> list[str]:
        inputs: dict[str, dict[str, Any]] = {
            "embedder": {"text": question},
            "near": {"top_k": self._depth},
            "words": {"query": question, "top_k": self._depth},
            "joiner": {"top_k": self._depth},
        }
        found = self._asking.run(inputs)["joiner"]["documents"]
        return [str(document.meta["article"]) for document in found]
