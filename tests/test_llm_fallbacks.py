"""What stands in for a language model that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.archive import Archive
from rag import Assistant, Sentence
from rag.written import Fallback
from tests import llm_desk
from tests.fake_embedder import FakeEmbedder
from tests.llm_desk import PRICE, TRUE, desk, opened, texts
from tests.llm_server import Body, Reply, Script, closed_port, in_turn, says

folder = llm_desk.folder


def breaks_after(text: str) -> Script:
    def script(body: Body, reply: Reply) -> None:
        reply.head()
        reply.text(text)

    return script


def test_what_was_held_before_a_stream_broke_is_kept(folder: Path) -> None:
    with desk(folder, breaks_after(f"{TRUE} [p1] The night ferry sinks on")) as (assistant, _):
        answer = assistant.ask(PRICE)
        assert texts(answer) == [TRUE]
        assert answer.written is not None
        assert answer.written.fallback is None


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (breaks_after("The night"), Fallback.CUT_SHORT),
        (lambda body, reply: reply.error(500, {}), Fallback.FAILED),
        (lambda body, reply: reply.error(401, {}), Fallback.REFUSED),
        (lambda body, reply: reply.error(429, {}), Fallback.RATE_LIMITED),
        (says("The passages do not say."), Fallback.NOTHING_HELD),
        (says("I'm sorry, I cannot answer that."), Fallback.NOTHING_HELD),
        (says(""), Fallback.NOTHING_HELD),
    ],
)
def test_the_archives_own_sentences_stand_in_and_say_why(
    folder: Path, script: Script, why: Fallback
) -> None:
    with Assistant(Archive(folder), FakeEmbedder(), threshold=0.0) as plain:
        own = plain.ask(PRICE)
    with desk(folder, script) as (assistant, _):
        answer = assistant.ask(PRICE)
        assert (texts(answer), answer.citations) == (texts(own), own.citations)
        assert own.written is None
        assert answer.written is not None
        assert answer.written.fallback is why


def test_an_endpoint_that_is_not_there_costs_no_answer(folder: Path) -> None:
    with opened(folder, f"http://127.0.0.1:{closed_port()}/v1") as assistant:
        answer = assistant.ask(PRICE)
        assert "40 crowns" in answer.text
        assert answer.written is not None
        assert answer.written.fallback is Fallback.UNREACHABLE


def test_a_prompt_that_the_context_does_not_hold_is_made_shorter(folder: Path) -> None:
    def refuses(body: Body, reply: Reply) -> None:
        message = "This model's maximum context length is 9 tokens."
        reply.error(400, {"error": {"message": message, "code": "context_length_exceeded"}})

    with desk(folder, in_turn(refuses, says(f"{TRUE} [p1]"))) as (assistant, served):
        assert texts(assistant.ask(PRICE)) == [TRUE]
        assert len(served.prompts()) == 2


def test_a_reader_who_goes_away_ends_the_request(folder: Path) -> None:
    def script(body: Body, reply: Reply) -> None:
        reply.head()
        reply.text(f"{TRUE} [p1] The night ferry sails on")
        while True:
            reply.text(" ")

    with desk(folder, script) as (assistant, served):
        stream = assistant.stream(PRICE)
        next(stream), next(stream)
        assert isinstance(next(stream), Sentence)
        stream.close()  # type: ignore[attr-defined]
        assert served.hung_up.wait(60)
