"""What a stream tells, in order, as typed events; and how a stream is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from rag.schema import AnswerJson, QuestionJson, SentenceJson, StoryJson
from rag.types import Turn
from ui.client.errors import Unreachable, error_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """Others are answered first; `ahead` stand in line before this question."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as it was understood."""

    question: QuestionJson


@dataclass(frozen=True, slots=True)
class Sources:
    """The stories that are read, best first."""

    stories: list[StoryJson]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the answer, verified. `index` counts from 0."""

    index: int
    sentence: SentenceJson


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer, `byline.answer/1`; nothing follows."""

    request_id: str
    answer: AnswerJson


Told: TypeAlias = Waiting | Understood | Sources | Said | Done


def turn(answer: AnswerJson) -> Turn:
    """An answer as an earlier exchange, for the history of the next question."""
    question, refusal = answer["question"], answer["refusal"]
    said = refusal["message"] if refusal else " ".join(_cited(s) for s in answer["sentences"])
    return Turn(question["text"], question["searched"], said)


def _cited(sentence: SentenceJson) -> str:
    return sentence["text"] + "".join(f" [{n}]" for n in sentence["citations"])


def events(lines: Iterable[str]) -> Iterator[Told]:
    """The events of a stream's lines. Events that this client does not know are left out.

    Raises ClientError where the server tells of a problem, Unreachable where the
    stream ends before the answer or holds what is no event of ours.
    """
    name, data = "", ""
    for line in lines:
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            data += line.removeprefix("data:").removeprefix(" ")
        elif not line and data:
            told = _read(name, data)
            name, data = "", ""
            if told is not None:
                yield told
            if isinstance(told, Done):
                return
    raise Unreachable("The stream ended before the answer was complete.")


def _read(name: str, data: str) -> Told | None:
    try:
        return _event(name, json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreachable("The stream holds an event that cannot be read.") from error


def _event(name: str, data: dict[str, Any]) -> Told | None:
    if name == "error":
        raise error_of(data, int(data.get("status", 500)))
    if name == "waiting":
        return Waiting(data["ahead"])
    if name == "understood":
        return Understood(data["question"])
    if name == "sources":
        return Sources(data["stories"])
    if name == "sentence":
        return Said(data["index"], data["sentence"])
    return Done(data["request_id"], data["answer"]) if name == "done" else None
