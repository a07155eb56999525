"""Questions put in other words by a language model, where they still ask for the same.

Questions made from an article's sentences share the words of their answers, and
are found too easily; readers ask in words of their own. A rephrasing is
believed only where it holds every name and number of its question and no
other, asks for the same kind of thing, has no opposite of what is asked, denies
where it denies, and is one question of at most thirty words that differs from
it. Else the question stands as it was made.
"""

from __future__ import annotations

import logging
import math
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from eval.asking import Progress
from rag import numerals
from rag.checks.opposites import opposite
from rag.llm.plain import harmless, plain
from rag.llm.types import LanguageModel, LanguageModelFailed, Message
from rag.names import names
from rag.stopwords import STOPWORDS
from rag.written import Fallback

log = logging.getLogger(__name__)

MOST_WORDS = 30  # of a question
_LONGEST = 300  # code points of one
_TOKENS = 80  # asked for
_KEPT = 0.5  # of a question's telling words that its rephrasing has, at least
_NEW = 2  # telling words that the question does not have, at most: "what year", "take on"
_GIVEN_UP = 3  # failures one after another, after which the model is asked no more
_HOPELESS = frozenset({Fallback.UNREACHABLE, Fallback.REFUSED})  # of which one is enough

_ORDERS = f"""\
You rephrase a question about the news, as another reader would ask it.
Ask for the same thing. Keep every name, number and date exactly as it is written.
Add no name, number or fact, and answer nothing.
Write only the question, in one line of at most {MOST_WORDS} words."""

