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
    r"\b(?:it|him|her|them|former|latter|o|onu|onun|onlar|он|она|оно|они|его|её|ее|их|там)\b"
    r"(?!['’]\w)",  # o'clock
    re.IGNORECASE,
)
# So do these, but not to a name in the same question ("Why did Castellan leave his post?").
_BACK_TO_NAME = re.compile(r"\b(?:he|she|they|his|hers|its|their|theirs)\b", re.IGNORECASE)
# And these, which also join clauses ("the centre that watches cables") and open them ("is there").
_BACK_OR_ON = re.compile(
    r"(?<!say )(?<!says )(?<!said )\bthat\b|\b(?:this|these|those)\b"
    r"(?!\s+(?:day|week|weekend|month|year|spring|summer|autumn|winter|morning|evening)s?\b)|"
    r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?!\s+(?:is|are|was|were|has|have|be|been)\b)|"
    r"\b(?:then|ones?|same|это|этот)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;] )[^\W\d_a-z]\w+")  # a capital that does not open the sentence
_OPENING = re.compile(
    r"^\s*(?:and|but|or|so|also|what about|how about|ya|peki|ve|а|и)\b[\s,]*", re.IGNORECASE
)
_FEW_WORDS = 2  # telling words of a question that cannot stand alone
_SOME_WORDS = 4  # telling words of one that can, whatever "that" and "there" mean in it
_CARRIED = 12  # words carried over at most: a long conversation must not drown the question
# An outlet's name, and not a part of a longer one ("the Sun" in "the Sun Valley Sun Club").
_OUTLET = r"(?<![\w-])({name})(?![\w-])(?!\s+(?-i:[A-Z]))"
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
    filter came from the words and not from the reader's controls.
    """

    question: Question
    sought: str
    inferred: bool


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
    searched = resolve(asked, history)
    if searched != asked:
        notes.append(f"following on from: {history[-1].searched}")
    force, sought = filters, searched
    if not (filters.after or filters.before):
        period = times.find(asked, today)
        if period is None and searched != asked:
            period = times.find(history[-1].question, today)
        if period is not None:
            force = replace(force, after=period.first, before=period.last)
            notes.append("dates: " + in_words(period.first, period.last))
            sought = _without(searched, period.words)
    if not filters.sources:
        named = named_sources(asked, facets)
        if named:
            force = replace(force, sources=named)
            notes.append("from: " + " or ".join(named))
    question = Question(asked, searched, force, tuple(history), tuple(notes))
    return Understood(question, sought, inferred=force != filters)


def _without(text: str, words: str) -> str:
    """The text without these words, unless nothing telling is left of it."""
    rest = " ".join(text.replace(words, " ", 1).split())
    return rest if _telling(rest) else text


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
    if not (opening or _leans(rest, own)):
        return asked
    said = {word.casefold() for word in own}
    carried = [w for w in _telling(history[-1].searched) if w.casefold() not in said]
    return f"{rest.rstrip()} ({' '.join(carried[:_CARRIED])})" if carried else asked


def _leans(text: str, own: Sequence[str]) -> bool:
    """Whether a question needs the one before it to be understood."""
    if _BACK.search(text):
        return True
    name = _NAME.search(text)
    pronoun = _BACK_TO_NAME.search(text)
    if pronoun is not None and (name is None or name.start() > pronoun.start()):
        return True
    if len(own) < _SOME_WORDS and _BACK_OR_ON.search(text):
        return True
    return len(own) < _FEW_WORDS and (name is None or len(text.split()) < _SOME_WORDS - 1)


def named_sources(asked: str, facets: Facets) -> tuple[str, ...]:
    """Outlets that the question names as the source of a report, in the archive's spelling.

    An outlet named with one word must be written as it is written: Time is one, time is not.
    """
    found = []
    for name, _ in facets.sources:
        bare = re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)
        if len(bare) < 3 or bare.casefold() not in asked.casefold():
            continue
        written_so = re.escape(bare) if " " in bare else f"(?-i:{re.escape(bare)})"
        mentions = (
            match.start(1)
            for pattern in _NAMED_SOURCE
            for match in re.finditer(pattern.format(name=written_so), asked, re.IGNORECASE)
        )
        if any(not _LONGER_NAME.search(asked, 0, start) for start in mentions):
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
