"""What kind of thing a number is: one that says how much or how many, or one that does not."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from index.months import MONTHS
from rag.counted import PLURALS, noun_phrase
from rag.numerals import Number, Token
from rag.units import is_currency, unit


class FigureKind(StrEnum):
    """What a figure is of. Only the first four say how much or how many."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"  # per cent
    MEASURE = "measure"
    AGE = "age"
    YEAR = "year"
    DATE = "date"
    TIME = "time"  # of day, or a runner's
    SCORE = "score"
    LABEL = "label"  # the number 9 bus, page 40, magnitude 6.1


QUANTITIES = frozenset({FigureKind.COUNT, FigureKind.MONEY, FigureKind.SHARE, FigureKind.MEASURE})


def quantity(name: str | None) -> FigureKind:
    if name is None:
        return FigureKind.COUNT
    if is_currency(name):
        return FigureKind.MONEY
    return FigureKind.SHARE if name == "percent" else FigureKind.MEASURE


_LABELLED = frozenset(
    "number no nos page pages room line route bus flight section article chapter paragraph part "
    "stage phase group level grade channel highway road street avenue suite gate platform unit "
    "model type version tel telephone phone magnitude resolution volume class formula area block "
    "no. sayı sayfa hat страница номер линия глава".split()
)
_AGED = frozenset({"aged", "age"})
_ORDINAL = frozenset({"st", "nd", "rd", "th", "s"})
_CLOCK = frozenset({"am", "pm", "a", "p", "gmt", "utc", "o", "est", "edt", "hrs"})
_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_OLDEST = 120
_WHOLE_HOURS = 24
_HIGHEST_SCORE = 40  # of either side in a result such as "2-1"


def not_a_quantity(
    text: str, cut: Sequence[Token], number: Number, last: int, name: str | None
) -> FigureKind | None:
    before = cut[number.first - 1] if number.first else None
    after = cut[number.last] if number.last < len(cut) else None
    touching = after is not None and after.start == cut[number.last - 1].end
    word, next_word = (before.lower if before else ""), (after.lower if after else "")
    bare = not number.spelled and not number.scaled
    whole = number.value == int(number.value)
    if before is not None and bare and before.end == cut[number.first].start:
        if before.word:
            return FigureKind.LABEL  # "G7"
        if before.text in ":/" and number.first > 1 and cut[number.first - 2].digits:
            return FigureKind.TIME if before.text == ":" else FigureKind.LABEL
        if before.text in "-–" and number.first > 1:
            return _dashed(cut, number, cut[number.first - 2], name)
    if bare and touching and after is not None and name is None:
        if next_word in _ORDINAL:
            return FigureKind.YEAR if next_word == "s" else FigureKind.LABEL
        if after.text == ":" and number.last + 1 < len(cut) and cut[number.last + 1].digits:
            return FigureKind.TIME
        if after.text == "/" and number.last + 1 < len(cut) and cut[number.last + 1].digits:
            return FigureKind.LABEL
        if after.text in "-–" and number.last + 1 < len(cut) and cut[number.last + 1].digits:
            other = cut[number.last + 1]
            if other.start == after.end and other.text.isdigit():
                small = number.value <= _HIGHEST_SCORE and int(other.text[:9]) <= _HIGHEST_SCORE
                counted = noun_phrase(cut, number.last + 2, None, 2)[0] is not None
                if small and not counted and unit(cut, number.last + 2)[0] is None:
                    return FigureKind.SCORE
    if next_word in _CLOCK and (touching or next_word in {"gmt", "utc"}):
        return FigureKind.TIME
    tail = "".join(t.lower for t in cut[number.last : number.last + 3])
    if tail in {"a.m", "p.m", "o'clock", "o’clock"}:
        return FigureKind.TIME
    if word in _LABELLED and not (name or noun_phrase(cut, last, name, number.value)[0]):
        return FigureKind.LABEL
    if word in {"number", "no", "page", "line", "route", "magnitude", "room"}:
        return FigureKind.LABEL
    if _is_age(cut, number, before, name, next_word):
        return FigureKind.AGE
    if whole and number.value <= 31 and bare and name is None:
        month = next_word if next_word in MONTHS else word
        if month in MONTHS and (next_word in MONTHS or _capital(before)):
            return FigureKind.DATE
    if bare and whole and _FIRST_YEAR <= number.value <= _LAST_YEAR and name is None:
        digits = cut[number.first].text
        if len(digits) == 4 and not (_counted_year(cut, number)):
            return FigureKind.YEAR
    on_the_clock = word == "at" and number.value < _WHOLE_HOURS and "." in cut[number.first].text
    if bare and name is None and on_the_clock and cut[number.first].text[-3:-2] == ".":
        return FigureKind.TIME  # "at 7.30"
    return None


def _dashed(
    cut: Sequence[Token], number: Number, left: Token, name: str | None
) -> FigureKind | None:
    """What a number after a hyphen is: the second side of a score, of a range, or a label."""
    if left.word:
        return FigureKind.LABEL  # "F-16", "COVID-19"
    if not left.text.isdigit() or name is not None:
        return None
    small = int(left.text[:9]) <= _HIGHEST_SCORE and number.value <= _HIGHEST_SCORE
    counted = noun_phrase(cut, number.last, None, 2)[0] is not None
    return FigureKind.SCORE if small and not counted else None


def _capital(token: Token | None) -> bool:
    return token is not None and token.text[:1].isupper()


def _is_age(
    cut: Sequence[Token], number: Number, before: Token | None, name: str | None, next_word: str
) -> bool:
    if not 0 < number.value <= _OLDEST or number.scaled:
        return False
    word = before.lower if before is not None else ""
    earlier = cut[number.first - 2].lower if number.first > 1 else ""
    alone = name is None and next_word in {",", ".", ";"}
    if (
        word in _AGED
        or (word in {"is", "was"} and earlier in {"who", "he", "she"} and alone)
        or (word == "of" and earlier in _PERSONS | _AGED and name is None)
    ):
        return True
    if name == "year":
        tail = [t.lower for t in cut[number.last : number.last + 5] if t.text not in "-‑"]
        return tail[1:2] == ["old"] or tail[1:2] == ["olds"]
    # "Brandt, 29, fell": a number alone between a capitalised word's comma and another comma
    if number.spelled or before is None or before.text != "," or number.first < 2:
        return False
    return next_word in {",", ".", ";", ""} and _capital(cut[number.first - 2])


_PERSONS = frozenset("man woman boy girl student child person youth".split())


def _counted_year(cut: Sequence[Token], number: Number) -> bool:
    """Whether four digits that could be a year count something: "1640 people"."""
    counted, _ = noun_phrase(cut, number.last, None, number.value)
    if counted is None:
        return False
    head = counted.split()[-1].lower()
    before = cut[number.first - 1].lower if number.first else ""
    return head in PLURALS and before not in {"in", "since", "until", "the", "of", "by", "from"}
