"""What all tests share: the sample archive, built once, and logging as it was before each."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embed import SentenceTransformerEmbedder
from index.ingest import Ingest
from index.sources import open_source
from index.writer import ArchiveWriter
from rag import Assistant

ARTICLES = Path(__file__).parent.parent / "eval" / "sample" / "articles"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command that a test runs sets up logging for its process: it is not the next test's."""
    every = [logging.root, *logging.root.manager.loggerDict.values()]
    before = [(each, each.level) for each in every if isinstance(each, logging.Logger)]
    yield
    for logger, level in before:
        logger.setLevel(level)


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
