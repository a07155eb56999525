"""From what a reader typed to what is searched for, without a language model.

Three things are read: what a follow-up leaves out, dates, and outlets named as
the source of a report. Each is said in a note that the reader sees and can undo.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.errors import QuestionError
from index.types import Facets, Filters
from rag import times
from rag.stopwords import STOPWORDS
from rag.types import Question, Turn

MAX_QUESTION = 2_000  # code points

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
# Words that point back to what was said before.
_BACK = re.compile(
    r"\b(?:he|she|it|they|him|her|hers|his|its|their|theirs|them|this|that|these|those|there|then|"
    r"one|ones|same|former|latter|o|onu|onun|onlar|он|она|оно|они|его|её|ее|их|это|этот|там)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\s*(?:and|but|or|so|also|what about|how about|ya|peki|ve|а|и)\b[\s,]*", re.IGNORECASE
)
_FEW_WORDS = 2  # telling words of a question that cannot stand alone
_NAMED_SOURCE = (
    r"(?:\b(?:from|in|by|according to|reported by|says?|said|does|did|do)\s+(?:the\s+)?"
    r"[\"'“‘]?{name}"
    r"|[\"'“‘]?{name}[\"'”’]?(?:['’]s?)?\s+(?:articles?|reports?|reported|reporting|says?|said|"
    r"stor(?:y|ies)|coverage|writes?|wrote|piece|according))"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """`question` with the filters in force; `period` is set where it was read from the words."""

    question: Question
    inferred: bool  # whether any filter came from the words and not from the reader's controls


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
        return Understood(question, inferred=False)
    notes: list[str] = []
    searched = resolve(asked, history)
    if searched != asked:
        notes.append(f"following on from: {history[-1].searched}")
    force = filters
    if not (filters.after or filters.before):
        period = times.find(asked, today)
        if period is None and searched != asked:
            period = times.find(history[-1].question, today)
        if period is not None:
            force = replace(force, after=period.first, before=period.last)
            notes.append("dates: " + in_words(period.first, period.last))
    if not filters.sources:
        named = named_sources(asked, facets)
        if named:
            force = replace(force, sources=named)
            notes.append("from: " + " or ".join(named))
    question = Question(asked, searched, force, tuple(history), tuple(notes))
    return Understood(question, inferred=force != filters)


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


def resolve(asked: str, history: Sequence[Turn]) -> str:
    """A follow-up with what it leaves out put back: the telling words of the turn before.

    Only a question that points back or says too little alone is touched: adding
    earlier turns to every question makes retrieval worse (eval/LOG.md).
    """
    if not history:
        return asked
    opening = _OPENING.match(asked)
    rest = asked[opening.end() :] if opening else asked
    own = _telling(rest)
    leans = bool(opening) or bool(_BACK.search(rest)) or len(own) < _FEW_WORDS
    if not leans:
        return asked
    said = {word.casefold() for word in own}
    carried = [w for w in _telling(history[-1].searched) if w.casefold() not in said]
    return f"{rest.rstrip()} ({' '.join(carried)})" if carried else asked


def named_sources(asked: str, facets: Facets) -> tuple[str, ...]:
    """Outlets that the question names as the source of a report, in the archive's spelling."""
    found = []
    for name, _ in facets.sources:
        bare = re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)
        if len(bare) < 3 or bare.casefold() not in asked.casefold():
            continue
        if re.search(_NAMED_SOURCE.format(name=re.escape(bare)), asked, re.IGNORECASE):
            found.append(name)
    return tuple(found)


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


def _telling(text: str) -> list[str]:
    return [w for w in _WORD.findall(text) if w.casefold() not in STOPWORDS]
