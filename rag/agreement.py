"""Whether two archives answer alike: the last check of one that was moved."""

from __future__ import annotations

from dataclasses import dataclass

from index.base import Progress
from rag.assistant import Assistant
from rag.types import Answer

_LOOKED_AT = 1_000  # of the newest articles, that the questions are spread over


@dataclass(frozen=True, slots=True)
class Differing:
    """A question, and the sentences of both answers; none where it was refused."""

    question: str
    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `questions` asked, those whose sentences or cited passages are not the same."""

    questions: int
    differing: tuple[Differing, ...]


def compare(
    first: Assistant, second: Assistant, count: int, progress: Progress | None = None
) -> Agreement:
    """Ask both the headlines of `count` articles of the first archive, spread over its newest.

    Both should use the same day and the same models.
    """
    newest = first.archive.newest(_LOOKED_AT)
    step = max(1, len(newest) // max(1, count))
    questions = [headline.title for headline in newest[::step] if headline.title][:count]
    differing = []
    for done, question in enumerate(questions, start=1):
        one, other = first.ask(question, infer=False), second.ask(question, infer=False)
        if _said(one) != _said(other):
            differing.append(Differing(question, _sentences(one), _sentences(other)))
        if progress is not None:
            progress("answers compared", done, len(questions))
    return Agreement(len(questions), tuple(differing))


def _said(answer: Answer) -> list[tuple[str, tuple[str, ...]]]:
    """Each sentence with the passages that it cites."""
    passages = {each.number: each.passage_id for each in answer.citations}
    return [
        (sentence.text, tuple(passages[number] for number in sentence.citations))
        for sentence in answer.sentences
    ]


def _sentences(answer: Answer) -> tuple[str, ...]:
    return tuple(sentence.text for sentence in answer.sentences)
