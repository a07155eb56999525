"""A timeline tells each event once, in order, by its own date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from index.types import Article, Headline, Passage, Span
from rag.remarks import Days
from rag.select import Candidate
from rag.timeline import chronicle, days_of, subject_of, wants_timeline
from rag.types import Hit


def candidate(
    text: str, published: date, score: float = 0.8, article: str = "", original: str | None = None
) -> Candidate:
    moment = datetime(published.year, published.month, published.day, tzinfo=UTC)
    name = article or f"{text}-{published}"
    whole = Article(name, None, "Title", text, language="en", published=moment, original=original)
    head = Headline(name, None, "Title", None, None, None, "en", moment, None, 1, original)
    hit = Hit(Passage(f"{name}.v1.0", name, 1, 0, 0, len(text), text), head, 1.0, 1)
    return Candidate(hit, whole, Span(0, len(text)), text, 0.5, 0.5, 0.5, 0.5, None, score)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Give me a timeline of the Hollin Dam flood and its inquiry.", "flood and its inquiry"),
        ("chronology of the tram line 4 delays", "tram line 4 delays"),
        ("What happened when in the Hollin inquiry?", "Hollin inquiry"),
        ("How did the harbour levy dispute unfold?", "harbour levy dispute"),
        ("How did the price of line 4 develop?", "price of line 4"),
        ("What is the sequence of events that led to the resignation?", "resignation"),
        ("What has happened in Nether Brae since the flood?", "Nether Brae since the flood"),
        ("History of tram line 4 step by step", "tram line 4"),
        ("Hollin selinin kronolojisi nedir?", "Hollin selinin"),
        ("Как развивались события после наводнения?", "после наводнения"),
        ("Хронология наводнения в Холлине", "наводнения в Холлине"),
    ],
)
def test_a_question_for_a_course_of_events_is_told_by_its_form(question: str, subject: str) -> None:
    assert wants_timeline(question)
    assert subject in subject_of(question)
    assert len(subject_of(question)) < len(question)
    for word in ("timeline", "chronology", "unfold", "develop", "step by step", "happened"):
        assert word not in subject_of(question)


@pytest.mark.parametrize(
    "question",
    [
        "When did the opera house open?",
        "What happened on Thursday?",
        "What happened to the painting?",
        "How did scientists develop the battery?",
        "How was the battery developed?",
        "In order to vote, what is needed?",
        "Is the lift back in order?",
        "What is the history of the ship?",
    ],
)
def test_a_fact_is_no_timeline(question: str) -> None:
    assert not wants_timeline(question)
    assert subject_of(question) == question


SATURDAY = date(2024, 10, 12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam failed on Thursday.", "Thursday 2024-10-10..2024-10-10"),
        ("It opened on 8 August 2019.", "8 August 2019 2019-08-08..2019-08-08"),
        ("It opened on August 8, 2019.", "August 8, 2019 2019-08-08..2019-08-08"),
        ("It opened in August 2019.", "in August 2019 2019-08-01..2019-08-31"),
        ("They won on Saturday for the first time since 1991.", "Saturday 2024-10-12..2024-10-12"),
        ("In 2019 it was inspected.", "In 2019 2019-01-01..2019-12-31"),
        ("It will open on 14 December, they said on Monday.", "Monday 2024-10-07..2024-10-07"),
        ("OSSEL, 12 October (Wire) – The vote was on Friday.", "Friday 2024-10-11..2024-10-11"),
        ("OSSEL, 12 October (Wire) – The vote is over.", "12 October 2024-10-12..2024-10-12"),
        ("It happened on 31 February 2019.", None),
        ("The house is yellow.", None),
    ],
)
def test_a_sentence_is_dated_by_its_own_words(text: str, expected: str | None) -> None:
    days = days_of(text, SATURDAY, "en")
    assert (days and f"{days.words} {days.first}..{days.last}") == expected


def test_full_dates_are_read_in_turkish_and_russian() -> None:
    turkish = days_of("Köprü 8 Ağustos 2019'da açıldı.", SATURDAY, "tr")
    russian = days_of("Мост открыли 8 августа 2019 года.", SATURDAY, "ru")
    assert turkish == Days(date(2019, 8, 8), date(2019, 8, 8), "8 Ağustos 2019")
    assert russian == Days(date(2019, 8, 8), date(2019, 8, 8), "8 августа 2019")


def told(*scored: Candidate, most: int = 8) -> list[tuple[str, str]]:
    return [(str(e.days.first), e.candidate.text) for e in chronicle(scored, most=most)]


def test_events_come_in_the_order_of_their_days_and_not_of_their_scores() -> None:
    report = candidate("The inquiry published its report on Thursday.", date(2025, 7, 10), 0.9)
    failure = candidate("The spillway gave way on Thursday.", date(2024, 10, 11), 0.5)
    fund = candidate("Parliament approved a fund of 750 million crowns.", date(2025, 5, 23), 0.7)
    assert [day for day, _ in told(report, failure, fund)] == [
        "2024-10-10",
        "2025-05-23",
        "2025-07-10",
    ]
    undated = chronicle([fund])[0].days
    assert undated == Days(date(2025, 5, 23), date(2025, 5, 23), "")


def test_the_same_event_is_told_once() -> None:
    first = candidate("Nine people died in the flood, police said on Saturday.", SATURDAY, 0.8)
    again = candidate(
        "Nine people died in the flood, the police said.", date(2024, 10, 13), 0.8, "other"
    )
    other = candidate("The government declared an emergency.", date(2024, 10, 15), 0.8)
    assert [text for _, text in told(again, first, other)] == [first.text, other.text]


def test_what_is_foretold_stands_on_the_day_that_it_was_told() -> None:
    train = candidate("The train will run again from 14 December.", date(2025, 6, 16))
    assert chronicle([train])[0].days == Days(date(2025, 6, 16), date(2025, 6, 16), "")


def test_one_article_and_its_copies_do_not_fill_the_timeline() -> None:
    facts = ("The bridge fell.", "Soldiers searched houses.", "Hotels were taken.", "Rain stopped.")
    many = [
        candidate(fact, SATURDAY, 0.9 - n / 100, f"a{n % 2}", original="a0" if n % 2 else None)
        for n, fact in enumerate(facts)
    ]
    later = candidate("The judge opened her hearings.", date(2025, 1, 13), 0.4)
    texts = [text for _, text in told(*many, later)]
    assert len(texts) == 3
    assert later.text in texts


def test_events_go_before_words_said_of_them_where_there_is_no_room_for_all() -> None:
    quote = candidate("“We lost everything, and nobody told us,” said a man.", SATURDAY, 0.9)
    state = candidate("It is a village of stone.", SATURDAY, 0.9)
    event = candidate("The dam broke on Thursday.", SATURDAY, 0.7)
    assert told(quote, state, event, most=1) == [("2024-10-10", event.text)]


def test_a_sentence_of_another_story_is_left_out() -> None:
    event = candidate("The dam broke on Thursday.", SATURDAY, 0.9)
    other = candidate("A film won a prize on Thursday.", date(2025, 3, 20), 0.1)
    assert [text for _, text in told(event, other)] == [event.text]
    assert chronicle([]) == ()


def test_the_same_words_on_another_day_are_another_event() -> None:
    spring = candidate("The bank cut its main rate on Thursday.", date(2024, 4, 12))
    autumn = candidate("The bank cut its main rate on Thursday.", date(2024, 11, 22))
    assert [day for day, _ in told(autumn, spring)] == ["2024-04-11", "2024-11-21"]


def test_no_more_events_than_asked_for_and_they_span_the_story() -> None:
    verbs = "opened closed burned flooded reopened moved expanded merged failed recovered".split()
    scored = [
        candidate(
            f"Factory number {n} in town {verb} on {date(2024, n + 1, 5):%d %B}.",
            date(2024, n + 1, 5),
            0.8,
        )
        for n, verb in enumerate(verbs)
    ]
    scored += [candidate("Smoke rose and windows shattered.", date(2024, 1, 6), 0.81)]
    events = chronicle(scored, most=8)
    assert len(events) == 8
    months = {event.days.first.month for event in events}
    assert len(months) >= 7  # an event a month, and not two of January's
