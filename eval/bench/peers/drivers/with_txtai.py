"""txtai: its embeddings database with content, hybrid (FAISS and its own BM25).

Sentences are grouped by the chunker that its own `Segmentation` offers; the title
stands before each passage, as the text of a row is all that it indexes.
"""

from __future__ import annotations

from txtai import Embeddings
from txtai.pipeline import Segmentation

_LETTERS = 700  # of a passage, about 160 tokens


class Contestant:
    """Hybrid search as `Embeddings(hybrid=True, content=True)` sets it up."""

    on_disk = False

    def __init__(self, model: str, folder: str, depth: int) -> None:
        self._depth = depth
        self._chunks = Segmentation(chunker="sentence", chunk_size=_LETTERS)
        self._embeddings = Embeddings(path=model, hybrid=True, content=True, gpu=False)
        self._embeddings.transform("warm")  # loads the model

    def index(self, articles: list[dict[str, str]]) -> int:
        rows: list[tuple[str, str, None]] = []
        for article in articles:
            for number, text in enumerate(self._chunks(article["body"])):
                rows.append((f"{article['id']}#{number}", f"{article['title']}\n{text}", None))
        self._embeddings.index(rows)
        return len(rows)

    def search(self, question: str) -> list[str]:
        found = self._embeddings.search(question, self._depth)
        return [str(row["id"]).rpartition("#")[0] for row in found]
