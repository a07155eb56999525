"""A conversation as chat front ends send it, as a question and the turns before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.follow import follow
from rag.types import Turn
from ui.api.bodies import MAX_ANSWER, MAX_TURNS
from ui.api.completions_text import without_sources
from ui.api.completions_types import MODEL, CompletionRequest, Message
from ui.api.problems import Problem
from ui.api.texts import MAX_QUESTION, readable


@dataclass(frozen=True, slots=True)
class Talk:
    """What is asked, and what was said before."""

    question: str
    history: tuple[Turn, ...] = ()


def talk(asked: CompletionRequest, today: date) -> Talk:
    """The last user message, and the exchanges before it that it is read with.

    These front ends do not tell back what a follow-up was understood as, so each
    earlier one is resolved again. Raises Problem 404 `unknown-model`, and 400
    where something is asked for that cannot be had.
    """
    if asked.model != MODEL:
        raise unknown_model()
    if (name := asked.unsupported()) is not None:
        raise _refused(
            400,
            "bad-request",
            f'"{name}" asks for what this server does not do.',
            code="unsupported_parameter",
            param=name,
        )
    places = [n for n, each in enumerate(asked.messages) if each.role == "user"]
    if not places:
        raise _unreadable("There is no user message, so there is no question.")
    question = _text(asked.messages[places[-1]]).strip()
    if not question:
        raise _unreadable("The last user message is empty.")
    if len(question) > MAX_QUESTION:
        raise _unreadable(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} are taken."
        )
    return Talk(question, _turns(asked.messages[: places[-1]], today))


def unknown_model() -> Problem:
    return _refused(
        404,
        "unknown-model",
        f'There is no such model here. There is "{MODEL}".',
        code="model_not_found",
        param="model",
    )


def _refused(status: int, kind: str, detail: str, *, code: str, param: str) -> Problem:
    """A Problem whose `error` has the code and the member that OpenAI's clients know."""
    error = {
        "message": detail,
        "type": "invalid_request_error",
        "code": code,
        "param": param,
    }
    return Problem(kind, status, detail, error=error)


def _unreadable(detail: str) -> Problem:
    return _refused(400, "bad-request", detail, code="invalid_messages", param="messages")


def _turns(messages: list[Message], today: date) -> tuple[Turn, ...]:
    said: list[tuple[str, str]] = []
    for message in messages:
        if message.role == "user" and (question := " ".join(_text(message).split())):
            said.append((question[:MAX_QUESTION], ""))
        elif message.role == "assistant" and said:
            asked, answer = said[-1]
            told = without_sources(_text(message).strip())
            said[-1] = (asked, f"{answer} {told}".strip()[:MAX_ANSWER])
    turns: tuple[Turn, ...] = ()
    for question, answer in said[-MAX_TURNS:]:
        turns += (Turn(question, follow(question, turns, today).searched, answer),)
    return turns


def _text(message: Message) -> str:
    """A message's words. Raises Problem 400 for pictures and sound, and for half a character."""
    if isinstance(message.content, list):
        for part in message.content:
            if part.type != "text" or part.text is None:
                raise _unreadable("Only text can be read, no pictures, sound or files.")
        content = "\n".join(part.text or "" for part in message.content)
    else:
        content = message.content or ""
    try:
        return readable(content)
    except ValueError as error:
        raise _unreadable(f"A message {error}.") from error
