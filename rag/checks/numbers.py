"""Numbers: how many, how much, of what. "About 400" is borne out by 406, "at least nine" by nine.

A number fails where the sentence that says the rest has another in its place,
where what it counts is counted otherwise, or where no text has it at all.
Numbers that name a day or a year are those of `rag.checks.dates`.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.analyze import language_key, words
from rag.checks import told_of
from rag.checks.clock import times
from rag.checks.inquiry import Inquiry, Place
from rag.checks.told_of import Told
from rag.compatible import compatible
from rag.evidence import Chosen
from rag.figure_kinds import FigureKind
from rag.figures import Figure, figures
from rag.verdict import Check, Failure

_DATED = frozenset({FigureKind.YEAR, FigureKind.DATE})
_UNTOLD = 4  # a smaller number may have been counted by the writer: "two men"
_MOST = 40  # figures of a claim that are looked at
_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        1,
    )
}
_MULTIPLES = {
    "doubled": 2, "double": 2, "twice": 2, "halved": 0.5, "half": 0.5, "tripled": 3, "triple": 3,
    "trebled": 3, "thrice": 3, "quadrupled": 4, "fourfold": 4, "threefold": 3, "twofold": 2,
    "fivefold": 5, "tenfold": 10,
}  # fmt: skip


def failures(inquiry: Inquiry) -> list[Failure]:
    """Numbers of the claim that the evidence does not bear out."""
    claim = inquiry.claim
    own = _timeless(inquiry.text, figures(inquiry.text, claim.language))[:_MOST]
    found = []
    for figure in own:
        failure = _failure(inquiry, figure, own)
        if failure is not None:
            found.append(failure)
    return found + _counted(inquiry, _ORDINALS) + _counted(inquiry, _MULTIPLES)


def _failure(inquiry: Inquiry, figure: Figure, own: Sequence[Figure]) -> Failure | None:
    for place in inquiry.places(figure.at, figure.to):
        there = _within(_of(inquiry, place.chosen), place)
        if not there or any(_agree(figure, other) for other in there):
            continue
        rivals = [o for o in there if _alike(figure, o) and not any(_agree(f, o) for f in own)]
        if rivals and not _said_otherwise(inquiry, figure, place.chosen, rivals[0]):
            return _failed(inquiry, figure, rivals[0].words, opposed=True)
    told = [(chosen, _of(inquiry, chosen)) for chosen in inquiry.evidence.chosen]
    same = [o for _, there in told for o in there if _agree(figure, o)]
    rival = next(
        (
            o
            for chosen, there in told
            for o in there
            if chosen.share > 0.5
            and _of_same_thing(figure, o, inquiry.claim.language)
            and not any(_agree(f, o) for f in own)
        ),
        None,
    )
    if same:
        return _told_of_another(inquiry, figure, own)
    if rival is not None:
        return _failed(inquiry, figure, rival.words, opposed=True)
    if _anywhere(inquiry, figure):
        return None
    if figure.value < _UNTOLD and not inquiry.text[figure.at].isdigit():
        return None
    return _failed(inquiry, figure, "", opposed=False)


def _told_of_another(inquiry: Inquiry, figure: Figure, own: Sequence[Figure]) -> Failure | None:
    """Where the evidence has a count, but of another thing: 17 missing are not 17 dead."""
    language = inquiry.claim.language
    mine = told_of.of(figure, told_of.told(inquiry.text, language))
    if mine is None:
        return None
    claimed = frozenset(w.stem for w in inquiry.words)
    rival: Figure | None = None
    for chosen in inquiry.evidence.chosen:
        stems = frozenset(w.stem for w in chosen.line.words)
        counts = told_of.told(inquiry.line_text(chosen), language)
        bearing = [t for t in _of(inquiry, chosen) if _agree(figure, t)]
        for each in bearing:
            other = told_of.of(each, counts)
            if other is None or not told_of.apart(mine, other, stems, claimed):
                return None
        for other in counts:
            free = not any(_agree(f, other.figure) for f in own)
            if rival is None and bearing and free and told_of.same(mine, other):
                rival = other.figure
    if _borne_elsewhere(inquiry, figure, mine, claimed):
        return None
    return _failed(inquiry, figure, rival.words if rival else "", opposed=rival is not None)


def _said_otherwise(inquiry: Inquiry, figure: Figure, chosen: Chosen, rival: Figure) -> bool:
    """Whether a sentence has the count, told of the same, and the rival told of another thing."""
    language = inquiry.claim.language
    mine = told_of.of(figure, told_of.told(inquiry.text, language))
    counts = told_of.told(inquiry.line_text(chosen), language)
    other = told_of.of(rival, counts)
    if mine is None or other is None or not mine.near or mine.near & other.near:
        return False
    return any(mine.near & t.said and _agree(figure, t.figure) for t in counts)


def _borne_elsewhere(inquiry: Inquiry, figure: Figure, mine: Told, claimed: frozenset[str]) -> bool:
    """Whether a sentence that was not chosen has the count of what may be the same thing."""
    stems = {w.stem for w in inquiry.words if figure.at <= w.start < figure.to}
    for context in inquiry.evidence.contexts:
        lines = {n for stem in stems for n in context.where.get(stem, ())}
        for number in sorted(lines)[:_MOST]:
            start, end, line = context.lines[number]
            there = frozenset(w.stem for w in line)
            for other in told_of.told(context.text[start:end], inquiry.claim.language):
                if _agree(figure, other.figure) and not told_of.apart(mine, other, there, claimed):
                    return True
    return False


def _failed(inquiry: Inquiry, figure: Figure, found: str, *, opposed: bool) -> Failure:
    start, end = figure.at, max(figure.to, figure.at + 1)
    words = inquiry.claim.text[start:end]
    return Failure(Check.NUMBER, words, start, end, found, opposed)


def _of(inquiry: Inquiry, chosen: Chosen) -> tuple[Figure, ...]:
    """A sentence's figures, at its own offsets, bare dates left out."""
    text = inquiry.line_text(chosen)
    return tuple(_timeless(text, figures(text, inquiry.claim.language)))


