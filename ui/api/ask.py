"""POST /v1/ask: a question answered, as one reply or as it is made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request, Response

from rag.types import Answer, Found, Question, Sentence
from rag.wire import question_json, sentence_json, story_json, to_json
from ui.api.away import unless_gone
from ui.api.bodies import AskBody
from ui.api.callers import caller_of, id_of
from ui.api.documented import EVENTS, failures
from ui.api.encode import Json
from ui.api.failures import as_problem
from ui.api.filters import confined, scoped
from ui.api.replies import AskReplyJson
from ui.api.shapes import shape
from ui.api.stream import BEAT, COMMENT, EventStream, event
from ui.api.work import Telling, Work

Event = Question | Found | Sentence | Answer

_ABOUT = """\
Answers from the archive alone: every sentence cites the passage that says so, and a question
that the archive does not answer is refused (`answer.answered` is false, `answer.refusal` says
why).

With `"stream": true`, or `Accept: text/event-stream`, the reply is a stream of server-sent
events, the data of each one line of JSON:

- `waiting` {"ahead": n}, at most once a second while others are answered first
- `understood` {"question": {...}}
- `sources` {"stories": [...]}, the articles that are read, best first
- `sentence` {"index": n, "sentence": {...}}, each as soon as it is verified, counting from 0
- `done` {"request_id", "answer": {...}}, the same as the reply without a stream
- `error`, in place of `done`: a problem document

A stream that is closed before its end stops the work on its answer."""

_EXAMPLE = """\
event: understood
data: {"question":{"text":"What did the harbour council decide?", ...}}

event: sources
data: {"stories":[{"article_id":"a1","title":"Harbour council votes to keep the night ferry", ...}]}

event: sentence
data: {"index":0,"sentence":{"text":"The harbour council voted 11 to 4 ...","citations":[1], ...}}

event: done
data: {"request_id":"5b1f0c7de6a94e28","answer":{"schema":"byline.answer/1", ...}}

"""


def router(work: Work) -> APIRouter:
    routes = APIRouter()

    @routes.post(
        "/ask",
        summary="Ask the archive",
        description=_ABOUT,
        response_model=shape(AskReplyJson),
        responses={
            200: {
                "description": "The answer, or the events of its making.",
                "content": {"text/event-stream": {"itemSchema": EVENTS, "example": _EXAMPLE}},
            },
            **failures(404, body=True),
        },
    )
    async def ask(request: Request, body: AskBody) -> Response:
        begin = await _beginning(work, request, body)
        telling = work.telling(begin)
        if body.stream or wants_events(request):
            return EventStream(_told(telling, id_of(request)))
        answer = await unless_gone(request.receive, whole(telling))
        return Json({"request_id": id_of(request), "answer": to_json(answer)})

    return routes


def wants_events(request: Request) -> bool:
    return "text/event-stream" in request.headers.get("accept", "").lower()


async def _beginning(work: Work, request: Request, body: AskBody) -> Callable[[], Iterator[Event]]:
    allowed = confined(caller_of(request).filters, body.filters.filters())
    filters = allowed
    if body.scope is not None:
        filters = await work.read(lambda: scoped(work.desk, allowed, body.scope))

    def begin() -> Iterator[Event]:
        return work.desk.stream(
            body.question,
            history=tuple(turn.turn() for turn in body.history),
            filters=filters,
            infer=body.infer,
        )

    return begin


async def whole(telling: Telling[Event]) -> Answer:
    """The answer that a stream ends with, once it has. Raises Problem 503 `busy`."""
    answer: Answer | None = None
    async with telling, aclosing(telling.events()) as events:
        async for each in events:
            if isinstance(each, Answer):
                answer = each
    assert answer is not None  # a stream ends with its answer
    return answer


async def _told(telling: Telling[Event], request_id: str) -> AsyncGenerator[bytes, None]:
    async with telling:
        yield COMMENT  # the place is had: the reply may begin
        try:
            async for ahead in telling.line():
                yield event("waiting", {"ahead": ahead})
            sentences = 0
            async for each in telling.events_or_silence(BEAT):
                if each is None:
                    yield COMMENT
                    continue
                yield _event(each, sentences, request_id)
                sentences += isinstance(each, Sentence)
        except Exception as error:  # noqa: BLE001 (the reader is told, and no more than is due)
            problem = as_problem(error, request_id=request_id)
            yield event("error", problem.document(request_id=request_id))


def _event(each: Event, sentences: int, request_id: str) -> bytes:
    told: tuple[str, dict[str, Any]]
    if isinstance(each, Question):
        told = "understood", {"question": question_json(each)}
    elif isinstance(each, Found):
        told = "sources", {"stories": [story_json(story) for story in each.stories]}
    elif isinstance(each, Sentence):
        told = "sentence", {"index": sentences, "sentence": sentence_json(each)}
    else:
        told = "done", {"request_id": request_id, "answer": to_json(each)}
    return event(*told)
