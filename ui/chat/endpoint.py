"""The one named endpoint of the Gradio app, for programs that use `gradio_client`.

    Client("http://localhost:7860/").predict("Who won the vote?", api_name="/ask")

No `from __future__ import annotations` here: Gradio reads the return type as it stands.
"""

import logging
from collections.abc import Callable
from typing import Annotated, Any

import gradio as gr
from pydantic import Field, TypeAdapter, ValidationError

from index.errors import BylineError, QuestionError
from index.types import Filters
from rag.types import Answer, Turn
from rag.wire import to_json
from ui.chat import session
from ui.chat.desk import Desk
from ui.chat.words import clean

log = logging.getLogger(__name__)

_FAILED = "Something went wrong on the server, and it is not your question's fault."

_Text = Annotated[str, Field(max_length=20_000)]
_History = TypeAdapter(list[dict[str, _Text]])


def endpoint(
    desk: Desk, confined: Callable[[gr.Request, Filters], Filters] | None = None
) -> Callable[..., dict[str, Any]]:
    """The function that answers a program's question from `desk`.

    `confined` gives the filters that hold for who asks, from the reader's own.
    """

    def ask(
        question: str,
        history: list[dict[str, str]] | None = None,
        after: str = "",
        before: str = "",
        request: gr.Request = None,  # type: ignore[assignment]  # Gradio gives it, and looks for the bare type
    ) -> dict[str, Any]:
        """Answer a question from the archive: every sentence cites its source, or it is refused.

        `history` holds earlier exchanges, oldest first: {"question", "answer"}, and
        "searched" where an answer's `question.searched` is at hand. `after` and
        `before` are dates, inclusive (2025-06-30). The answer is the JSON object
        `byline.answer/1`.
        """
        try:
            filters = session.filters(session.Limits(after, before))
            if confined is not None and request is not None:
                filters = confined(request, filters)
            return dict(to_json(_answer(desk, question, _turns(history), filters)))
        except BylineError as error:
            raise gr.Error(clean(str(error)), print_exception=False) from None
        except gr.Error:
            raise
        except Exception:
            log.exception("A program's question could not be answered")
            raise gr.Error(_FAILED, print_exception=False) from None

    return ask


def _answer(desk: Desk, question: object, history: tuple[Turn, ...], filters: Filters) -> Answer:
    if not isinstance(question, str):
        raise QuestionError("The question is not text.")
    if len(question) > session.MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; "
            f"at most {session.MAX_QUESTION:,} are taken."
        )
    for piece in desk.stream(question, history=history, filters=filters):
        if isinstance(piece, Answer):
            return piece
    raise RuntimeError("the assistant ended without an answer")


def _turns(history: object) -> tuple[Turn, ...]:
    try:
        turns = _History.validate_python(history or [])[-session.MAX_TURNS :]
        return tuple(
            Turn(
                turn["question"][: session.MAX_QUESTION],
                turn.get("searched", turn["question"])[: session.MAX_QUESTION],
                turn.get("answer", ""),
            )
            for turn in turns
        )
    except (ValidationError, KeyError) as error:
        raise QuestionError(
            'The history is a list of {"question": text, "answer": text}, oldest first.'
        ) from error
