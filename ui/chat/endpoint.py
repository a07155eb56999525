"""The one named endpoint of the Gradio app, for programs that use `gradio_client`.

    Client("http://localhost:7860/").predict("Who won the vote?", api_name="/ask")

No `from __future__ import annotations` here: Gradio reads the return type as it stands.
"""

from collections.abc import Callable
from typing import Annotated, Any

import gradio as gr
from pydantic import Field, TypeAdapter, ValidationError

from index.errors import QuestionError
from index.types import Filters
from rag.types import Answer, Turn
from rag.wire import to_json
from ui.api.bodies import MAX_TURNS
from ui.api.failures import as_problem
from ui.api.ids import new_id
from ui.api.problems import Problem
from ui.api.texts import MAX_QUESTION
from ui.chat import session
from ui.chat.desk import Desk
from ui.chat.words import clean

_Text = Annotated[str, Field(max_length=20_000)]
_History = TypeAdapter(list[dict[str, _Text]])


def endpoint(desk: Desk) -> Callable[..., dict[str, Any]]:
    """The function that answers a program's question from `desk`.

    It runs to its end though its caller leaves: Gradio ends only generators, between
    two things that they yield, and `predict` returns the first of those. Who wants
    an answer to end with its reader asks for a stream under /v1/ask.
    """

    def ask(
        question: str,
        history: list[dict[str, str]] | None = None,
        after: str = "",
        before: str = "",
    ) -> dict[str, Any]:
        """Answer a question from the archive: every sentence cites its source, or it is refused.

        `history` holds earlier exchanges, oldest first: {"question", "answer"}, and
        "searched" where an answer's `question.searched` is at hand. `after` and
        `before` are dates, inclusive (2025-06-30). The answer is the JSON object
        `byline.answer/1`.
        """
        try:
            filters = session.filters(session.Limits(after, before))
            return dict(to_json(_answer(desk, question, _turns(history), filters)))
        except Exception as error:  # noqa: BLE001 (logged there, and told without its words)
            cause = error.__cause__ if isinstance(error.__cause__, Problem) else error
            told = as_problem(cause, request_id=new_id())
            raise gr.Error(clean(told.detail), print_exception=False) from None

    return ask


def _answer(desk: Desk, question: object, history: tuple[Turn, ...], filters: Filters) -> Answer:
    if not isinstance(question, str):
        raise QuestionError("The question is not text.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} are taken."
        )
    for piece in desk.stream(question, history=history, filters=filters):
        if isinstance(piece, Answer):
            return piece
    raise RuntimeError("the assistant ended without an answer")


def _turns(history: object) -> tuple[Turn, ...]:
    try:
        turns = _History.validate_python(history or [])[-MAX_TURNS:]
        return tuple(
            Turn(
                turn["question"][:MAX_QUESTION],
                turn.get("searched", turn["question"])[:MAX_QUESTION],
                turn.get("answer", ""),
            )
            for turn in turns
        )
    except (ValidationError, KeyError) as error:
        raise QuestionError(
            'The history is a list of {"question": text, "answer": text}, oldest first.'
        ) from error
