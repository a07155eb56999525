"""What is known of a sentence beside its words: whose they are, of which day, who differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Speech:
    """Whose words a sentence carries, where its article says so.

    `speaker` is the fullest name the article gives ("Jonas Castellan"), `role`
    what it calls them ("interior minister"), `place` where they said it.
    `direct` is True for words between quotation marks, False for reported speech.
    """

    speaker: str
    direct: bool
    role: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a sentence tells of, first and last inclusive.

    `words` are the sentence's own ("on Tuesday"), empty where it names no day
    and the day of publication stands in.
    """

    first: date
    last: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """An article's own note that it was corrected: `body[start:end] == text`."""

    text: str
    start: int
    end: int
    on: date | None = None


class DifferenceKind(StrEnum):
    """How accounts of the same thing differ."""

    DISAGREE = "disagree"  # they cannot all be right
    CHANGED = "changed"  # each was right when it was written: a toll that rises


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a thing that accounts differ on.

    `words` are verbatim from the cited sentence ("at least nine people"),
    `value` the figure in them, None where it is a statement and not a figure.
    """

    words: str
    citation: int
    value: float | None = None
    on: date | None = None  # the day it was said or, failing that, published


@dataclass(frozen=True, slots=True)
class Difference:
    """Accounts of one thing side by side, oldest first."""

    kind: DifferenceKind
    about: str  # what they are accounts of, in the articles' words ("people killed")
    accounts: tuple[Account, ...]
