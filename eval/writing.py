"""What a language model writes over an archive, and what the check lets a reader see of it.

Every sentence is kept with its verdict, what became of it and the passages as
they were, to be judged by hand and to be verified again. Of each that was let
through, copies are made with one number, name or date exchanged for another of
its kind from the same passages (else from earlier ones), and held against the
same passages: a check that lets those through is none. A copy may by chance be
true; that counts against the check.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from eval.corpus import read_rows
from eval.exchange import Exchange, exchanges
from index.errors import SettingsError, SourceError
from rag.assistant import Assistant
from rag.llm.check import Checker, Judged
from rag.llm.passages import Source
from rag.llm.sentences import Piece
from rag.llm.types import NO_USAGE, Usage
from rag.llm.writer import Writer
from rag.verdict import Verdict
from rag.wire import verdict_json
from rag.written import Written

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Copy:
    """A sentence with one thing exchanged, and what the check made of it."""

    exchange: Exchange
    verdict: Verdict
    rejected: bool


@dataclass(frozen=True, slots=True)
class WritingScores:
    """Counts. `fates` are of sentences, `fallbacks` of questions that the archive answered."""

    asked: int
    written: int  # questions that the model was asked
    fates: tuple[tuple[str, int], ...]
    fallbacks: tuple[tuple[str, int], ...]
    copies: tuple[tuple[str, int, int], ...]  # kind, rejected, of
    invented_ids: int
    invented_quotations: int
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None

    @property
    def rejected(self) -> tuple[int, int]:
        """Copies rejected, of how many."""
        return sum(r for _, r, _ in self.copies), sum(of for _, _, of in self.copies)


class _Recorder(Writer):
    """A writer whose sentences are kept as they pass."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer.llm, writer.verifier)
        self.judged: list[Judged] = []
        self.told: tuple[Source, ...] = ()
        self.day: date | None = None

    def begin(self) -> None:
        """Forget the last question."""
        self.judged = []
        self.told = ()

    def write(
        self,
        question: str,
        told: Sequence[Source],
        day: date | None = None,
        spent: Usage = NO_USAGE,
    ) -> Generator[Judged | Written]:
        self.told, self.day = tuple(told), day
        for event in super().write(question, told, day, spent):
            if isinstance(event, Judged):
                self.judged.append(event)
            yield event


@dataclass(slots=True)
class _Counts:
    fates: Counter[str] = field(default_factory=Counter)
    fallbacks: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    written: list[Written] = field(default_factory=list)


def questions_in(file: Path) -> list[str]:
    """The questions of a JSON Lines file. Raises SourceError."""
    found = [str(row["question"]) for _, row in read_rows(file) if row.get("question")]
    if not found:
        raise SourceError(f"{file} holds no questions: expected rows with a question")
    return found


def measure(
    assistant: Assistant,
    questions: Sequence[str],
    out: TextIO,
    progress: Progress | None = None,
    *,
    seed: int = 0,
) -> WritingScores:
    """Ask the questions, write a row per sentence to `out` as they come, and count.

    Raises SettingsError where the assistant has no language model.
    """
    writer = assistant.writer
    if writer is None:
        raise SettingsError("there is no language model to measure: name one with --llm")
    recorder = _Recorder(writer)
    counts = _Counts()
    pool: list[str] = []
    assistant.writer = recorder
    try:
        for n, question in enumerate(questions):
            recorder.begin()
            written = assistant.ask(question).written
            if written is not None:
                counts.written.append(written)
                counts.fallbacks[written.fallback.value if written.fallback else "none"] += 1
            for row in _rows(question, recorder, written, pool, counts, seed):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            pool += [source.context.text for source in recorder.told]
            if progress is not None:
                progress("questions", n + 1, len(questions))
    finally:
        assistant.writer = writer
    return _scores(len(questions), counts)


def _rows(
    question: str,
    recorder: _Recorder,
    written: Written | None,
    pool: Sequence[str],
    counts: _Counts,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """A row for each sentence that was written to a question, each counted."""
    fallback = written.fallback.value if written and written.fallback else None
    asked = {
        "question": question,
        "day": recorder.day.isoformat() if recorder.day else None,
        "model": recorder.llm.name,
        "verifier": recorder.verifier.id,
        "fallback": fallback,
    }
    passages = {f"p{n}": _passage(source) for n, source in enumerate(recorder.told, start=1)}
    names = {source["id"]: name for name, source in passages.items()}
    for judged in recorder.judged:
        copies = _copies(judged, recorder, pool, seed) if judged.held else ()
        counts.fates[judged.fate.value] += 1
        for copy in copies:
            counts.copies[copy.exchange.kind] += 1
            counts.rejected[copy.exchange.kind] += copy.rejected
        yield {**asked, **_sentence(judged, copies, names), "passages": passages}


def _copies(
    judged: Judged, recorder: _Recorder, pool: Sequence[str], seed: int
) -> tuple[Copy, ...]:
    checker = Checker(recorder.verifier, recorder.told, recorder.day)
    text = judged.piece.text
    near = [source.context.text for source in recorder.told]
    drawn = random.Random(f"{seed} {text}")  # noqa: S311 (a sample is drawn, no secret)
    made = []
    for exchange in exchanges(text, near, pool, drawn):
        found = checker.check(Piece(exchange.text, judged.piece.cited))
        made.append(Copy(exchange, found.verdict, not found.held))
    return tuple(made)


def _sentence(judged: Judged, copies: Sequence[Copy], names: Mapping[str, str]) -> dict[str, Any]:
    """What there is to know of a sentence; `by_hand` is for whoever judges it.

    `names` are what the passages, by their ids, were called to the model.
    """
    return {
        "text": judged.piece.text,
        "cited": [f"p{n}" for n in judged.piece.cited],
        "invented_ids": judged.piece.invented,
        "invented_quotations": judged.invented_quotations,
        "fate": judged.fate.value,
        "again": judged.again,
        "verdict": verdict_json(judged.verdict),
        "evidence": [
            {"passage": names[found.hit.passage.id], "text": found.text}
            for found in judged.evidence
        ],
        "by_hand": None,
        "copies": [
            {
                **asdict(copy.exchange),
                "rejected": copy.rejected,
                "verdict": verdict_json(copy.verdict),
            }
            for copy in copies
        ],
    }


def _passage(source: Source) -> dict[str, Any]:
    """A passage as it was verified against, letter by letter."""
    context = source.context
    return {
        "id": source.hit.passage.id,
        "title": context.title,
        "published": context.published.isoformat() if context.published else None,
        "language": context.language,
        "text": context.text,
    }


def _scores(asked: int, counts: _Counts) -> WritingScores:
    prompt = [w.prompt_tokens for w in counts.written]
    completion = [w.completion_tokens for w in counts.written]
    costs = [w.cost for w in counts.written]
    return WritingScores(
        asked=asked,
        written=len(counts.written),
        fates=tuple(sorted(counts.fates.items())),
        fallbacks=tuple(sorted(counts.fallbacks.items())),
        copies=tuple(
            (kind, counts.rejected[kind], counts.copies[kind]) for kind in sorted(counts.copies)
        ),
        invented_ids=sum(w.invented_ids for w in counts.written),
        invented_quotations=sum(w.invented_quotations for w in counts.written),
        prompt_tokens=_total(prompt),
        completion_tokens=_total(completion),
        cost=_total_cost(costs),
    )


def _total(values: Sequence[int | None]) -> int | None:
    told = [value for value in values if value is not None]
    return sum(told) if told and len(told) == len(values) else None


def _total_cost(values: Sequence[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return sum(told) if told and len(told) == len(values) else None