_LEAD = re.compile(r"^(?:(?:re)?phrased\s)?(?:question|rephrasing)\s*:\s*", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:[.’'-]\w+)*")
_POSSESSIVE = re.compile(r"[’']s$")
_ASKS = re.compile(
    r"\b(who(?:m|se)?|when|where|why|how(?:\s(?:many|much))?|what|which)\b", re.IGNORECASE
)
_DENIES = re.compile(r"\b(?:not|never|no|without|nor|neither|nobody|none|\w+n[’']t)\b", re.I)
_STOPS = re.compile(r"[.!?:;](?=\s)")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rephrased:
    """Rows with their questions in other words where that could be done.

    A row that was changed has its first wording as `original_question`.
    `refused` counts rephrasings that were not believed, `failed` the questions
    for which the model wrote none, and `why` says how it last failed.
    """

    rows: tuple[Row, ...]
    changed: int
    refused: int
    failed: int
    why: Fallback | None


def rephrase(
    rows: Iterable[Row], llm: LanguageModel, *, progress: Progress | None = None
) -> Rephrased:
    """Ask the model for each row's `question` in other words; nothing is raised where it fails.

    After three failures in a row, or one that will not pass, it is asked no more
    and the questions that are left stand.
    """
    given = tuple(rows)
    made: list[Row] = []
    taken = {_plainly(row["question"]) for row in given}
    changed = refused = failed = in_a_row = 0
    why: Fallback | None = None
    for row in given:
        question = row["question"]
        if in_a_row < _GIVEN_UP and why not in _HOPELESS:
            try:
                other = _written(question, llm)
                in_a_row = 0
            except LanguageModelFailed as error:
                why = error.why
                in_a_row += 1
                failed += 1
                log.debug("a question stands as it was made: %s", why.value)
            else:
                if believable(other, question) and _plainly(other) not in taken:
                    taken.add(_plainly(other))
                    row = {**row, "question": other, "original_question": question}
                    changed += 1
                else:
                    refused += 1
        else:
            failed += 1
        made.append(row)
        if progress is not None:
            progress("rephrased", len(made), len(given))
    return Rephrased(tuple(made), changed, refused, failed, why)


def believable(other: str, question: str) -> bool:
    """Whether `other` is one question that asks for the same as `question` in other words."""
    words = other.split()
    if not other.endswith("?") or len(other) > _LONGEST or len(words) > MOST_WORDS:
        return False
    if other != plain(other) or len(_STOPS.findall(other)) > len(_STOPS.findall(question)):
        return False
    if _plainly(other) == _plainly(question):
        return False
    if _numbers(other) != _numbers(question) or _denials(other) != _denials(question):
        return False
    if not _asks_alike(other, question) or not _same_names(other, question):
        return False
    return _says_alike(other, question)


def _written(question: str, llm: LanguageModel) -> str:
    """What the model makes of a question: its first line. Raises LanguageModelFailed."""
    messages = (
        Message("system", _ORDERS),
        Message("user", f"Question: {harmless(question)}\nRephrased question:"),
    )
    text = ""
    with closing(llm.write(messages, most=_TOKENS, within=llm.seconds)) as stream:
        for part in stream:
            if isinstance(part, str):
                text = (text + part)[: 4 * _LONGEST]
    first = next((line for line in text.splitlines() if line.strip()), "")
    return _LEAD.sub("", plain(first)).strip('"“”‘’ ')


def _plainly(text: str) -> tuple[str, ...]:
    """A question's words, whatever their capitals and marks."""
    return tuple(_bare(word) for word in _WORD.findall(text))


def _numbers(text: str) -> Counter[str]:
    """Numbers by their value, in digits or in words; what is none ("B-52") as it is written."""
    cut = numerals.tokens(text)
    found = Counter(
        cut[number.first].text if math.isnan(number.value) else repr(number.value)
        for number in numerals.read(text, cut)
    )
    return found + Counter(
        word.casefold()
        for word in _WORD.findall(text)
        if not word.isalpha() and not word.isdecimal() and any(c.isdigit() for c in word)
    )


def _denials(text: str) -> bool:
    return _DENIES.search(text) is not None


def _says_alike(other: str, question: str) -> bool:
    """Whether the telling words are largely the same, and none is exchanged for its opposite."""
    new, gone = (
        {word for word in mine if _stem(word) not in {_stem(each) for each in rest}}
        for mine, rest in permutations((_plainly(other), _plainly(question)))
    )
    if any(opposite(word, each) for word in new for each in gone):
        return False
    telling = set(_telling(question))
    kept = sum(word not in gone for word in telling)
    return kept >= _KEPT * len(telling) and sum(word not in STOPWORDS for word in new) <= _NEW


def _telling(text: str) -> list[str]:
    return [word for word in _plainly(text) if word not in STOPWORDS]


def _stem(word: str) -> str:
    return word[: max(4, len(word) - 3)]


def _asks_alike(other: str, question: str) -> bool:
    """Whether it asks with the same word, or with "what" or "which"; a yes is no answer."""
    mine, own = _asked(other), _asked(question)
    return bool(mine) and not mine - own - {"what", "which"}


def _asked(text: str) -> set[str]:
    asked = {" ".join(each.casefold().split()) for each in _ASKS.findall(text)}
    return {
        "who" if each.startswith("who") else each.replace("how much", "how many") for each in asked
    }


def _same_names(other: str, question: str) -> bool:
    """Whether the names are the same: each whole, and not a capital more or less."""
    wanted = _capitals(question)
    opening = _WORD.match(other)
    if opening is None:
        return False
    first = _bare(opening.group())
    if first not in _plainly(question) and first not in STOPWORDS:
        return False  # its capital may be a name's
    found = _capitals(other)
    if first in wanted and first not in found:
        found |= {first}
    said = f" {' '.join(_plainly(other))} "
    whole = (" ".join(_plainly(name.text)) for name in names(question))
    return found == wanted and all(f" {name} " in said for name in whole)


def _capitals(text: str) -> set[str]:
    """Every word with a capital but the opening one: names, months, weekdays."""
    return {_bare(word) for word in _WORD.findall(text)[1:] if any(c.isupper() for c in word)}


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.casefold())
