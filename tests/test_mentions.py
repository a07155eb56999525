"""Dates in an article's words are resolved against the day it was published."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.mentions import resolve

SATURDAY = date(2024, 10, 12)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("The dam failed on Thursday.", date(2024, 10, 10), date(2024, 10, 10)),
        ("It was said on Saturday.", date(2024, 10, 12), date(2024, 10, 12)),
        ("The match was last Saturday.", date(2024, 10, 5), date(2024, 10, 5)),
        ("Parliament will vote on Monday.", date(2024, 10, 14), date(2024, 10, 14)),
        ("They met on 8 August.", date(2024, 8, 8), date(2024, 8, 8)),
        ("They meet on January 3.", date(2025, 1, 3), date(2025, 1, 3)),
        ("He died yesterday.", date(2024, 10, 11), date(2024, 10, 11)),
        ("It fell last month.", date(2024, 9, 1), date(2024, 9, 30)),
        ("It opens next year.", date(2025, 1, 1), date(2025, 12, 31)),
        ("It closed this week.", date(2024, 10, 7), date(2024, 10, 13)),
    ],
)
def test_a_date_without_its_year_is_told_from_the_day_of_publication(
    text: str, first: date, last: date
) -> None:
    (mention,) = resolve(text, SATURDAY)
    assert (mention.first, mention.last) == (first, last)
    assert text[mention.start : mention.end] == mention.words


@pytest.mark.parametrize(
    "text",
    [
        "It happened on 8 August 2019.",
        "It happened on August 8, 2019.",
        "You may march 5 abreast.",
        "A man friday is a helper.",
        "On 31 February it rained.",
        "Thursday's paper said nothing.",
        "Yesterday’s men.",
    ],
)
def test_what_is_dated_in_full_or_is_no_date_is_left_alone(text: str) -> None:
    assert resolve(text, SATURDAY) == ()


def test_a_leap_day_finds_the_nearest_leap_year() -> None:
    (mention,) = resolve("Born on 29 February.", date(2024, 12, 1))
    assert mention.first == date(2024, 2, 29)
    assert resolve("Born on 29 February.", date(2026, 6, 1)) == ()


@given(st.text(), st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 1, 1)))
def test_no_text_breaks_it(text: str, published: date) -> None:
    for mention in resolve(text, published):
        assert mention.first <= mention.last
