"""The default model, from its wheel: the one test of the index that loads it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive
from index.embed import SentenceTransformerEmbedder
from index.ingest import Ingest
from index.passages import cut, embedding_text
from index.types import Metadata, Page
from index.writer import ArchiveWriter

STORIES = {
    "Mines": "Sappers cleared 406 anti-personnel mines from farmland near the river on Tuesday. "
    "Villagers are expected to return in spring.",
    "Ferry": "The harbour council voted on Wednesday to keep the night ferry for three more years. "
    "A single crossing will cost 4.40 from July.",
    "Football": "The home side won the final by two goals to one after extra time. The captain "
    "scored both and was carried off the pitch.",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_question_finds_the_story_that_says_it_in_other_words(tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder()
    pages = [
        Page(
            f"export#{title}",
            "text",
            text,
            known=Metadata(title=title, language="en", published=datetime(2025, 5, 1, tzinfo=UTC)),
            whole=True,
        )
        for title, text in STORIES.items()
    ]
    with ArchiveWriter(tmp_path, embedder.identity) as writer:
        assert Ingest(writer, embedder).run(pages).added == 3
    archive = Archive(tmp_path)
    archive.require(SentenceTransformerEmbedder().identity)
    for question, title in (
        ("Explosives removed from fields", "Mines"),
        ("What is the price of a boat ticket?", "Ferry"),
        ("Who won the soccer match?", "Football"),
    ):
        best = archive.search_vectors(embedder.embed_query(question), 3)[0]
        assert archive.read([best.key])[best.key].article.title == title
    for key, stored in archive.read(range(1, 4)).items():
        article = archive.article(stored.article.id)
        assert article is not None
        [run] = cut(article, embedder)
        text = embedding_text(article, run)
        assert embedder.count_tokens([text])[0] + 2 <= embedder.max_tokens == 256
        [fresh] = embedder.embed_passages([text])
        assert float(fresh @ fresh) == pytest.approx(1, abs=1e-5)
        assert np.allclose(archive.vectors([key])[key], fresh, atol=1e-3)


def test_the_order_of_a_batch_does_not_mix_the_vectors_up() -> None:
    embedder = SentenceTransformerEmbedder()
    texts = [text * (1 + n) for n, text in enumerate([*STORIES.values(), "", "🙂", "\x00"] * 7)]
    together = embedder.embed_passages(texts)
    for n in (0, 5, 17, len(texts) - 1):
        assert np.allclose(together[n], embedder.embed_passages([texts[n]])[0], atol=1e-4)