def _timeless(text: str, read: Sequence[Figure]) -> list[Figure]:
    """Those that are neither dates nor times of day."""
    clock = times(text)
    return [
        f
        for f in read
        if f.kind not in _DATED and not any(f.at < t.end and t.start < f.to for t in clock)
    ]


def _within(read: Sequence[Figure], place: Place) -> list[Figure]:
    offset = place.chosen.line.start
    return [f for f in read if f.at + offset < place.end and place.start < f.to + offset]


def _agree(one: Figure, other: Figure) -> bool:
    """Whether one may say of a thing what the other says."""
    if one.unit != other.unit and None not in (one.unit, other.unit):
        return False
    return compatible(one, other) or (
        # "more than 400" of 406, "at least 9" of 12 where news would not say so: still borne out
        one.bound == "least"
        and other.bound == "exact"
        and one.value <= other.value <= 2 * one.value
    )


def _alike(one: Figure, other: Figure) -> bool:
    """Whether both are of one kind, so that one can stand in the other's place."""
    if one.unit == other.unit:
        return True
    return None in (one.unit, other.unit) and one.kind == other.kind


def _of_same_thing(one: Figure, other: Figure, language: str | None) -> bool:
    if one.unit != other.unit or one.noun is None or other.noun is None:
        return False
    return _head(one.noun, language) == _head(other.noun, language)


def _head(noun: str, language: str | None) -> str:
    stems = words(noun, language_key(language))
    return stems[-1] if stems else noun


def _anywhere(inquiry: Inquiry, figure: Figure) -> bool:
    """Whether any context has the figure, in digits or in words."""
    for place, context in enumerate(inquiry.evidence.contexts):
        stems = {w.stem for w in inquiry.words if figure.at <= w.start < figure.to}
        lines = {n for stem in stems for n in context.where.get(stem, ())}
        for number in sorted(lines)[:_MOST]:
            start, end, _ = context.lines[number]
            language = inquiry.claim.contexts[place].language
            if any(_agree(figure, f) for f in figures(context.text[start:end], language)):
                return True
        digits = f"{figure.value:.0f}"
        if figure.value == int(figure.value) and digits in context.where:
            return True
    return False


def _counted(inquiry: Inquiry, table: dict[str, int] | dict[str, float]) -> list[Failure]:
    """Ordinals and multiples: another one stands in its place."""
    found = []
    for word in inquiry.words:
        value = _value(word.lower, table)
        if value is None:
            continue
        for place in inquiry.places(word.start, word.end):
            line = place.chosen.line.words[place.first : place.last]
            there = [(w, v) for w in line if (v := _value(w.lower, table)) is not None]
            if there and all(v != value for _, v in there):
                found.append(
                    Failure(
                        Check.NUMBER,
                        inquiry.claim.text[word.start : word.end],
                        word.start,
                        word.end,
                        there[0][0].text,
                        True,
                    )
                )
                break
    return found


def _value(word: str, table: dict[str, int] | dict[str, float]) -> float | None:
    return table.get(word)
