"""Putting an answer together: its lines numbered and cited, its parts and differences with them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index.archive import Archive
from index.types import Filters
from rag.cite import cite
from rag.differ import Contrast
from rag.draft import Draft, Line
from rag.find import Finding
from rag.remarks import Account, Difference
from rag.select import Candidate
from rag.timeline import days_of
from rag.types import Answer, Citation, Part, Question, Refusal, Sentence, Timings
from rag.written import Written

if TYPE_CHECKING:
    from rag.llm.check import Judged


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question, or one of several, with what was found for it and what is said."""

    text: str
    finding: Finding
    draft: Draft
    refusal: Refusal | None


@dataclass(slots=True)
class Composed:
    """Sentences of a language model that were verified, numbered as they come."""

    sentences: list[Sentence] = field(default_factory=list)
    cited: list[Candidate] = field(default_factory=list)

    def add(self, judged: Judged) -> Sentence:
        """The next sentence; evidence that was cited before keeps its number."""
        known = [_at(candidate) for candidate in self.cited]
        numbers = []
        for candidate in judged.evidence:
            if _at(candidate) not in known:
                self.cited.append(candidate)
                known.append(_at(candidate))
            numbers.append(known.index(_at(candidate)) + 1)
        sentence = Sentence(
            judged.piece.text, tuple(numbers), judged.speech, verdict=judged.verdict
        )
        self.sentences.append(sentence)
        return sentence


def assemble(
    archive: Archive,
    question: Question,
    drafted: Sequence[Drafted],
    *,
    composed: Composed | None = None,
    written: Written | None = None,
    filters: Filters = Filters(),
) -> Answer:
    """The answer to a question from the drafts of its parts, of which there is at least one.

    It is refused only where every part is, for the first one's reason. A
    sentence that answers two parts is said and cited once. Where a language
    model's sentences were `composed`, they stand in the place of the drafts'.
    Copies of what is cited are named as far as `filters` let them through.
    Its timings are the caller's to fill in.
    """
    lines = list(_once(line for each in drafted for line in each.draft.lines))
    composed = composed if composed is not None and composed.sentences else None
    cited = list(composed.cited) if composed else [line.candidate for line in lines]
    numbers = {_at(candidate): n for n, candidate in enumerate(cited, start=1)}
    for each in drafted:
        for contrast in each.draft.contrasts:
            for candidate, _ in contrast.accounts:
                if _at(candidate) not in numbers:  # told beside the answer, and not in it
                    cited.append(candidate)
                    numbers[_at(candidate)] = len(cited)
    citations = cite(archive, cited, filters)
    sentences = (
        tuple(composed.sentences)
        if composed
        else tuple(
            Sentence(citation.quote, (citation.number,), line.speech, line.days)
            for line, citation in zip(lines, citations, strict=False)
        )
    )
    coverage = drafted[0].finding.coverage
    dates = [c.story.published.date() for c in citations if c.story.published]
    several = len(drafted) > 1
    return Answer(
        id=uuid.uuid4().hex,
        question=question if several else drafted[0].finding.question,
        sentences=sentences,
        citations=citations,
        refusal=None if lines else drafted[0].refusal,
        as_of=datetime.now(UTC),
        newest=max(dates, default=None),
        searched=max(each.finding.coverage.articles for each in drafted),
        first=coverage.first,
        last=coverage.last,
        confidence=max(each.finding.confidence for each in drafted),
        timings=Timings(0.0, 0.0, 0.0, 0.0),
        differences=tuple(
            _difference(contrast, numbers, citations)
            for each in drafted
            for contrast in each.draft.contrasts
        ),
        parts=tuple(_part(each, numbers) for each in drafted) if several else (),
        invented=written.invented_ids if written else 0,
        written=written,
    )


def _once(lines: Iterator[Line]) -> Iterator[Line]:
    seen = set()
    for line in lines:
        if _at(line.candidate) not in seen:
            seen.add(_at(line.candidate))
            yield line


def _at(candidate: Candidate) -> tuple[str, int]:
    return candidate.article.id, candidate.span.start


def _part(drafted: Drafted, numbers: dict[tuple[str, int], int]) -> Part:
    return Part(
        text=drafted.text,
        searched=drafted.finding.question.searched,
        sentences=tuple(numbers[_at(line.candidate)] - 1 for line in drafted.draft.lines),
        refusal=drafted.refusal,
        confidence=drafted.finding.confidence,
    )


def _difference(
    contrast: Contrast, numbers: dict[tuple[str, int], int], citations: Sequence[Citation]
) -> Difference:
    accounts = []
    for candidate, figure in contrast.accounts:
        number = numbers[_at(candidate)]
        published = citations[number - 1].story.published
        told = (
            days_of(candidate.text, published.date(), candidate.article.language)
            if published
            else None
        )
        day = published.date() if published else None
        if told is not None and day is not None and told.first == told.last and told.last <= day:
            day = told.last
        accounts.append(Account(figure.words, number, figure.value, day))
    return Difference(contrast.kind, contrast.about, tuple(accounts))
