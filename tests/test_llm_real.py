"""A real server and a real model, the smallest there is: what it writes is checked all the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.archive import Archive
from rag import Assistant
from rag.llm.endpoint import Endpoint
from rag.llm.types import LanguageModelFailed, Message, Usage
from rag.llm.writer import writer_for
from rag.verdict import State
from rag.written import Fallback
from tests.fake_embedder import FakeEmbedder
from tests.llm_server import RealServer
from tests.sample_archive import add, story


@pytest.fixture(scope="session")
def server() -> RealServer:
    return RealServer()


def test_a_real_server_speaks_as_the_scripted_ones_do(server: RealServer) -> None:
    endpoint = Endpoint("smollm2", url=server.url, timeout=120)
    *text, usage = endpoint.write([Message("user", "Say hello.")], most=8, within=120)
    assert all(isinstance(part, str) for part in text)
    assert "".join(str(part) for part in text).strip()
    assert isinstance(usage, Usage)
    assert usage.prompt is not None
    assert usage.completion is not None
    assert 0 < usage.completion <= 8


def test_a_context_that_is_too_small_is_said_by_a_real_server_too(server: RealServer) -> None:
    endpoint = Endpoint("smollm2", url=server.url, timeout=120)
    with pytest.raises(LanguageModelFailed) as failed:
        list(endpoint.write([Message("user", "word " * 4_000)], most=8, within=120))
    assert failed.value.why is Fallback.REFUSED
    assert failed.value.too_long


def test_whatever_a_real_model_writes_readers_see_only_what_is_borne_out(
    server: RealServer, tmp_path: Path
) -> None:
    embedder = FakeEmbedder()
    ferry = "The night ferry to Sarne sails on Fridays. Tickets for the night ferry cost 40 crowns."
    add(tmp_path, embedder, story("ferry", ferry, title="Night ferry returns"))
    llm = Endpoint("smollm2", url=server.url, timeout=150)
    with Assistant(
        Archive(tmp_path),
        embedder,
        threshold=0.0,
        today=date(2025, 6, 1),
        writer=writer_for(llm, "rules"),
    ) as assistant:
        answer = assistant.ask("How much do tickets for the night ferry cost?")
        written = answer.written
        assert written is not None
        assert written.fallback in {None, Fallback.NOTHING_HELD, Fallback.SLOW}
        for sentence in answer.sentences:
            assert sentence.citations
            if written.fallback is None:
                assert sentence.verdict is not None
                assert sentence.verdict.state is State.SUPPORTED
        for citation in answer.citations:
            assert ferry[citation.start : citation.end] == citation.quote
