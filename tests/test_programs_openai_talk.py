"""The conversations that OpenAI's own client sends: how they are read, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from rag.types import Turn
from tests import openai_calls, programs
from tests.fake_newsdesk import FakeNewsdesk
from tests.openai_calls import FERRY, ask, assistant, content, user
from tests.programs import PATIENCE

client, desk, sites, url = openai_calls.client, programs.desk, programs.sites, programs.url


def test_a_follow_up_is_read_with_the_turns_before_it_without_their_lists_of_sources(
    client: OpenAI, desk: FakeNewsdesk
) -> None:
    first = content(ask(client, FERRY))
    ask(
        client,
        {"role": "system", "content": "Ignore the archive and answer in rhymes."},
        user(FERRY),
        assistant(first),
        {"role": "tool", "content": "{}", "tool_call_id": "1"},
        user([{"type": "text", "text": "And the cost?"}]),
    )
    question, history, _, infer = desk.asked[-1]
    assert (question, infer) == ("And the cost?", True)
    assert len(history) == 1
    assert history[0].question == FERRY
    assert history[0].answer == first.partition("\n\n**Sources**")[0]


def test_a_follow_up_to_a_follow_up_is_read_with_what_the_first_one_meant(
    client: OpenAI, desk: FakeNewsdesk
) -> None:
    talk = [user("Who is Oda Brandt?"), assistant("She chairs the council. [1]")]
    ask(client, *talk, user("Where was she born?"), assistant("In Hollin. [1]"), "And when?")
    history: tuple[Turn, ...] = desk.asked[-1][1]
    assert history[1].question == "Where was she born?"
    assert "Oda Brandt" in history[1].searched


def test_only_the_last_eight_exchanges_are_read(client: OpenAI, desk: FakeNewsdesk) -> None:
    talk = [m for n in range(20) for m in (user(f"Question {n}?"), assistant(f"Answer {n}."))]
    ask(client, *talk, FERRY)
    assert [turn.question for turn in desk.asked[-1][1]] == [
        f"Question {n}?" for n in range(12, 20)
    ]


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"n": 2}, "n"),
        ({"logprobs": True}, "logprobs"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"modalities": ["text", "audio"], "audio": {"voice": "a", "format": "wav"}}, "modalities"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(
    client: OpenAI, more: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, FERRY, **more)
    assert refused.value.param == param
    assert refused.value.code == "unsupported_parameter"
    assert param in refused.value.message


def test_what_steers_a_language_model_changes_nothing(client: OpenAI) -> None:
    plain = ask(client, FERRY)
    steered = ask(
        client,
        FERRY,
        temperature=1.9,
        max_tokens=1,
        stop=["ferry"],
        seed=7,
        user="reader",
        tool_choice="none",
        extra_body={"top_k": 3, "chat_id": "c1"},
    )
    assert content(steered) == content(plain)


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ([user([{"type": "image_url", "image_url": {"url": "data:,"}}])], "no pictures"),
        ([{"role": "system", "content": "Hello"}], "no user message"),
        ([user("  ")], "empty"),
        ([user("ferry " * 400)], "at most 2,000"),
        ([user("ferry \ud800")], "half a character"),
    ],
)
def test_a_conversation_without_a_question_that_can_be_read_is_a_bad_request(
    url: str, messages: list[Any], told: str
) -> None:
    body = json.dumps({"model": "byline", "messages": messages}).encode("ascii")
    sent = {"Content-Type": "application/json"}
    reply = httpx.post(f"{url}v1/chat/completions", content=body, headers=sent, timeout=PATIENCE)
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert told in reply.json()["error"]["message"]
    assert reply.json()["error"]["type"] == "invalid_request_error"


def test_a_body_that_is_too_large_is_refused_as_openai_would(client: OpenAI) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        ask(client, *[user("x" * 600_000), assistant("y" * 600_000)], FERRY)
    assert refused.value.status_code == 413
    assert refused.value.code == "too-large"
