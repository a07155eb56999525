"""OpenAI's chat completions over the archive, so that chat front ends work unchanged.

What a model would make up is not to be had here: the question is searched for,
every sentence cites its article, and what the archive does not answer is said
to be so. `content` is Markdown with "[1]" after a sentence and the sources
below; the same citations are `annotations` of type `url_citation`, and `byline`
holds the whole answer as `POST /v1/ask` gives it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from index.types import Filters
from rag.types import Answer, Found, Question, Sentence
from rag.wire import to_json
from ui.api.away import unless_gone
from ui.api.callers import caller_of, id_of
from ui.api.completions_talk import Talk, talk, unknown_model
from ui.api.completions_text import Writing, words
from ui.api.completions_types import (
    MODEL,
    Chunk,
    Completion,
    CompletionRequest,
    Delta,
    Model,
    Models,
    Usage,
)
from ui.api.documented import ANY_EVENT, failures
from ui.api.encode import Json, encoded
from ui.api.failures import as_problem
from ui.api.shapes import shape
from ui.api.stream import BEAT, COMMENT, EventStream
from ui.api.work import Work

_SINCE = 1_735_689_600  # 1 January 2025, as Unix seconds: a model's `created` has to be something
_DONE = b"data: [DONE]\n\n"

Piece = Question | Found | Sentence | Answer
Begin = Callable[[], Iterator[Piece]]


def router(work: Work) -> APIRouter:
    """`POST /chat/completions`, `GET /models` and `GET /models/{id}`, to be included under /v1."""
    routes = APIRouter(tags=["OpenAI-compatible"])

    @routes.post(
        "/chat/completions",
        summary="Answer the last message of a conversation, as OpenAI's API does",
        response_model=None,
        responses={
            200: {
                "model": shape(Completion),
                "description": "The answer; with `stream`, chunks of it as server-sent events, "
                "the last with `finish_reason`, `annotations` and `byline`, and then `[DONE]`.",
                "content": {"text/event-stream": {"itemSchema": ANY_EVENT}},
            },
            **failures(404, body=True),
        },
    )
    async def complete(asked: CompletionRequest, request: Request) -> Response:
        # in a thread: eight long questions are resolved again, while others are answered
        said = await work.read(lambda: talk(asked, datetime.now(UTC).date()))
        reply = _Reply(id_of(request), int(time.time()))
        begin = _begin(work, said, caller_of(request).filters)
        if asked.stream:
            usage = bool(asked.stream_options and asked.stream_options.include_usage)
            return EventStream(_chunks(work, begin, said, reply, usage=usage))
        return Json(await unless_gone(request.receive, _whole(work, begin, said, reply)))

    @routes.get(
        "/models",
        summary="The one model there is",
        response_model=None,
        responses={200: {"model": shape(Models)}, **failures()},
    )
    async def models() -> Response:
        found: Models = {"object": "list", "data": [_model()]}
        return Json(found)

    @routes.get(
        "/models/{model}",
        summary="That model",
        response_model=None,
        responses={200: {"model": shape(Model)}, **failures(404)},
    )
    async def one_model(model: str) -> Response:
        if model != MODEL:
            raise unknown_model()
        return Json(_model())

    return routes


@dataclass(frozen=True, slots=True)
class _Reply:
    """What every part of one reply has in common. `created` is in Unix seconds."""

    request: str
    created: int

    def completion(self, writing: Writing, answer: Answer, said: Talk) -> Completion:
        return {
            "id": f"chatcmpl-{self.request}",
            "object": "chat.completion",
            "created": self.created,
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "message": {
                        "role": "assistant",
                        "content": writing.content,
                        "refusal": None,
                        "annotations": writing.annotations(answer),
                    },
                    "finish_reason": "stop",
                    "logprobs": None,
                }
            ],
            "usage": _usage(answer, said, writing.content),
            "byline": to_json(answer),
        }

    def chunk(self, delta: Delta, *, finish: Literal["stop"] | None = None, **more: Any) -> Chunk:
        found: Chunk = {
            "id": f"chatcmpl-{self.request}",
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": MODEL,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}],
        }
        found.update(more)  # type: ignore[typeddict-item]
        return found


def _begin(work: Work, said: Talk, filters: Filters) -> Begin:
    def begin() -> Iterator[Piece]:
        return work.desk.stream(said.question, history=said.history, filters=filters)

    return begin


async def _whole(work: Work, begin: Begin, said: Talk, reply: _Reply) -> Completion:
    writing = Writing()
    async with work.telling(begin) as telling, aclosing(telling.events()) as events:
        async for piece in events:
            _write(writing, piece)
            if isinstance(piece, Answer):
                return reply.completion(writing, piece, said)
    raise RuntimeError("the assistant ended without an answer")


async def _chunks(
    work: Work, begin: Begin, said: Talk, reply: _Reply, *, usage: bool
) -> AsyncGenerator[bytes, None]:
    """The reply as events. What is raised after the first is told as OpenAI's clients read it."""
    writing = Writing()
    none = {"usage": None} if usage else {}
    async with work.telling(begin) as telling:
        yield _event(reply.chunk({"role": "assistant", "content": ""}, **none))
        try:
            async for _ahead in telling.line():
                yield COMMENT
            async for piece in telling.events_or_silence(BEAT):
                if piece is None:
                    yield COMMENT
                    continue
                if added := _write(writing, piece):
                    yield _event(reply.chunk({"content": added}, **none))
                if isinstance(piece, Answer):
                    cited: Delta = {"annotations": writing.annotations(piece)}
                    last = reply.chunk(cited, finish="stop", byline=to_json(piece), **none)
                    yield _event(last)
                    if usage:
                        counted = _usage(piece, said, writing.content)
                        yield _event({**reply.chunk({}), "choices": [], "usage": counted})
        except Exception as error:  # noqa: BLE001 (logged there, and told without its words)
            problem = as_problem(error, request_id=reply.request)
            yield _event(problem.document(request_id=reply.request, path="/v1/chat/completions"))
        yield _DONE


def _write(writing: Writing, piece: Piece) -> str:
    """What a piece adds to the content."""
    if isinstance(piece, Question):
        writing.begin(piece)
    elif isinstance(piece, Sentence):
        return writing.add(piece)
    elif isinstance(piece, Answer):
        return writing.finish(piece)
    return ""


def _usage(answer: Answer, said: Talk, content: str) -> Usage:
    written = answer.written
    if written and written.prompt_tokens is not None and written.completion_tokens is not None:
        read, wrote = written.prompt_tokens, written.completion_tokens
        return _counted(read, wrote, "tokens")
    before = sum(words(f"{turn.question} {turn.answer}") for turn in said.history)
    return _counted(before + words(said.question), words(content), "words")


def _counted(read: int, wrote: int, unit: Literal["tokens", "words"]) -> Usage:
    return {
        "prompt_tokens": read,
        "completion_tokens": wrote,
        "total_tokens": read + wrote,
        "byline_unit": unit,
    }


def _model() -> Model:
    return {"id": MODEL, "object": "model", "created": _SINCE, "owned_by": "byline"}


def _event(data: object) -> bytes:
    return b"data: " + encoded(data) + b"\n\n"
