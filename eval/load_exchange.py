"""One question put to a server over its API, and what came back."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

_TOLD = 1_000  # characters of an answer that a follow-up sends along; the API cuts off blanks


@dataclass(frozen=True, slots=True)
class Told:
    """An earlier exchange, as the API takes it."""

    question: str
    searched: str
    answer: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer. Times in seconds from the question on.

    `status` is 0 where no reply came. `wrong` says how an answer shows that it is
    not this question's; `told` is what a follow-up sends along.
    """

    question: str
    followed: bool
    status: int
    first: float
    whole: float
    answered: bool = False
    sentences: tuple[str, ...] = ()
    error: str | None = None
    wrong: str | None = None
    told: Told | None = None


async def ask(client: httpx.AsyncClient, question: str, history: Sequence[Told]) -> Exchange:
    """Ask over the stream of events, as a page does."""
    sent = [
        {"question": each.question, "searched": each.searched, "answer": each.answer}
        for each in history
    ]
    body = {"question": question, "history": sent, "stream": True}
    began, first, status = time.perf_counter(), None, 0
    sentences: list[str] = []
    answer: dict[str, Any] | None = None
    error: str | None = None
    try:
        async with client.stream("POST", "/v1/ask", json=body) as reply:
            status = reply.status_code
            if status != 200:
                await reply.aread()
            else:
                async for name, data in _events(reply):
                    if name == "sentence":
                        first = first or time.perf_counter() - began
                        sentences.append(data["sentence"]["text"])
                    elif name == "done":
                        answer = data["answer"]
                    elif name == "error":
                        error = f"error event: {data.get('type')}"
                if answer is None and error is None:
                    error = "the stream ended without its answer"
    except httpx.HTTPError as failure:
        error = type(failure).__name__
    except (ValueError, KeyError, TypeError):
        error = "what came is no answer"
    whole = time.perf_counter() - began
    if status not in (0, 200, 429, 503) and error is None:
        error = f"status {status}"
    if answer is None:
        return Exchange(question, bool(sent), status, whole, whole, error=error)
    said = tuple(each["text"] for each in answer["sentences"])
    return Exchange(
        question,
        bool(sent),
        status,
        first or whole,
        whole,
        answered=bool(answer["answered"]),
        sentences=said,
        error=error,
        wrong=_wrong(answer, question, sent, sentences),
        told=Told(question, answer["question"]["searched"], " ".join(said)[:_TOLD].strip()),
    )


def _wrong(
    answer: dict[str, Any], question: str, sent: list[dict[str, str]], streamed: list[str]
) -> str | None:
    asked = answer["question"]
    if asked["text"] != question:
        return f"asked {question!r}, answered {asked['text']!r}"
    if asked["history"] != sent:
        return f"{question!r} came back with another conversation"
    whole = [each["text"] for each in answer["sentences"]]
    if sorted(whole) != sorted(streamed):
        return f"{question!r} was told other sentences than its answer has"
    return None


async def _events(reply: httpx.Response) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    name, data = "", ""
    async for line in reply.aiter_lines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            data += line.removeprefix("data:").strip()
        elif not line and name:
            yield name, json.loads(data)
            name, data = "", ""
