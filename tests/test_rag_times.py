"""Dates in a question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.times import find

TODAY = date(2025, 11, 8)  # a Saturday


def days(question: str, today: date = TODAY) -> str | None:
    """What was understood, as "first..last"; None where no date was."""
    period = find(question, today)
    return f"{period.first or ''}..{period.last or ''}" if period else None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # days
        ("What happened on 8 August 2024?", "2024-08-08..2024-08-08"),
        ("What happened on August 8, 2024?", "2024-08-08..2024-08-08"),
        ("What happened on the 8th of August 2024?", "2024-08-08..2024-08-08"),
        ("What happened on 2024-10-11?", "2024-10-11..2024-10-11"),
        ("What happened on Oct. 11, 2024?", "2024-10-11..2024-10-11"),
        ("WHAT HAPPENED ON 11 OCTOBER 2024?", "2024-10-11..2024-10-11"),
        ("What happened on 29 February 2024?", "2024-02-29..2024-02-29"),
        # without a year: the last that has come round
        ("What happened on 8 August?", "2025-08-08..2025-08-08"),
        ("What happened on 8 November?", "2025-11-08..2025-11-08"),
        ("What happened on 8 December?", "2024-12-08..2024-12-08"),
        ("What happened on 29 February?", "2024-02-29..2024-02-29"),
        # days that never were
        ("What happened on 31 February 2024?", None),
        ("What happened on 29 February 2023?", None),
        ("What happened on 2024-13-11?", None),
        ("What happened on 0 May 2024?", None),
        ("What happened after 31 December 9999?", None),
        # months and years
        ("What happened in November 2024?", "2024-11-01..2024-11-30"),
        ("What happened in February 2024?", "2024-02-01..2024-02-29"),
        ("What happened in Sept 2024?", "2024-09-01..2024-09-30"),
        ("What happened in early March 2025?", "2025-03-01..2025-03-31"),
        ("What happened in October?", "2025-10-01..2025-10-31"),
        ("What happened in December?", "2024-12-01..2024-12-31"),
        ("What happened in 2024?", "2024-01-01..2024-12-31"),
        ("What happened in mid-2024?", "2024-01-01..2024-12-31"),
        ("What happened in the year 2019?", "2019-01-01..2019-12-31"),
        ("articles from May 2024", "2024-05-01..2024-05-31"),
        # spans
        ("What was said between March and June 2024?", "2024-03-01..2024-06-30"),
        ("What was said between March and June 2022?", "2022-03-01..2022-06-30"),
        ("What was said between November and March?", "2024-11-01..2025-03-31"),
        ("Between November 2023 and March 2024?", "2023-11-01..2024-03-31"),
        ("From 3 May to 5 June 2024, what happened?", "2024-05-03..2024-06-05"),
        ("What happened between 5 and 9 May 2024?", "2024-05-05..2024-05-09"),
        ("What happened from 2023 to 2024?", "2023-01-01..2024-12-31"),
        ("What happened between 2024 and 2023?", "2023-01-01..2024-12-31"),
        ("What happened in May and June 2024?", "2024-05-01..2024-06-30"),
        # open ends
        ("What has changed since 2020?", "2020-01-01.."),
        ("What has changed since May?", "2025-05-01.."),
        ("What has changed since 3 May 2024?", "2024-05-03.."),
        ("What has changed since last week?", "2025-10-27.."),
        ("What happened after 11 October 2024?", "2024-10-12.."),
        ("What is banned from May 2024 onwards?", "2024-05-01.."),
        ("What happened before 2024?", "..2023-12-31"),
        ("What happened before 1 March 2024?", "..2024-02-29"),
        ("What was known until 3 May 2024?", "..2024-05-03"),
        # counted from today
        ("What happened yesterday?", "2025-11-07..2025-11-07"),
        ("What happened today?", "2025-11-08..2025-11-08"),
        ("What happened this week?", "2025-11-03..2025-11-08"),
        ("What happened last week?", "2025-10-27..2025-11-02"),
        ("What happened this month?", "2025-11-01..2025-11-08"),
        ("What happened last month?", "2025-10-01..2025-10-31"),
        ("What happened this year?", "2025-01-01..2025-11-08"),
        ("What happened last year?", "2024-01-01..2024-12-31"),
        ("What happened in the past week?", "2025-11-01..2025-11-08"),
        ("What happened in the last 3 weeks?", "2025-10-18..2025-11-08"),
        ("What happened over the last few days?", "2025-11-05..2025-11-08"),
        ("What happened within the past two years?", "2023-11-09..2025-11-08"),
        ("What happened last Monday?", "2025-11-03..2025-11-03"),
        ("What happened last Saturday?", "2025-11-01..2025-11-01"),
        ("What happened last May?", "2025-05-01..2025-05-31"),
        ("What happened last November?", "2024-11-01..2024-11-30"),
        # a date in a name says what and not when
        ("What did the 2020 agreement say?", None),
        ("How did the November 2024 flood start?", None),
        ("How big was the march of 18 May?", None),
        ("Who won in 2024 Olympics?", None),
        ("What was the result in the 2024-25 season?", None),
        ("What does the budget of 2024 hold?", None),
        ("What happened in August Wilson's play?", None),
        ("What of last week's storm?", None),
        ("What of today's weather?", None),
        # words that are also months
        ("Who may be the next mayor?", None),
        ("Where did the march end?", None),
        ("Will they march in Port Merrin?", None),
        ("What happened in May?", "2025-05-01..2025-05-31"),
        ("what happened in may 2024?", "2024-05-01..2024-05-31"),
        ("Who led the march on 18 May?", "2025-05-18..2025-05-18"),
        # numbers that are not dates
        ("How many of the 2024 votes were counted in 12 hours?", None),
        ("Did it happen in the last 99999 days?", None),
        ("What happened in the 1990s?", None),
        # Turkish and Russian
        ("Kasım 2024'te ne oldu?", "2024-11-01..2024-11-30"),
        ("KASIM 2024'TE NE OLDU?", "2024-11-01..2024-11-30"),
        ("2024 yılında ne oldu?", "2024-01-01..2024-12-31"),
        ("Что произошло в ноябре 2024 года?", "2024-11-01..2024-11-30"),
        ("Что случилось в 2023 году?", "2023-01-01..2023-12-31"),
    ],
)
def test_a_question_asks_about_the_days_it_names(question: str, expected: str | None) -> None:
    assert days(question) == expected


@pytest.mark.parametrize(
    ("today", "question", "expected"),
    [
        (date(2025, 1, 1), "yesterday", "2024-12-31..2024-12-31"),
        (date(2025, 1, 2), "last week", "2024-12-23..2024-12-29"),
        (date(2025, 1, 1), "last month", "2024-12-01..2024-12-31"),
        (date(2025, 1, 1), "this month", "2025-01-01..2025-01-01"),
        (date(2025, 1, 1), "last December", "2024-12-01..2024-12-31"),
        (date(2025, 1, 31), "in December", "2024-12-01..2024-12-31"),
        (date(2024, 2, 29), "last year", "2023-01-01..2023-12-31"),
        (date(2024, 2, 29), "in the past year", "2023-03-01..2024-02-29"),
        (date(2024, 3, 1), "on 29 February", "2024-02-29..2024-02-29"),
        (date(2024, 12, 31), "in the last 2 weeks", "2024-12-17..2024-12-31"),
        (date(2025, 3, 31), "last month", "2025-02-01..2025-02-28"),
        (date(2024, 2, 29), "between November and February", "2023-11-01..2024-02-29"),
        (date(2024, 3, 1), "between 29 February and 3 January", "2020-02-29..2024-01-03"),
    ],
)
def test_relative_dates_hold_at_the_turn_of_the_month_and_the_year(
    today: date, question: str, expected: str
) -> None:
    assert days(question, today) == expected


def test_the_words_that_were_understood_can_be_shown() -> None:
    question = "What, in November 2024, did the judge say?"
    period = find(question, TODAY)
    assert period is not None
    assert period.words == "in November 2024"
    assert question[period.start : period.end] == period.words


WORDS = st.sampled_from(
    "in on since after before from between and to until last past this the of 1 29 31 31st 2024 "
    "0000 9999 2024-02-30 may March Auguſt APRİL aralık ARALIK mayıs ноябре в году yesterday "
    "today week month year days ſix few 1000 9999 , . ? ' ’te".split()
)


@given(
    st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join)),
    st.dates(date(1, 1, 1), date(9999, 12, 31)),
)
def test_no_question_breaks_the_reading_of_dates(question: str, today: date) -> None:
    period = find(question, today)
    if period is not None:
        assert period.first or period.last
        assert not (period.first and period.last) or period.first <= period.last


@given(st.dates(date(1970, 1, 1), date(2090, 1, 1)), st.integers(0, 4000))
def test_a_date_is_understood_however_it_is_written(day: date, later: int) -> None:
    today = day + timedelta(days=later)
    for form in (
        f"{day:%Y-%m-%d}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ):
        assert days(f"What happened on {form}?", today) == f"{day}..{day}"
