"""Who is compared, and how each is set up.

Each as its own documentation sets up retrieval for question answering, with the
same model, on the processors, and passages of about the same length: what is
compared is what somebody gets who follows the documentation.
"""

from __future__ import annotations

from eval.bench.peers.types import BYLINE, Contestant

# The build for processors alone, where the package index offers it (constraints.txt).
_TORCH = "torch==2.13.0"
_LLAMAINDEX = (
    _TORCH,
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "llama-index-vector-stores-faiss",
    "llama-index-retrievers-bm25",
    "faiss-cpu",
)

CONTESTANTS = (
    Contestant(
        BYLINE,
        "Byline",
        "with_byline:Contestant",
        "the steps of `byline index`, on disk, opened anew to be asked; hybrid search as for every "
        "answer, less the reader; PyTorch loaded before, as the others' is",
        "byline",
    ),
    Contestant(
        "txtai",
        "txtai",
        "with_txtai:Contestant",
        "`Embeddings(hybrid=True, content=True)`: FAISS and its BM25, in memory; sentences "
        "grouped to 700 letters by its `Segmentation`, the title before each",
        "txtai",
        (_TORCH, "txtai", "chonkie", "nltk"),
        "txtai",
    ),
    Contestant(
        "haystack",
        "haystack",
        "with_haystack:Contestant",
        "in-memory store, BM25 and embedding retrievers joined by reciprocal rank; 120 words a "
        "passage, titles embedded but not among the words of its BM25",
        "haystack-ai",
        (_TORCH, "haystack-ai", "sentence-transformers-haystack"),
        "haystack",
    ),
    Contestant(
        "llamaindex",
        "LlamaIndex",
        "with_llamaindex:Contestant",
        "`VectorStoreIndex` over a flat FAISS index, in memory, no search by words; "
        "`SentenceSplitter` of 200 tokens, titles embedded, 32 passages at a time",
        "llama-index-core",
        _LLAMAINDEX,
        "llamaindex",
    ),
    Contestant(
        "llamaindex-hybrid",
        "LlamaIndex, hybrid",
        "with_llamaindex:Hybrid",
        "the same with its `BM25Retriever`, fused by reciprocal rank",
        "llama-index-core",
        _LLAMAINDEX,
        "llamaindex",
    ),
    Contestant(
        "haiku.rag",
        "haiku.rag",
        "with_haiku:Contestant",
        "LanceDB on disk, opened anew to be asked; hybrid search, its provider for "
        "sentence-transformers; docling's hybrid chunker of 180 tokens, 256 documents at a time",
        "haiku.rag",
        (_TORCH, "haiku.rag", "sentence-transformers"),
        "haiku",
        (3, 12),
    ),
)


def chosen(names: tuple[str, ...]) -> tuple[Contestant, ...]:
    """Byline and the peers of these names, all where none is named. Raises ValueError."""
    known = [each.name for each in CONTESTANTS]
    for name in names:
        if name not in known:
            raise ValueError(f"unknown peer {name!r}: expected one of {', '.join(known[1:])}")
    return tuple(
        each for each in CONTESTANTS if not names or each.name in names or each.name == BYLINE
    )
