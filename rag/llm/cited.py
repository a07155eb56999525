"""Citations as models write them: found, numbered, and taken out of the text.

[p1], [1], [p1, p2], [p1-p3], (p1), 【1†source】, [^1], .¹, "according to p2",
"Passage 2 says that ...". A bare number in round brackets is none: "Tey (34)".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = r"(?:passages?|sources?|articles?|documents?|docs?|refs?|references?|ids?|excerpts?)"
_ID = rf"(?:{_WORD}[ :.#=]{{0,3}})?p?[ #]?\d{{1,3}}(?:†[^\]】)}}\n]{{0,40}})?"
_MORE = rf"(?:\s{{0,2}}(?:,|;|&|and|–|-|to)?\s{{0,2}}{_ID}){{0,12}}"
_SURE = rf"(?:{_WORD}[ :.#=]{{1,3}}p?|p)[ #]?\d{{1,3}}"  # an id that is nothing else
_BRACKETS = (
    rf"\[\^?\s{{0,2}}{_ID}{_MORE}\s{{0,2}}\](?!\()"
    rf"|【\s{{0,2}}{_ID}{_MORE}\s{{0,2}}】"
    rf"|\(\s{{0,2}}{_SURE}{_MORE}\s{{0,2}}\)"
    rf"|\{{\s{{0,2}}{_SURE}{_MORE}\s{{0,2}}\}}"
)
_BARE = rf"\b(?:{_WORD}[ :.#=]{{1,3}}\[?p?\d{{1,3}}\]?|p\d{{1,3}})\b\]?"
_ANY = rf"(?:{_BRACKETS}|{_BARE}(?:\s{{0,2}}(?:,|and|&)\s{{0,2}}{_BARE}){{0,6}})"
_LEAD = (
    r"(?:,\s{0,2})?\b(?:according to"
    r"|as (?:stated|reported|described|noted|mentioned|said) (?:in|by)"
    r"|as per|per|based on|citing|from|sources?\s?:|see)\s{1,2}(?:the\s)?"
)
_SAYS = (
    r"\s{1,2}(?:also\s)?(?:says|states|reports|notes|mentions|explains|tells us|confirms)"
    r"(?:\s(?:that\b)?|:)\s{0,2}"
)
_CITATION = re.compile(
    rf"{_LEAD}{_ANY}[,:]?|(?:\bthe\s)?{_ANY}(?:{_SAYS}|\s?:(?=\s))|{_ANY}|(?<=[.!?,”\"])[⁰¹²³⁴-⁹]{{1,3}}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d{1,3})(?:\s{0,2}[-–]\s{0,2}p?(\d{1,3}))?")
_SOURCE_NOTE = re.compile(r"†[^\]】)}\n]{0,40}")
_STOPS = (".", "!", "?", "\n", "”", '"')
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_OPENED = re.compile(r"(?:[\[(【{][^\])】}\n]{0,60}|\b(?:p|passage\s?|source\s?))$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation, `length` code points long, that stood at offset `at` of the text that is left.

    `ids` are the passages that it names, from 1. It `leads` where it stands
    before what it is a citation for: "According to p2, ...".
    """

    at: int
    length: int
    ids: tuple[int, ...]
    leads: bool = False


def take_out(text: str) -> tuple[str, tuple[Mark, ...]]:
    """The text without its citations, and where each stood."""
    kept: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    opens = True  # whether a sentence begins here
    for match in _CITATION.finditer(text):
        between = text[at : match.start()]
        kept.append(_opened(between) if marks and opens else between)
        length += len(between)
        opens = between.rstrip()[-1:] in _STOPS if between.strip() else opens
        leads = opens and match.group()[0].isalpha()
        marks.append(Mark(length, match.end() - match.start(), _ids(match.group()), leads))
        at = match.end()
    kept.append(_opened(text[at:]) if marks and opens else text[at:])
    return "".join(kept), tuple(marks)


def _opened(text: str) -> str:
    """The rest of a sentence that a citation opened, with a capital; as long as it was."""
    bare = text.lstrip(" ")
    first = bare[:1].upper()
    return text[: len(text) - len(bare)] + first + bare[1:] if len(first) == 1 else text


def may_open(text: str) -> bool:
    """Whether a text ends in what may become a citation once more of it has come."""
    return _OPENED.search(text[-64:]) is not None


def _ids(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for match in _NUMBER.finditer(_SOURCE_NOTE.sub("", text.translate(_RAISED))):
        first = int(match.group(1))
        last = int(match.group(2)) if match.group(2) else first
        found += range(first, last + 1) if first <= last <= first + 20 else (first, last)
    return tuple(dict.fromkeys(found))
