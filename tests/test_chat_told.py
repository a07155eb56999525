"""What is told beside an answer's words, as text: claims, days, ages, order of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from index.mentions import Mention
from rag.remarks import Days, Speech
from rag.types import Sentence
from tests.fake_remarks import CASTELLAN, CITATIONS, CORRECTED, SENTENCES, TOLL, remarked
from ui.chat import told

BY_NUMBER = told.by_number(CITATIONS)


@pytest.mark.parametrize(
    ("text", "speaker", "named"),
    [
        ("Nothing gave any reason to fear.", "Jonas Castellan", False),
        ("Nothing gave any reason to fear, Castellan said.", "Jonas Castellan", True),
        ("Castellan’s view was that nothing did.", "Jonas Castellan", True),
        ("Jonas had no reason to fear.", "Jonas Castellan", False),
        ("The Castellanos brothers feared nothing.", "Jonas Castellan", False),
        ("Karar alındı, dedi Yılmaz.", "Ayşe Yılmaz", True),
        ("“Castellan must go,” she told the house.", "Oda Brandt", False),
    ],
)
def test_a_claim_is_attributed_unless_its_words_do_it(text: str, speaker: str, named: bool) -> None:
    speech = Speech(speaker, False)
    assert told.claimed(Sentence(text, (1,), speech)) == (None if named else speech)
    assert told.claimed(Sentence(text, (1,))) is None
    assert told.claimed(Sentence(text, (1,), Speech(" ", False))) is None


def test_a_speaker_is_told_with_role_and_place_as_far_as_known() -> None:
    assert told.who(CASTELLAN) == ("Jonas Castellan", "interior minister", "in Merrin")
    assert told.who(Speech("Oda Brandt", True)) == ("Oda Brandt",)


@pytest.mark.parametrize(
    ("first", "last", "short"),
    [
        (date(2024, 10, 12), date(2024, 10, 12), "12 Oct 2024"),
        (date(2024, 10, 3), date(2024, 10, 9), "3–9 Oct 2024"),
        (date(2024, 9, 28), date(2024, 10, 4), "28 Sep – 4 Oct 2024"),
        (date(2023, 12, 28), date(2024, 1, 4), "28 Dec 2023 – 4 Jan 2024"),
        (date(2024, 2, 1), date(2024, 2, 29), "Feb 2024"),
        (date(2024, 2, 1), date(2024, 2, 28), "1–28 Feb 2024"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024"),
        (date(2023, 1, 1), date(2024, 12, 31), "1 Jan 2023 – 31 Dec 2024"),
        (date(2024, 3, 1), date(2024, 4, 30), "1 Mar – 30 Apr 2024"),
    ],
)
def test_days_are_short_in_a_timeline(first: date, last: date, short: str) -> None:
    assert told.short_days(first, last) == short


@pytest.mark.parametrize(
    ("words", "first", "last", "meaning"),
    [
        ("Thursday", date(2024, 10, 10), date(2024, 10, 10), "10 October 2024"),
        ("8 August", date(2024, 8, 8), date(2024, 8, 8), "2024"),
        ("last week", date(2024, 10, 7), date(2024, 10, 13), "7 to 13 October 2024"),
        ("last month", date(2024, 9, 1), date(2024, 9, 30), "September 2024"),
        ("last year", date(2023, 1, 1), date(2023, 12, 31), "2023"),
    ],
)
def test_words_are_told_what_they_do_not_say(
    words: str, first: date, last: date, meaning: str
) -> None:
    assert told.meant(Mention(0, len(words), words, first, last)) == meaning


def test_days_are_told_after_their_words_and_the_words_stay_as_they_are() -> None:
    runs = told.runs(SENTENCES[1], BY_NUMBER)
    assert [run.meant for run in runs] == ["10 October 2024", ""]
    assert runs[0].text.endswith("on Thursday")
    assert "".join(run.text for run in runs) == SENTENCES[1].text


def test_days_are_not_told_of_a_sentence_that_is_not_the_quote_or_says_them_anyway() -> None:
    rewritten = replace(SENTENCES[1], text="On a Thursday the spillway failed, and people died.")
    assert [run.meant for run in told.runs(rewritten, BY_NUMBER)] == [""]
    thursday = Days(date(2024, 10, 10), date(2024, 10, 10), "on Thursday")
    dated = replace(SENTENCES[1], days=thursday)
    assert [run.meant for run in told.runs(dated, BY_NUMBER)] == [""]


def test_mentions_out_of_bounds_lose_no_words() -> None:
    day = date(2024, 10, 10)
    mentions = tuple(Mention(0, end, "x", day, day) for end in (999, 5, 5, 0, 3))
    cited = {2: replace(CITATIONS[1], dates=mentions)}
    runs = told.runs(SENTENCES[1], cited)
    assert "".join(run.text for run in runs) == SENTENCES[1].text
    assert [run.text for run in runs if run.meant] == ["Fou", "r "]


@pytest.mark.parametrize(
    ("newest", "age"),
    [
        (date(2024, 10, 17), "from today"),
        (date(2024, 10, 16), "from today"),
        (date(2024, 10, 15), "1 day old"),
        (date(2024, 10, 13), "3 days old"),
        (date(2024, 8, 17), "60 days old"),
        (date(2024, 8, 16), "2 months old"),
        (date(2024, 5, 20), "4 months old"),
        (date(2022, 10, 17), "23 months old"),
        (date(2022, 10, 16), "2 years old"),
        (date(2019, 1, 1), "5 years old"),
    ],
)
def test_the_newest_evidence_has_an_age(newest: date, age: str) -> None:
    assert told.age(newest, date(2024, 10, 16)) == age


def test_only_an_answer_that_is_the_latest_says_how_old_it_is() -> None:
    answer = remarked("What is the latest toll?")
    assert told.newest(answer) == "newest evidence: 3 days old, 13 October 2024"
    plainly = replace(answer, question=replace(answer.question, latest=False))
    assert told.newest(plainly) == "newest evidence 13 October 2024"
    assert told.newest(replace(answer, newest=None)) == ""


def test_sentences_are_put_in_order_of_time_with_undated_ones_last() -> None:
    undated = Sentence("No one knows when.", ())
    same = replace(SENTENCES[2], text="The same day, later.")
    ordered = told.in_time((undated, *SENTENCES, same), BY_NUMBER)
    assert ordered == (SENTENCES[1], SENTENCES[2], same, SENTENCES[0], undated)
    early = replace(SENTENCES[0], days=Days(date(2024, 1, 1), date(2024, 1, 1), "in January"))
    assert told.in_time((SENTENCES[1], early), BY_NUMBER) == (early, SENTENCES[1])


def test_order_of_time_is_offered_where_it_tells_something() -> None:
    answer = remarked("What is the latest toll?")
    assert told.chronology(answer)
    one_day = replace(answer, citations=(CITATIONS[0],) * 3)
    assert not told.chronology(one_day)
    assert not told.chronology(replace(answer, sentences=answer.sentences[:1]))
    assert not told.chronology(remarked("Give me a timeline."))


def test_a_correction_is_told_with_its_day() -> None:
    assert told.corrected(CITATIONS[0]) == ""
    assert told.corrected(CORRECTED) == "corrected 14 October 2024"
    assert CORRECTED.correction is not None
    undated = replace(CORRECTED, correction=replace(CORRECTED.correction, on=None))
    assert told.corrected(undated) == "corrected"


def test_figures_and_their_course_are_told_in_words() -> None:
    assert [told.figure(value) for value in (4, 1200.0, 4.25, 1e6)] == [
        "4",
        "1,200",
        "4.25",
        "1,000,000",
    ]
    assert told.course(TOLL, BY_NUMBER) == (
        "people killed: 4 on 11 October 2024, then 9 on 12 October 2024, then 11 on 13 October 2024"
    )


def test_an_account_is_quoted_once() -> None:
    assert told.quoted("at least nine") == "“at least nine”"
    assert told.quoted("“at least nine”") == "“at least nine”"
