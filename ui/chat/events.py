"""What happens when a reader asks: the answer, streamed piece by piece.

Nothing raises out of here into Gradio: an error that Byline raised on purpose
becomes its own message in the conversation, any other a plain apology, with
the details in the server's log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from index.errors import BylineError
from rag.types import Answer, Asks, Found, Question, Sentence
from ui import export
from ui.chat import layout, render, session, written
from ui.chat.chips import label
from ui.chat.desk import Desk
from ui.chat.differences import differences
from ui.chat.words import clean, direction

log = logging.getLogger(__name__)

APOLOGY = "Something went wrong here, and it is not your question’s fault. Please try again."

View = dict[str, Any]


@dataclass(slots=True)
class Arrived:
    """The pieces of one exchange so far. `checking`: a language model is to write the rest."""

    checking: bool = False
    asks: Asks = Asks.FACT
    sentences: list[Sentence] = field(default_factory=list)


def asking(desk: Desk, *, model: str | None = None) -> Callable[[gr.EventData], Iterator[View]]:
    """The event that answers a question from `desk`, where `model` may write the answer."""

    def ask(event: gr.EventData) -> Iterator[View]:
        """Stream one exchange; each view holds all that is known of it so far."""
        data = event._data
        turn = str(data.get("turn", ""))[:64] if isinstance(data, dict) else ""
        view: View = {"turn": turn, "state": "searching", "sentences": []}
        arrived = Arrived(model is not None)
        try:
            request = session.asked(data)
            limits = session.filters(request.limits)
            view = {**view, "limits": render.limits(limits)}
            yield view
            for piece in desk.stream(
                request.question,
                history=request.history,
                filters=limits,
                infer=request.infer,
            ):
                view = _with(view, piece, arrived)
                yield view
        except BylineError as error:
            yield {**view, "state": "failed", "error": clean(str(error))}
        except Exception:
            log.exception("A question could not be answered")
            yield {**view, "state": "failed", "error": APOLOGY}

    return ask


def _with(view: View, piece: Question | Found | Sentence | Answer, arrived: Arrived) -> View:
    """`view` and what has just become known."""
    if isinstance(piece, Question):
        arrived.asks = piece.asks
        return {**view, "notes": render.notes(piece), "checking": arrived.checking}
    if isinstance(piece, Found):
        return view
    if isinstance(piece, Sentence):
        arrived.sentences.append(piece)
        laid = layout.growing(arrived.asks, arrived.sentences)
        return {
            **view,
            "state": "writing",
            "dir": view.get("dir") or direction(piece.text),
            "layout": laid.name,
            "sentences": list(laid.blocks),
        }
    laid = layout.whole(piece)
    ordered = layout.in_time(piece)
    return {
        **view,
        "state": "done",
        "checking": False,
        "notes": render.notes(piece.question),
        "dir": direction(piece.text),
        "layout": laid.name,
        "sentences": list(laid.blocks),
        "in_time": {
            "layout": ordered.name,
            "sentences": list(ordered.blocks),
            "plain": export.plain(piece, in_time=True),
        }
        if ordered
        else None,
        "labels": {str(c.number): label(c) for c in piece.citations},
        "differences": differences(piece),
        "refusal": render.refusal(piece),
        "cited": render.cited(piece),
        "written": written.written(piece),
        "facts": render.facts(piece),
        "plain": export.plain(piece),
        "answer": session.packed(piece),
        "text": clean(piece.text),
    }
