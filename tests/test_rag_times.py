"""Dates in a question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.times import find
from tests.times_asked import TODAY, days


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
    ("question", "expected"),
    [
        ("What has changed since the ceasefire in May 2023?", "2023-05-01.."),
        ("What changed after the flood of October 2024?", "2024-10-01.."),
        ("What was planned before the war in 2020?", "..2020-12-31"),
        ("Who won in the summer of 2024?", "2024-06-01..2024-08-31"),
        ("What happened last summer?", "2025-06-01..2025-08-31"),
        ("What happened this summer?", "2025-06-01..2025-08-31"),
        ("What happened last winter?", "2024-12-01..2025-02-28"),
        ("What happened in the winter of 2023-24?", "2023-12-01..2024-02-29"),
        ("What happened on 11.10.2024?", "2024-10-11..2024-10-11"),
        ("What happened on 3/11/2024?", "2024-11-03..2024-11-03"),
        ("How did sales go in the first half of 2024?", "2024-01-01..2024-06-30"),
        ("How did sales go in Q3 2024?", "2024-07-01..2024-09-30"),
        ("How did sales go in the third quarter of last year?", "2024-07-01..2024-09-30"),
        ("Who scored in the second half?", None),
        ("What happened over the past three weeks?", "2025-10-18..2025-11-08"),
        ("What happened earlier this year?", "2025-01-01..2025-11-08"),
        ("What did he say a year ago?", "2024-05-09..2025-05-10"),
        ("What happened two weeks ago?", "2025-10-22..2025-10-28"),
        ("What happened at the weekend?", "2025-11-08..2025-11-09"),
        ("What happened on Monday?", "2025-11-03..2025-11-03"),
        ("What happened on Monday night?", "2025-11-03..2025-11-03"),
        ("What happened on Saturday?", "2025-11-08..2025-11-08"),
        ("What did the mayor say Monday?", "2025-11-03..2025-11-03"),
        ("What happened on Black Friday?", None),
        ("What is Good Friday?", None),
        ("Who plays in Monday Night Football?", None),
        ("What is the 2020 agreement?", None),
        ("What did the November 2024 flood cost?", None),
        ("Who won the World Cup 2022?", None),
        ("What happened in the 9/11 attacks?", None),
        ("What crashed the Boeing 737?", None),
        ("What did May say after May resigned?", None),
        ("What did Theresa May say in 2018?", "2018-01-01..2018-12-31"),
        ("What will happen in 2050?", None),
        ("How will sea levels change between 2020 and 2050?", None),
        ("How many ferries will be delivered by 2027?", None),
        ("What will change in December?", None),
        ("What did the agreement signed in 2020 say?", None),
        ("How many people were arrested in 2024?", "2024-01-01..2024-12-31"),
        ("What did the women arrested in 2024 say?", None),
        ("How many died in 2000 homes?", None),
        ("In November 2024 Ellwood said what?", "2024-11-01..2024-11-30"),
        ("What happened at the end of 2024?", "2024-09-01..2024-12-31"),
        ("What had been found by the end of March 2024?", "..2024-03-31"),
        ("As of March 2024, how many were displaced?", "..2024-03-31"),
        ("What happened in the last week of November 2024?", "2024-11-24..2024-11-30"),
        ("What happened in the past 24 hours?", "2025-11-07..2025-11-08"),
        ("What happened last night?", "2025-11-07..2025-11-08"),
        ("What happened in August last year?", "2024-08-01..2024-08-31"),
        ('What happens in the novel "Born in 1984"?', None),
        ("What happened between 3 and 9 May?", "2025-05-03..2025-05-09"),
        ("What happened on 5-9 May 2024?", "2024-05-05..2024-05-09"),
        ("What happened May 5-9, 2024?", "2024-05-05..2024-05-09"),
        ("What happened since last Monday?", "2025-11-03.."),
        ("What was said in late 2024?", "2024-01-01..2024-12-31"),
        ("What has he said since Monday?", "2025-11-03.."),
        ("What happened on Thursday 10 October 2024?", "2024-10-10..2024-10-10"),
        ("What happened on Thursday, October 10?", "2025-10-10..2025-10-10"),
        ("What happened 8 November 2024?", "2024-11-08..2024-11-08"),
        ("What did the 8 November 2024 statement say?", None),
        ("What happened in the week of 11 November 2024?", "2024-11-11..2024-11-17"),
        ("How many goals in the 2023/24 season?", None),
        ("How long is Route 2020?", None),
        ("What did Halvora do in 2024, and why?", "2024-01-01..2024-12-31"),
        ("What happened during the week?", None),
        ("What happened this weekend?", "2025-11-08..2025-11-08"),
        ("Is the shop open on Mondays?", None),
        ("Who resigned in January?", "2025-01-01..2025-01-31"),
        ("How many were hurt in the march on Saturday?", "2025-11-08..2025-11-08"),
        ("What were the top stories today?", "2025-11-08..2025-11-08"),
        (
            "What was said between January and March 2024 about pensions?",
            "2024-01-01..2024-03-31",
        ),
        ("How did the budget fall in 2024 prices?", None),
        ("What happened in the early 2000s?", None),
        ("Which of last year's films won?", None),
        ("What did the Bank do from 2020 to 2022?", "2020-01-01..2022-12-31"),
        ("Who may resign in may?", None),
        ("Did the club lose in the last two weeks of May 2024?", None),
        ("When did the 1991 cup final take place?", None),
    ],
)
def test_dates_hang_on_prepositions_and_names_keep_theirs(
    question: str, expected: str | None
) -> None:
    assert days(question) == expected


@pytest.mark.timeout(60)  # seconds, ten times the longest question: in linear time one is enough
@pytest.mark.parametrize(
    "unit", ["the 1 may ", "in 2024 ", "since the a ", "с 5 по ", "1 ocak ", "last ", "12.", "«"]
)
def test_a_long_question_is_read_in_no_time(unit: str) -> None:
    find(unit * (20_000 // len(unit)), TODAY)


def test_of_an_event_that_is_dated_only_the_date_is_shown() -> None:
    period = find("What has changed since the ceasefire in May 2023?", TODAY)
    assert period is not None
    assert period.words == "in May 2023"


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
