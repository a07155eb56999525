"""Questions after a count or an amount: how many, how much."""

from __future__ import annotations

import re

from eval.generating.clauses import Clause, within
from index.months import MONTH as _MONTHS
from rag.figure_kinds import FigureKind
from rag.figures import Figure, figures

Asked = tuple[str, str, str] | None  # kind, question and answer
MONTH = rf"(?i:{_MONTHS})"
_PARTICIPLE = re.compile(r"^(?:also |not |been |being )?(\w+)")
_IRREGULAR = frozenset(
    "born built bought brought caught chosen cut dealt drawn driven fought found given grown held "
    "hit hurt kept known laid led left lost made met paid put read run seen sent set shot shown "
    "shut sold spent split spoken stolen struck sunk sworn taken thrown told torn won "
    "written".split()
)
_PERIOD = re.compile(
    rf"(?:last|this) (?:year|month|week|quarter|{MONTH})|in (?:{MONTH})(?: \d{{4}})?|in \d{{4}}"
)
GROWING = frozenset("rise fall grow drop increase jump".split())
BARE = re.compile(r"[Tt]he \w+")
NAMED = re.compile(r"[A-Z]")
_VAGUE_COUNT = re.compile(r"^(?:other|others|more|further|additional|such|of|to|or|per)\b")


def for_how_much(told: Clause, body: str) -> Asked:
    """ "He sold the pier for 3 million" answers "For how much did he sell the pier?"."""
    found = [f for f in figures(told.rest) if f.kind is FigureKind.MONEY]
    if len(found) != 1:
        return None
    before, after = told.rest[: found[0].start].strip(), told.rest[found[0].end :].strip()
    subject = within(told.subject, body)
    if not before.endswith(" for") or after or subject is None:
        return None
    kept = before.removesuffix(" for")
    if told.base is not None:
        asked = f"For how much did {subject} {told.base} {kept}?"
    elif told.verb == "will":
        asked = f"For how much will {subject} {kept}?"
    else:
        return None
    return "how much", asked, told.rest[found[0].start : found[0].end]


def how_many(told: Clause, body: str) -> Asked:
    """ "At least nine people died in the flood" answers "How many people died in the flood?"."""
    counted = [f for f in figures(told.subject) if f.kind is FigureKind.COUNT]
    if len(counted) != 1 or counted[0].start > 0 or counted[0].value < 2:
        return None
    things = told.subject[counted[0].to :].strip()
    if not re.match(r"[a-z]", things) or _VAGUE_COUNT.match(things):
        return None
    return (
        "how many",
        f"How many {things} {told.verb} {told.rest}?",
        _number(told.subject, counted[0]),
    )


def _number(text: str, figure: Figure) -> str:
    """The number with how exact it is, as it stands: "At least nine"."""
    return text[figure.start : figure.to].strip()


def how_many_object(told: Clause, body: str) -> Asked:
    """ "The council hired 12 teachers" answers "How many teachers did the council hire?"."""
    helper, verb, rest = "did", told.base, told.rest
    if told.verb in ("will", "has", "have"):
        helper = told.verb
        verb, _, rest = told.rest.partition(" ")
        if helper != "will" and participle(verb) is None:
            return None
    if verb is None or verb in GROWING:
        return None
    counted = [f for f in figures(rest) if f.kind is FigureKind.COUNT and f.noun]
    if not counted or counted[0].start > 0 or counted[0].value < 2 or counted[0].noun is None:
        return None
    noun, figure = counted[0].noun, counted[0]
    if _VAGUE_COUNT.match(noun):
        return None
    at = rest.find(noun, figure.to)
    if at < 0 or not noun[0].islower() or rest[figure.to : at].strip():
        return None
    after = rest[at + len(noun) :].strip()
    if BARE.fullmatch(told.subject) and not NAMED.search(after):
        return None
    if after and not re.match(r"(?:in|on|at|from|for|to|by|during|with)\s", after):
        return None
    subject = within(told.subject, body)
    if subject is None:
        return None
    asked = f"How many {noun} {helper} {subject} {verb} {after}".rstrip()
    return "how many", f"{asked}?", _number(rest, figure)


def how_much(told: Clause, body: str) -> Asked:
    """ "Fares rose by 4 per cent in May" answers "By how much did fares rise in May?"."""
    if told.base not in ("rise", "fall", "grow", "drop", "increase", "jump", "cost"):
        return None
    found = [f for f in figures(told.rest) if f.kind in (FigureKind.SHARE, FigureKind.MONEY)]
    if not found or told.rest[: found[0].start].strip() not in ("", "by"):
        return None
    if (found[0].kind is FigureKind.MONEY) != (told.base == "cost"):
        return None
    after = told.rest[found[0].end :].strip()
    when = _PERIOD.match(after)
    subject = within(told.subject, body)
    if subject is None:
        return None
    asked = "How much" if told.base == "cost" else "By how much"
    question = f"{asked} did {subject} {told.base}"
    if when is not None:
        question = f"{question} {when.group().strip()}"
    return "how much", f"{question}?", told.rest[found[0].start : found[0].end]


def participle(kept: str) -> str | None:
    """The participle that a passive goes on with: "built", "approved"."""
    match = _PARTICIPLE.match(kept)
    word = match.group(1) if match else ""
    return word if word.endswith("ed") or word in _IRREGULAR else None
