"""Claims that an article bears out, and the same with one fact exchanged.

A number, a name or a day is replaced by another of its kind, from the same
article where it has one: the claim then reads as likely as before, and is wrong.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from index.passages import sentence_spans
from index.types import Article
from rag.claims import checkable
from rag.figure_kinds import QUANTITIES
from rag.figures import figures
from rag.names import people

_LENGTHS = range(40, 300)  # code points of a claim
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_DAY = re.compile(rf"\b(?:{'|'.join((*_WEEKDAYS, *_MONTHS))})\b")
_NUMERAL = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_SPELLED = "two three four five six seven eight nine ten eleven twelve".split()
_QUOTED = re.compile(r"[“”\"]")


@dataclass(frozen=True, slots=True)
class Swap:
    """A sentence of an article, and the same with one fact exchanged."""

    kind: str  # number, name or date
    true: str
    false: str


def swaps(article: Article, draw: random.Random) -> list[Swap]:
    """At most one of each sentence, in order. Words that someone is quoted with are left alone."""
    persons = list(dict.fromkeys(p.text for p in people(article.body) if " " in p.text))
    found = []
    for span in sentence_spans(article):
        claim = " ".join(article.body[span.start : span.end].split())
        if len(claim) not in _LENGTHS or not claim[0].isalnum():
            continue  # "(Reporting by ...)"
        if _QUOTED.search(claim) or not checkable(claim):
            continue
        kinds = [("number", _number), ("name", _name), ("date", _date)]
        draw.shuffle(kinds)
        for kind, exchange in kinds:
            false = exchange(claim, persons, article.body, draw)
            if false is not None and false != claim:
                found.append(Swap(kind, claim, false))
                break
    return found


def _number(claim: str, persons: list[str], body: str, draw: random.Random) -> str | None:
    numbers = [f for f in figures(claim) if f.kind in QUANTITIES]
    if not numbers:
        return None
    figure = draw.choice(numbers)
    words = claim[figure.at : figure.to]
    other = _other_number(words, draw)
    return None if other is None else claim[: figure.at] + other + claim[figure.to :]


def _other_number(words: str, draw: random.Random) -> str | None:
    """Another number, clearly so, and written as this one is."""
    if words.casefold() in _SPELLED:
        other = draw.choice([each for each in _SPELLED if each != words.casefold()])
        return other.capitalize() if words[0].isupper() else other
    match = _NUMERAL.match(words)
    if match is None:
        return None
    value = int(match.group().replace(",", ""))
    changed = max(1, round(value * draw.choice((0.5, 0.6, 1.5, 2, 3)) + draw.choice((1, 2))))
    if changed == value:
        changed += 3
    text = f"{changed:,}" if "," in match.group() else str(changed)
    return text + words[match.end() :]


def _name(claim: str, persons: list[str], body: str, draw: random.Random) -> str | None:
    there = [person for person in persons if re.search(rf"\b{re.escape(person)}\b", claim)]
    others = [
        person for person in persons
        if person not in claim and not any(person.split()[-1] in each for each in there)
    ]  # fmt: skip
    if not there or not others:
        return None
    return re.sub(rf"\b{re.escape(draw.choice(there))}\b", draw.choice(others), claim, count=1)


def _date(claim: str, persons: list[str], body: str, draw: random.Random) -> str | None:
    match = _DAY.search(claim)
    if match is None or (match.group() == "May" and match.start() == 0):
        return None
    kind = _WEEKDAYS if match.group() in _WEEKDAYS else _MONTHS
    other = draw.choice([each for each in kind if each != match.group()])
    return claim[: match.start()] + other + claim[match.end() :]
