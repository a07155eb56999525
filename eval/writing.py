"""What a language model writes over an archive, and what the check lets a reader see of it.

Every sentence is kept with its verdict and evidence, to be judged by hand. Of
each that was let through, copies are made with one number, name or date
exchanged for another of its kind from the same passages (else from earlier
ones), and held against the same passages: a check that lets those through is
none. A copy may by chance be true; that counts against the check.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from eval.corpus import read_rows
from index.errors import SourceError
from index.months import MONTHS, WEEKDAYS
from rag.assistant import Assistant
from rag.llm.check import Checker, Judged
from rag.llm.passages import Source
from rag.llm.sentences import Piece
from rag.llm.writer import Writer
from rag.names import names
from rag.types import Answer, Written
from rag.wire import verdict_json

Progress = Callable[[str, int, int], None]

_COPIES = 2  # of a sentence, of each kind: one that names ten people is not ten tests
_MONTHS = "|".join(sorted({m.capitalize() for m in MONTHS if len(m) > 3 and m.isascii()}))
_DAYS = "|".join(sorted({d.capitalize() for d in WEEKDAYS if len(d) > 3 and d.isascii()}))
_DATE = re.compile(rf"\b(?:{_MONTHS}|{_DAYS}|(?:19|20)\d\d)\b")
_FORMS = (re.compile(rf"(?:{_MONTHS})$"), re.compile(rf"(?:{_DAYS})$"), re.compile(r"\d{4}$"))
_NUMBER = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b"
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A sentence with one thing exchanged, and whether the check refused it."""

    text: str
    kind: str  # "number", "name" or "date"
    was: str
    now: str
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
        self, question: str, told: Sequence[Source], day: date | None = None
    ) -> Generator[Judged | Written]:
        self.told, self.day = tuple(told), day
        for event in super().write(question, told, day):
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

    The assistant must have a language model.
    """
    if assistant.writer is None:
        raise SourceError("no language model is set: name one with --llm")
    recorder = _Recorder(assistant.writer)
    assistant.writer = recorder
    counts = _Counts()
    pool: list[str] = []
    for n, question in enumerate(questions):
        recorder.begin()
        answer = assistant.ask(question)
        if answer.written is not None:
            counts.written.append(answer.written)
            fallback = answer.written.fallback
            counts.fallbacks[fallback.value if fallback else "none"] += 1
        texts = [source.context.text for source in recorder.told]
        for judged in recorder.judged:
            counts.fates[judged.fate.value] += 1
            copies = _copies(judged, recorder, texts, pool, seed) if judged.held else ()
            for copy in copies:
                counts.copies[copy.kind] += 1
                counts.rejected[copy.kind] += copy.rejected
            row = _row(question, answer, judged, recorder.told, copies)
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        out.flush()
        pool += texts
        if progress is not None:
            progress("questions", n + 1, len(questions))
    return _scores(len(questions), counts)


def _copies(
    judged: Judged, recorder: _Recorder, texts: Sequence[str], pool: Sequence[str], seed: int
) -> tuple[Copy, ...]:
    checker = Checker(recorder.verifier, recorder.told, recorder.day)
    made = swapped(judged.piece.text, texts, pool, random.Random(f"{seed} {judged.piece.text}"))  # noqa: S311
    return tuple(
        Copy(text, kind, was, now, not checker.check(Piece(text, judged.piece.cited)).held)
        for text, kind, was, now in made
    )


def swapped(
    text: str, near: Sequence[str], far: Sequence[str], rng: random.Random
) -> list[tuple[str, str, str, str]]:
    """Copies of a sentence with one thing exchanged: (copy, kind, what it was, what it is)."""
    made = []
    for kind, find in (("number", _numbers), ("date", _dates), ("name", _names)):
        own = find(text)
        chosen = own if len(own) <= _COPIES else sorted(rng.sample(own, _COPIES))
        for start, end in chosen:
            was = text[start:end]
            now = _other(kind, was, text, near, rng) or _other(kind, was, text, far[-40:], rng)
            if now is not None:
                made.append((text[:start] + now + text[end:], kind, was, now))
    return made


def _other(kind: str, was: str, text: str, texts: Sequence[str], rng: random.Random) -> str | None:
    """Another of its kind that shares no word with it and does not stand in the sentence."""
    find = {"number": _numbers, "date": _dates, "name": _names}[kind]
    words = set(re.findall(r"\w+", text.casefold()))
    found = {each[start:end] for each in texts for start, end in find(each)}
    others = sorted(
        each
        for each in found
        if not words & set(re.findall(r"\w+", each.casefold())) and _alike(kind, was, each)
    )
    return rng.choice(others) if others else None


def _alike(kind: str, was: str, other: str) -> bool:
    """A year for a year, digits for digits, a name of about as many words."""
    if kind == "date":
        return any(form.match(was) and form.match(other) for form in _FORMS)
    if kind == "number":
        return was[0].isdigit() == other[0].isdigit()
    return abs(len(was.split()) - len(other.split())) <= 1


def _dates(text: str) -> list[tuple[int, int]]:
    return [m.span() for m in _DATE.finditer(text)]


def _numbers(text: str) -> list[tuple[int, int]]:
    days = set(_dates(text))
    return [m.span() for m in _NUMBER.finditer(text) if m.span() not in days]


def _names(text: str) -> list[tuple[int, int]]:
    return [(n.start, n.end) for n in names(text) if not _DATE.search(n.text)]


def _row(
    question: str,
    answer: Answer,
    judged: Judged,
    told: Sequence[Source],
    copies: Sequence[Copy],
) -> dict[str, Any]:
    return {
        "question": question,
        "text": judged.piece.text,
        "cited": [f"p{n}" for n in judged.piece.cited],
        "invented_ids": judged.piece.invented,
        "fate": judged.fate.value,
        "again": judged.again,
        "verdict": verdict_json(judged.verdict),
        "evidence": [candidate.text for candidate in judged.evidence],
        "passages": {
            f"p{n}": {
                "title": source.context.title,
                "published": source.context.published.isoformat()
                if source.context.published
                else None,
                "text": " ".join(source.context.text.split()),
            }
            for n, source in enumerate(told, start=1)
        },
        "fallback": answer.written.fallback.value
        if answer.written and answer.written.fallback
        else None,
        "copies": [
            {
                "text": copy.text,
                "kind": copy.kind,
                "was": copy.was,
                "now": copy.now,
                "rejected": copy.rejected,
            }
            for copy in copies
        ],
        "by_hand": None,
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
