"""What all tests share: the sample archive, built once, and logging as it is before a command."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embed import SentenceTransformerEmbedder
from index.ingest import Ingest
from index.sources import open_source
from index.writer import ArchiveWriter
from rag import Assistant
from tests import milvus_server

ARTICLES = Path(__file__).parent.parent / "eval" / "sample" / "articles"


@pytest.fixture(autouse=True)
def logging_unset() -> None:
    """A command that a test ran has set up logging for its process: it is not the next test's."""
    logging.root.setLevel(logging.WARNING)
    for name in ("ui", "rag", "index", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.NOTSET)


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


@pytest.fixture(scope="session")
def milvus_lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Milvus Lite server, a process of its own."""
    with milvus_server.lite(tmp_path_factory.mktemp("milvus") / "lite") as server:
        yield server.uri


@pytest.fixture(scope="session")
def milvus_standalone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real server: the one that the environment names, or the wheel's."""
    given = os.environ.get(milvus_server.GIVEN)
    reason = milvus_server.why_no_standalone()
    if given:
        yield given
    elif reason:
        pytest.skip(reason)
    else:
        with milvus_server.standalone(tmp_path_factory.mktemp("milvus") / "standalone") as uri:
            yield uri
