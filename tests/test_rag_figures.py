"""Figures are read with their value, unit, noun and bound; what counts nothing is told apart."""

from __future__ import annotations

import pytest

from rag.figure_kinds import QUANTITIES, FigureKind
from rag.figures import Figure, figures


def counted(text: str, language: str = "en") -> list[Figure]:
    return [f for f in figures(text, language) if f.kind in QUANTITIES]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1,234.5 tonnes", "en", 1234.5),
        ("1.234,5 ton", "tr", 1234.5),
        ("12.345 kişi", "tr", 12345),
        ("12.345 tonnes", "en", 12.345),
        ("1 234 человека", "ru", 1234),
        ("2,5 млн рублей", "ru", 2_500_000),
        ("30 тыс. человек", "ru", 30_000),
        ("двадцать восемь человек", "ru", 28),
        ("yirmi sekiz bin kişi", "tr", 28_000),
        ("seventeen people", "en", 17),
        ("forty thousand people", "en", 40_000),
        ("one hundred and twenty men", "en", 120),
        ("two and a half million people", "en", 2_500_000),
        ("a dozen men", "en", 12),
        ("half a dozen men", "en", 6),
        ("3-1/2 pct", "en", 3.5),
        ("1.2 mln dlrs", "en", 1_200_000),
        ("£3.5m", "en", 3_500_000),
        ("8.3 million crowns", "en", 8_300_000),
        ("US$4bn", "en", 4_000_000_000),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(text: str, language: str, value: float) -> None:
    (figure,) = counted(text, language)
    assert figure.value == value


@pytest.mark.parametrize(
    ("text", "unit", "noun"),
    [
        ("They found 406 anti-personnel mines, in all.", None, "anti-personnel mines"),
        ("Some 600 soldiers joined the search.", None, "soldiers"),
        ("Thirty-one pairs nested there.", None, "pairs"),
        ("It won with 142 of the 301 seats.", None, "seats"),
        ("It cost 400 million crowns.", "crown", None),
        ("Turnout was 63.8 per cent.", "percent", None),
        ("35,000 barrels of oil a day", "barrel", "oil"),
        ("It covers 85 square kilometres.", "square kilometre", None),
        ("and 17 are missing", None, None),
    ],
)
def test_a_figure_has_its_unit_and_what_it_counts(
    text: str, unit: str | None, noun: str | None
) -> None:
    figure = counted(text)[0]
    assert (figure.unit, figure.noun) == (unit, noun)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("at least nine people", "least"),
        ("no more than nine people", "most"),
        ("nearly 400 people", "about"),
        ("as many as 40,000 people", "about"),
        ("400 people or so", "about"),
        ("up to 15 per cent", "most"),
        ("nine people", "exact"),
        ("не менее 17 человек", "least"),
    ],
)
def test_a_bound_belongs_to_its_figure(text: str, bound: str) -> None:
    (figure,) = counted(text, "ru" if "не" in text else "en")
    assert figure.bound == bound
    assert figure.words == text


def test_the_ends_of_a_range_bound_it() -> None:
    low, high = counted("between 50 and 60 pairs")
    assert (low.value, low.bound, low.noun) == (50, "least", "pairs")
    assert (high.value, high.bound) == (60, "most")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Brandt, 29, fell.", FigureKind.AGE),
        ("a man of 71", FigureKind.AGE),
        ("a woman aged 83", FigureKind.AGE),
        ("the 19-year-old student", FigureKind.AGE),
        ("in 1996 it ended", FigureKind.YEAR),
        ("on 3 May they met", FigureKind.DATE),
        ("at 7.04pm", FigureKind.TIME),
        ("beat them 2–1 on Saturday", FigureKind.SCORE),
        ("the number 9 bus", FigureKind.LABEL),
        ("the G7 leaders", FigureKind.LABEL),
        ("an earthquake of magnitude 6.1 struck", FigureKind.LABEL),
        ("the 30th day", FigureKind.LABEL),
    ],
)
def test_a_number_that_counts_nothing_is_no_quantity(text: str, kind: FigureKind) -> None:
    assert kind in {f.kind for f in figures(text)}
    assert counted(text) == []


@pytest.mark.parametrize("text", ["hundreds of people", "one of them", "no one came", "thousands"])
def test_words_without_a_value_are_no_figures(text: str) -> None:
    assert figures(text) == ()


def test_four_digits_before_people_are_people_and_alone_a_year() -> None:
    people, year = figures("1640 people came in 1640.")
    assert (people.kind, year.kind) == (FigureKind.COUNT, FigureKind.YEAR)


def test_offsets_are_those_of_the_text() -> None:
    text = "About 2,300 people left; at least four died and 1.2 million crowns were lost."
    for figure in figures(text):
        assert text[figure.start : figure.end] == figure.words
        assert figure.start <= figure.at < figure.to <= figure.end


@pytest.mark.timeout(60)  # seconds; in linear time it takes a twentieth of that
def test_long_hostile_text_is_read_in_linear_time() -> None:
    for piece in ("9", "1,", "one-", "$1", "at least ", "5 and ", "1/2-", "twenty ", "- "):
        figures(piece * 20_000)
