"""What travels between the reader's page and the server, checked on the way in.

A conversation is kept in the reader's own tab, not on the server. So readers
cannot mix, a restarted or a second server can take over in mid-conversation,
and a phone that slept for a day still has its answers. The page sends back
what a request needs (the turns before a question, the citation to open), and
everything that comes back is validated here as if a stranger had written it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from index.errors import QuestionError
from index.types import Filters
from rag.types import Answer, Citation, Sentence, Turn
from ui.api.bodies import MAX_TURNS
from ui.api.texts import MAX_QUESTION

MAX_REASON = 1_000
MAX_SAID = 20  # sentences that one citation is compared with
MAX_KEPT = 60  # turns that a page keeps and exports; the oldest go first

_T = TypeVar("_T")
_Name = Annotated[str, Field(max_length=300)]


@dataclass(frozen=True, slots=True)
class Limits:
    """The reader's own filters, as the page sends them."""

    after: str = ""
    before: str = ""
    sources: tuple[_Name, ...] = ()
    sections: tuple[_Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question from the page. `turn` is the page's own name for the exchange."""

    turn: Annotated[str, Field(max_length=64)]
    question: str
    limits: Limits = Limits()
    history: tuple[Turn, ...] = ()
    infer: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """A chip was chosen. `sentences` are those of the answer that rest on its source."""

    citation: Citation
    sentences: Annotated[tuple[Sentence, ...], Field(max_length=MAX_SAID)] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A thumb, and perhaps why."""

    answer: Answer
    helpful: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation to export."""

    answers: Annotated[tuple[Answer, ...], Field(max_length=MAX_KEPT)]


def asked(data: Any) -> Asked:
    """The question in `data`, with at most the last turns of its history."""
    request = _read(TypeAdapter(Asked), data)
    if len(request.question) > MAX_QUESTION:
        raise QuestionError(
            f"That question has {len(request.question):,} characters; "
            f"please ask in {MAX_QUESTION:,} or fewer."
        )
    return Asked(
        request.turn,
        request.question,
        request.limits,
        request.history[-MAX_TURNS:],
        request.infer,
    )


def opened(data: Any) -> Opened:
    return _read(TypeAdapter(Opened), data)


def judged(data: Any) -> Judged:
    read = _read(TypeAdapter(Judged), data)
    return Judged(read.answer, read.helpful, read.reason.strip()[:MAX_REASON])


def kept(data: Any) -> Kept:
    return _read(TypeAdapter(Kept), data)


def packed(answer: Answer) -> Any:
    """An answer as JSON for the page to keep and send back."""
    return TypeAdapter(Answer).dump_python(answer, mode="json")


def _read(adapter: TypeAdapter[_T], data: Any) -> _T:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise QuestionError("The page sent something that cannot be read. Reload it.") from error


def filters(limits: Limits) -> Filters:
    """The reader's filters. A date that is no date is an error that names it."""

    def day(text: str) -> date | None:
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise QuestionError(f"“{text[:40]}” is not a date.") from error

    return Filters(day(limits.after), day(limits.before), limits.sources, limits.sections)
