"""From what a reader typed to what is searched for, without a language model.

What is read: what a follow-up leaves out, dates, outlets named as the source of
a report, and whether it holds several questions. Each is said in a note that
the reader sees and can undo.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.errors import QuestionError
from index.types import Facets, Filters
from rag import said, times
from rag.clauses import NAME, bare, without_article
from rag.follow import follow, telling
from rag.latest import wants_latest
from rag.several import split
from rag.timeline import wants_timeline
from rag.types import Asks, Question, Turn

MAX_QUESTION = 2_000  # code points

# An outlet's name, and not a part of a longer one ("the Sun" in "the Sun Valley Sun Club").
_OUTLET = rf"{NAME}(?!\s+(?-i:[A-Z]))"
_NAMED_SOURCE = (
    rf"\b(?:from|in|by|according to|reported by|says?|said|does|did|do)\s+(?:the\s+)?"
    rf"[\"'“‘]?{_OUTLET}",
    rf"{_OUTLET}[\"'”’]?(?:['’]s?)?\s+(?:articles?|reports?|reported|reporting|says?|said|"
    r"stor(?:y|ies)|coverage|writes?|wrote|piece|according)\b",
)
_LONGER_NAME = re.compile(r"\b(?!The\b)[^\W\d_a-z]\w*\s$")


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it was read.

    `sought` is what is searched for within the filters: the words that became
    a date filter have said what they had to, and would only be missed in
    stories that do not repeat their own date. `inferred` says whether any
    filter came from the words and not from the reader's controls. `also` is
    what is searched for beside it, with less weight: what an earlier turn was about.
    """

    question: Question
    sought: str
    inferred: bool
    also: tuple[str, ...] = ()


def understand(
    text: str,
    *,
    history: Sequence[Turn],
    filters: Filters,
    facets: Facets,
    today: date,
    infer: bool = True,
) -> Understood:
    """Read a question. With `infer` off it is searched for to the letter.

    Raises QuestionError where there is nothing to search for, or too much.
    """
    asked = clean(text)
    if not infer:
        question = Question(asked, asked, filters, tuple(history))
        return Understood(question, asked, inferred=False)
    notes: list[str] = []
    pieces = split(asked)
    # Of several the first tells whether they go on: "it" in the others is what it speaks of.
    followed = follow(pieces[0], history, today)
    searched = asked
    if followed.searched != pieces[0]:
        searched = " ".join((followed.searched, *pieces[1:]))
    if followed.sure:
        notes.append(f"following on from: {history[-1].searched}")
    elif followed.also:
        notes.append("with the last answer in mind")
    force, sought = filters, searched
    if not (filters.after or filters.before):
        period = times.find(searched, today)
        if period is None and history and searched != asked:
            before = history[-1]
            period = times.find(before.searched, today) or times.find(before.question, today)
        if period is not None:
            force = replace(force, after=period.first, before=period.last)
            notes.append("dates: " + in_words(period.first, period.last))
            sought = _without(searched, period.words)
    if not filters.sources:
        named = named_sources(asked, facets)
        if named:
            force = replace(force, sources=named)
            notes.append("from: " + " or ".join(named))
    speech = said.asked(searched)
    if speech is not None and not _is_outlet(speech.speaker, facets):
        about = f" about {speech.topic}" if speech.topic else ""
        notes.append(f"what {speech.speaker} said{about}")
    else:
        speech = None
    asks = Asks.SPEECH if speech else Asks.FACT
    if wants_timeline(asked):
        asks = Asks.TIMELINE
        notes.append("a timeline")
    latest = wants_latest(asked)
    if latest:
        notes.append("the latest")
    parts: tuple[str, ...] = ()
    if len(pieces) > 1:
        parts = tuple(follow(piece, history, today).searched for piece in pieces)
        notes.append(f"{len(parts)} questions in one")
    question = Question(
        asked,
        searched,
        force,
        tuple(history),
        tuple(notes),
        asks=asks,
        latest=latest,
        speaker=speech.speaker if speech else None,
        topic=speech.topic if speech else None,
        parts=parts,
    )
    return Understood(question, sought, force != filters, followed.also)


def _without(text: str, words: str) -> str:
    """The text without these words, unless nothing telling is left of it."""
    rest = " ".join(text.replace(words, " ", 1).split())
    return rest if telling(rest) else text


def clean(text: str) -> str:
    """One line without control characters. Raises QuestionError where nothing is left."""
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            f"The question is {len(text):,} characters long; ask it in at most {MAX_QUESTION:,}."
        )
    kept = "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in unicodedata.normalize("NFC", text)
        if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"} or c in "\n\t\r"
    )
    asked = " ".join(kept.split())
    if not asked:
        raise QuestionError("Type a question.")
    return asked


def named_sources(asked: str, facets: Facets) -> tuple[str, ...]:
    """Outlets that the question names as the source of a report, in the archive's spelling.

    An outlet named with one word must be written as it is written: Time is one, time is not.
    """
    found = []
    for name, _ in facets.sources:
        title = bare(name)
        if title is None or title.casefold() not in asked.casefold():
            continue
        written_so = re.escape(title) if " " in title else f"(?-i:{re.escape(title)})"
        mentions = (
            match.start(1)
            for pattern in _NAMED_SOURCE
            for match in re.finditer(pattern.format(name=written_so), asked, re.IGNORECASE)
        )
        if any(not _LONGER_NAME.search(asked, 0, start) for start in mentions):
            found.append(name)
    return tuple(found)


def _is_outlet(speaker: str, facets: Facets) -> bool:
    """Whether whom a question calls the speaker is a source and not a person."""
    named = without_article(speaker).casefold()
    return any(without_article(name).casefold() == named for name, _ in facets.sources)


def in_words(first: date | None, last: date | None) -> str:
    """Such as "1 to 30 November 2024", "since 3 May 2023", "until 2 June 2024"."""
    if first and last:
        if first == last:
            return written(first)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day} to {written(last)}"
        return f"{written(first)} to {written(last)}"
    if first:
        return f"since {written(first)}"
    return f"until {written(last)}" if last else "any"


def written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
