"""OpenAI's own client, as the tests of what it sees call the running server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion

FERRY = "What did the council decide about the night ferry?"


def opened(url: str) -> OpenAI:
    return OpenAI(base_url=f"{url}v1", api_key="anything", max_retries=0)


@pytest.fixture
def client(url: str) -> Iterator[OpenAI]:
    with closing(opened(url)) as client:
        yield client


def ask(client: OpenAI, *messages: Any, **more: Any) -> ChatCompletion:
    said = [each if isinstance(each, dict) else user(each) for each in messages]
    found: ChatCompletion = client.chat.completions.create(model="byline", messages=said, **more)
    return found


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def assistant(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def content(reply: ChatCompletion) -> str:
    return reply.choices[0].message.content or ""
