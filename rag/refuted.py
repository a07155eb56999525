"""What a correction says was wrong, and whether a sentence still says it.

"An earlier version said that the boat had cost 8.3 million crowns; it cost 3.8
million" refutes 8.3 million crowns wherever a sentence on the boat's cost
repeats it: in another outlet's story, in a copy, in an older version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.analyze import words as analysed
from rag.figure_kinds import FigureKind
from rag.figures import Figure, figures
from rag.remarks import Correction
from rag.stopwords import STOPWORDS

_CLAUSE = re.compile(r"[^.;:!?]+(?:[.:](?=\d)[^.;:!?]+)*")
_SAID = re.compile(
    r"\b(?:said|stated|gave|given|reported|put|wrote|misstated|mistakenly|incorrectly|wrongly|"
    r"erroneously|misspel\w+|misidentified|misquoted|overstated|understated|attributed|"
    r"referred to|described|named|quoted|listed|claimed)\b",
    re.IGNORECASE,
)
# What follows is wrong, up to the end of the clause: "61,000, not 16,000", "to 61,000 from 16,000".
_NOT = re.compile(
    r"\b(?:(?:and|but)?\s*not|instead of|rather than|in place of)\b,?\s*(?:as\s+[^,]{3,60},\s*)?",
    re.IGNORECASE,
)
_TO_FROM = re.compile(r"\b(?:to|at)\b[^.;]{1,80}?\b(?P<wrong>from\b[^.;]*)", re.IGNORECASE)
_FROM_TO = re.compile(r"\b(?P<wrong>from\b[^.;]{1,80}?)\bto\b", re.IGNORECASE)
_MISSPELT = re.compile(
    r"\bmisspel\w+\b[^.;]{0,160}?\bas\s+"
    r"(?P<name>(?-i:[A-Z])[\w’'-]*(?:\s(?-i:[A-Z])[\w’'-]*){0,3})",
    re.IGNORECASE,
)
_CREDITED = re.compile(
    r"\b(?:attributed|credited)\s+(?P<what>[^.;]{3,160}?)\s+to\s+"
    r"(?P<name>(?:the\s+[^.;,]{3,60}?,\s+)?(?-i:[A-Z])[\w’'-]*(?:\s(?-i:[A-Z])[\w’'-]*){0,3})",
    re.IGNORECASE,
)
# Words of any note, and of any attribution: they tell nothing of what it is about.
_ANY_NOTE = frozenset(
    "earlier previous version article story report correction corrected amended clarification "
    "said stated wrong wrongly incorrectly fact paragraph figure number name remark remarks quote "
    "quotation comment comments words statement wrote first second third also headline correct "
    "corrects clarify edition published online instead says".split()
)
_CONTEXT = 2  # words shared with the note before a bare number or a year is taken for its own
_SIGNIFICANT = 10  # a value of fewer than two digits is everywhere


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that a note says was wrong: its words, the figure if it is one, and on what.

    `about` are the stems of the words around it that tell what it was said of.
    """

    words: str
    figure: Figure | None
    about: frozenset[str]


@lru_cache(maxsize=1024)
def wrong(note: Correction) -> tuple[Wrong, ...]:
    """The figures, dates and names that a note gives as wrong; () where it does not say."""
    found: list[Wrong] = []
    clauses = [m.group() for m in _CLAUSE.finditer(note.text)]
    for n, clause in enumerate(clauses):
        named = _names(clause)
        if named:
            found += named
            continue
        zone = _wrong_zone(clause, n + 1 < len(clauses))
        if zone is None:
            continue
        right = [
            f for part in (*clauses[n + 1 : n + 2], clause.replace(zone, " ")) for f in _of(part)
        ]
        mistaken = [f for f in _of(zone) if not any(_equal(f, other) for other in right)]
        about = _stems(clause)
        if len(about - frozenset().union(*(_stems(f.words) for f in right + mistaken))) < _CONTEXT:
            about |= _stems(" ".join(clauses[max(0, n - 1) : n]))
        found += [Wrong(f.words, f, about - _stems(f.words)) for f in mistaken]
    return tuple(found)


def refuted(candidate_text: str, corrections: Sequence[Correction]) -> Correction | None:
    """The correction that says that this sentence is wrong; None where none does.

    A sentence of a note itself, which has to name what was wrong, is not refuted by it.
    """
    for note in corrections:
        if candidate_text in note.text:
            continue
        if any(_repeats(candidate_text, item) for item in wrong(note)):
            return note
    return None


def _repeats(text: str, item: Wrong) -> bool:
    shared = len(_stems(text) & item.about)
    if item.figure is None:
        return re.search(rf"(?<!\w){re.escape(item.words)}(?!\w)", text) is not None and (
            shared > 0 or not item.about
        )
    if not any(_equal(f, item.figure) for f in _of(text)):
        return False
    telling = item.figure.unit is not None and item.figure.value >= _SIGNIFICANT
    if telling and not item.about:
        return True  # the note says no more, and is of a story on the same subject
    return shared >= (1 if telling else _CONTEXT)


def _names(clause: str) -> list[Wrong]:
    misspelt = _MISSPELT.search(clause)
    if misspelt is not None:
        return [Wrong(misspelt["name"], None, frozenset())]
    credited = _CREDITED.search(clause)
    if credited is not None:
        name = credited["name"].split(", ")[-1]
        about = _stems(credited["what"])
        return [Wrong(form, None, about) for form in dict.fromkeys((name, name.split()[-1]))]
    return []


def _wrong_zone(clause: str, more: bool) -> str | None:
    """The part of a clause that holds what was wrong."""
    negated = _NOT.search(clause)
    if (
        negated is not None
        and _of(clause[negated.end() :])
        and not _SAID.search(clause[: negated.start()])
    ):
        return clause[negated.start() :]
    for pattern in (_TO_FROM, _FROM_TO):
        match = pattern.search(clause)
        if match is not None and _of(match["wrong"]) and len(_of(clause)) > 1:
            return match["wrong"]
    said = _SAID.search(clause)
    if said is None:
        return None
    rest = clause[said.start() :]
    if negated is not None and negated.start() > said.start() and _of(clause[negated.end() :]):
        # "said that it was 16,000 and not 61,000" tells the mistake first
        return clause[said.start() : negated.start()]
    return rest if more else None


def _of(text: str) -> tuple[Figure, ...]:
    return tuple(f for f in figures(text) if f.kind not in (FigureKind.LABEL, FigureKind.SCORE))


def _equal(one: Figure, other: Figure) -> bool:
    same_unit = one.unit == other.unit or None in (one.unit, other.unit)
    if FigureKind.DATE in (one.kind, other.kind):
        return one.kind is other.kind and one.value == other.value and one.words == other.words
    return one.value == other.value and same_unit


def _stems(text: str) -> frozenset[str]:
    kept = " ".join(w for w in re.findall(r"[^\W\d_]+", text.lower()) if w not in STOPWORDS)
    return frozenset(analysed(kept, "en")) - _ANY_STEMS


_ANY_STEMS = frozenset(analysed(" ".join(sorted(_ANY_NOTE)), "en"))
