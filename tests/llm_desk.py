"""An archive of two stories, whose answers a language model writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from index.archive import Archive
from rag import Answer, Assistant
from rag.llm.endpoint import Endpoint
from rag.llm.writer import writer_for
from tests.fake_embedder import FakeEmbedder
from tests.llm_server import Script, Served, serving
from tests.sample_archive import add, story

FERRY = (
    "The night ferry to Sarne sails on Fridays. It takes nine hours. Tickets for the night ferry "
    "cost 40 crowns, the harbour master, Ann Lee, said."
)
COD = "The quota for cod was cut by 13 percent, the ministry said. Trawlers stayed in port."
PRICE = "How much do tickets for the night ferry cost?"
TRUE = "Tickets for the night ferry cost 40 crowns."
FALSE = "Tickets for the night ferry cost 95 crowns."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    embedder = FakeEmbedder()
    add(
        tmp_path,
        embedder,
        story("ferry", FERRY, title="Night ferry returns", section="Transport"),
        story("cod", COD, title="Cod quota for the ferry port cut"),
    )
    return tmp_path


@contextmanager
def desk(folder: Path, script: Script, **options: float) -> Iterator[tuple[Assistant, Served]]:
    with serving(script) as served, opened(folder, served.url, **options) as assistant:
        yield assistant, served


def opened(
    folder: Path, url: str, timeout: float = 60, threshold: float = 0.0, verifier: str = "rules"
) -> Assistant:
    llm = Endpoint("small", url=url, timeout=timeout, price=(1.0, 2.0))
    return Assistant(
        Archive(folder),
        FakeEmbedder(),
        threshold=threshold,
        today=date(2025, 6, 1),
        writer=writer_for(llm, verifier),
    )


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def verbatim(assistant: Assistant, answer: Answer) -> bool:
    """Whether every citation's quote stands in its article, where it says."""
    for citation in answer.citations:
        article = assistant.archive.article(citation.story.article_id)
        assert article is not None
        if article.body[citation.start : citation.end] != citation.quote:
            return False
    return bool(answer.citations)
