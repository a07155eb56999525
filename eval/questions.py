"""Questions and conversations over an archive whose answers are known by heart.

The sample's (eval/sample/README.md) or an archive's own: rows of `question`,
`answerable` and `gold`, a list of `{"sentence"}` any of which answers, or of
`turns`, each of them such a row. What is measured is what readers see: is
there an answer, does it open with a sentence that answers, is what cannot be
answered refused?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.asking import Desk, Progress, converse
from eval.binary import Judged
from eval.corpus import read_rows
from eval.figures import Figure, Refusing, mean, refusing
from eval.refusal import judge
from index.errors import SourceError
from rag.types import Answer

_DATELINE = 0.5  # of the longer one's length that a quote and a gold sentence must share


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question, whether it can be answered, and any of which sentences answers it.

    `why` says of one that cannot be answered why not, in the file's words.
    """

    question: str
    answerable: bool
    gold: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Talk:
    """Questions that are asked one after another; mostly one."""

    id: str
    today: date | None
    questions: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int


@dataclass(frozen=True, slots=True)
class QuestionScores:
    """What readers see.

    Over the answerable: `first` is how often the first sentence cited answers,
    `any` any of them; `refusal` holds how often they were answered at all.
    `sentences` is the mean length of the answers given. `refused_by` counts
    the refusals of what cannot be answered for each reason why.
    """

    questions: int
    first: Figure
    any: Figure
    sentences: Figure
    refusal: Refusing
    refused_by: dict[str, Share]
    judged: tuple[Judged, ...]


def read_talks(path: Path) -> list[Talk]:
    """The questions of a file. Raises SourceError with file and line."""
    talks = []
    for number, row in read_rows(path):
        where = f"{path}:{number}"
        turns = row.get("turns", [row])
        if not isinstance(turns, list) or not turns:
            raise SourceError(f"{where}: expected turns to be a list of questions")
        try:
            today = date.fromisoformat(row["today"]) if row.get("today") else None
        except (TypeError, ValueError) as error:
            raise SourceError(f"{where}: expected today as YYYY-MM-DD: {error}") from error
        questions = tuple(_wanted(turn, where) for turn in turns)
        talks.append(Talk(str(row.get("id", number)), today, questions))
    if not talks:
        raise SourceError(f"{path}: there are no questions in it")
    return talks


def _wanted(row: object, where: str) -> Wanted:
    if not isinstance(row, Mapping) or not isinstance(row.get("question"), str):
        raise SourceError(f"{where}: expected a question as text")
    known, gold = row.get("answerable"), row.get("gold")
    if not isinstance(known, bool):
        raise SourceError(f"{where}: expected answerable to be true or false, found {known!r:.40}")
    if not isinstance(gold, list) or not all(map(_is_gold, gold)):
        raise SourceError(f"{where}: expected gold to be a list of objects with a sentence")
    if known and not gold:
        raise SourceError(f"{where}: an answerable question needs a gold sentence")
    return Wanted(
        row["question"], known, tuple(g["sentence"] for g in gold), str(row.get("why") or "")
    )


def _is_gold(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("sentence"), str)


def measure(path: Path, desk: Desk, progress: Progress | None = None) -> QuestionScores:
    """Ask every question of a file, those of one conversation in turn."""
    talks = read_talks(path)
    asked: list[tuple[str, Wanted, Answer]] = []
    for done, talk in enumerate(talks, start=1):
        answers = converse(desk.on(talk.today), [wanted.question for wanted in talk.questions])
        asked += [(talk.id, *pair) for pair in zip(talk.questions, answers, strict=True)]
        if progress is not None:
            progress(path.stem, done, len(talks))
    return score(asked)


def score(asked: Sequence[tuple[str, Wanted, Answer]]) -> QuestionScores:
    """The scores of answers; the first of each three names its conversation."""
    could = [(name, wanted, answer) for name, wanted, answer in asked if wanted.answerable]
    groups = [name for name, _, _ in could]
    given = [(name, answer) for name, _, answer in asked if answer.refusal is None]
    judged = tuple(judge(answer, wanted.answerable, name) for name, wanted, answer in asked)
    return QuestionScores(
        questions=len(asked),
        first=mean([cites(answer, wanted.gold, 1) for _, wanted, answer in could], groups),
        any=mean([cites(answer, wanted.gold) for _, wanted, answer in could], groups),
        sentences=mean([float(len(a.sentences)) for _, a in given], [name for name, _ in given]),
        refusal=refusing(judged),
        refused_by=_by_reason(asked),
        judged=judged,
    )


def cites(answer: Answer, gold: Iterable[str], within: int | None = None) -> float:
    """1 where one of the first `within` citations quotes a sentence that answers, or else 0."""
    quotes = [citation.quote for citation in answer.citations[:within]]
    return float(any(same(quote, sentence) for quote in quotes for sentence in gold))


def same(quote: str, sentence: str) -> bool:
    """Whether two are one sentence, give or take a dateline or the other half of a paragraph."""
    one, other = " ".join(quote.split()), " ".join(sentence.split())
    shorter, longer = sorted((one, other), key=len)
    return shorter in longer and len(shorter) >= _DATELINE * len(longer)


def _by_reason(asked: Sequence[tuple[str, Wanted, Answer]]) -> dict[str, Share]:
    refused: dict[str, list[bool]] = {}
    for _, wanted, answer in asked:
        if not wanted.answerable:
            refused.setdefault(wanted.why or "unanswerable", []).append(answer.refusal is not None)
    return {why: Share(sum(found), len(found)) for why, found in sorted(refused.items())}
