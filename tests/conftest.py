"""The sample archive, built once for all tests that ask it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embed import SentenceTransformerEmbedder
from index.ingest import Ingest
from index.sources import open_source
from index.writer import ArchiveWriter
from rag import Assistant

ARTICLES = Path(__file__).parent.parent / "eval" / "sample" / "articles"


@pytest.fixture(scope="session")
def sample_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive of all sample articles. Copy it before writing to it."""
    folder = tmp_path_factory.mktemp("sample") / "archive"
    embedder = SentenceTransformerEmbedder()
    with ArchiveWriter(folder, embedder.identity) as writer:
        Ingest(writer, embedder).run(open_source(ARTICLES).pages())
    return folder


@pytest.fixture(scope="session")
def assistant(sample_archive: Path) -> Iterator[Assistant]:
    """The real assistant over the sample archive; to be asked, not changed."""
    with Assistant.open(sample_archive) as assistant:
        yield assistant
