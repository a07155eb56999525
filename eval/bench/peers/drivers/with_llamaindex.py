"""LlamaIndex with FAISS: `VectorStoreIndex` over a flat index, as its documentation has it.

Titles are metadata, which it embeds with each passage of its own accord. `Hybrid`
fuses this with its BM25 by reciprocal rank; queries rewritten by a language model,
which its fusing retriever can add, are left out.
"""

from __future__ import annotations

import faiss
from llama_index.core import Document, Settings, StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import BaseNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

_TOKENS = 200  # of another tokenizer's, the title counted in
_BATCH = 32  # its default of ten is for services that charge by the call
_DIMENSION = 384


class Contestant:
    """Search by meaning alone, the store's own way."""

    on_disk = False

    def __init__(self, model: str, folder: str, depth: int) -> None:
        self._depth = depth
        Settings.embed_model = HuggingFaceEmbedding(model, device="cpu", embed_batch_size=_BATCH)
        Settings.llm = None
        Settings.embed_model.get_text_embedding("warm")
        self._splitter = SentenceSplitter(chunk_size=_TOKENS, chunk_overlap=0)
        self._retriever: BaseRetriever | None = None

    def index(self, articles: list[dict[str, str]]) -> int:
        documents = [
            Document(
                text=article["body"],
                metadata={"article": article["id"], "title": article["title"]},
                excluded_embed_metadata_keys=["article"],
                excluded_llm_metadata_keys=["article"],
            )
            for article in articles
        ]
        nodes = self._splitter.get_nodes_from_documents(documents)
        store = FaissVectorStore(faiss.IndexFlatIP(_DIMENSION))
        index = VectorStoreIndex(
            nodes, storage_context=StorageContext.from_defaults(vector_store=store)
        )
        self._retriever = self._searching(index, nodes)
        return len(nodes)

    def search(self, question: str) -> list[str]:
        assert self._retriever is not None
        found = self._retriever.retrieve(question)[: self._depth]
        return [str(hit.node.metadata["article"]) for hit in found]

    def _searching(self, index: VectorStoreIndex, nodes: list[BaseNode]) -> BaseRetriever:
        return index.as_retriever(similarity_top_k=self._depth)


class Hybrid(Contestant):
    """The same index, and its words."""

    def _searching(self, index: VectorStoreIndex, nodes: list[BaseNode]) -> BaseRetriever:
        return QueryFusionRetriever(
            [
                super()._searching(index, nodes),
                BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=self._depth),
            ],
            llm=MockLLM(),
            mode="reciprocal_rerank",
            similarity_top_k=self._depth,
            num_queries=1,
            use_async=False,
        )
