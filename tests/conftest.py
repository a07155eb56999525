"""What all tests share: the sample, indexed and asked once, and logging as before a command."""

from __future__ import annotations

import logging
import os
import pickle
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index import archive, watch
from index.embed import SentenceTransformerEmbedder
from index.ingest import Ingest
from index.sources import open_source
from index.writer import ArchiveWriter
from rag import Answer, Assistant
from tests import milvus_server, shared
from tests.postgres_server import postgres as postgres
from tests.sample_archive import questions
from tests.shared import Once

once = shared.once
ARTICLES = Path(__file__).parent.parent / "eval" / "sample" / "articles"


@pytest.fixture(autouse=True)
def logging_unset() -> None:
    """A command that a test ran has set up logging for its process: it is not the next test's."""
    logging.root.setLevel(logging.WARNING)
    for name in ("ui", "rag", "index", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers look for news at every search, however slow the machine."""
    monkeypatch.setattr(archive, "_REST", 0.0)
    monkeypatch.setattr(watch, "_HOLDS", 0.0)


@pytest.fixture(scope="session")
def sample_archive(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive of all sample articles. Copy it before writing to it.

    No other process has it open: what is shared is copied and never opened.
    """

    def make(folder: Path) -> None:
        embedder = SentenceTransformerEmbedder()
        with ArchiveWriter(folder, embedder.identity) as writer:
            Ingest(writer, embedder).run(open_source(ARTICLES).pages())

    folder = tmp_path_factory.mktemp("sample") / "archive"
    shutil.copytree(once("indexed", make), folder)
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


@pytest.fixture(scope="session")
def sample_answers(
    once: Once, sample_archive: Path, request: pytest.FixtureRequest
) -> list[tuple[dict[str, Any], Answer]]:
    """The sample's questions, each with what the real assistant answers on the question's day."""

    def make(path: Path) -> None:
        assistant: Assistant = request.getfixturevalue("assistant")
        found = []
        for row in questions():
            asked = assistant.on(date.fromisoformat(row["today"])) if row["today"] else assistant
            found.append((row, asked.ask(row["question"])))
        path.write_bytes(pickle.dumps(found))

    answered: list[tuple[dict[str, Any], Answer]] = pickle.loads(once("answers", make).read_bytes())
    return answered
