"""Questions about now get the newest evidence, as long as it is evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from index.types import Article, Headline, Passage, Span
from rag.latest import prefer_recent, wants_latest
from rag.select import Candidate
from rag.types import Hit


def candidate(text: str, published: date | None, score: float) -> Candidate:
    moment = (
        datetime(published.year, published.month, published.day, tzinfo=UTC) if published else None
    )
    name = f"{text}-{published}"
    article = Article(name, None, "Title", text, language="en", published=moment)
    head = Headline(name, None, "Title", None, None, None, "en", moment, None, 1)
    hit = Hit(Passage(f"{name}.v1.0", name, 1, 0, 0, len(text), text), head, 1.0, 1)
    return Candidate(hit, article, Span(0, len(text)), text, 0.5, 0.5, 0.5, 0.5, None, score)


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest death toll?",
        "How much does line 4 cost now?",
        "Who is currently mayor?",
        "Who is the current manager of Rovers?",
        "What is the most recent estimate?",
        "How many are still missing?",
        "How many have died so far?",
        "How many have been paid to date?",
        "As of today, how many are in cabins?",
        "Any news on the tram?",
        "Son durum nedir?",
        "Şu anda kaç kişi kayıp?",
        "Сколько погибших сейчас?",
        "Последние новости о плотине?",
    ],
)
def test_a_question_about_now_wants_the_latest(question: str) -> None:
    assert wants_latest(question)


@pytest.mark.parametrize(
    "question",
    [
        "When will it be delivered at the latest?",
        "What did the now-closed brewery own?",
        "How strong is the current at that depth?",
        "No later than when must claims be filed?",
        "How did the oil get so far from land?",
        "What did they do now that the dam had failed?",
        "Who directed Apocalypse Now?",
        "Is the Still Life on show?",
        "Which couple went out to date?",
        "What was known until now?",
        "What happened in 2020?",
    ],
)
def test_the_same_words_in_other_senses_do_not(question: str) -> None:
    assert not wants_latest(question)


def order(*scored: Candidate, newest: date | None = None) -> list[str]:
    return [c.text for c in prefer_recent(scored, newest)]


def test_of_two_sentences_that_fit_the_newer_comes_first() -> None:
    old = candidate("nine", date(2024, 10, 12), 0.9)
    new = candidate("seventeen", date(2025, 7, 10), 0.8)
    assert order(old, new) == ["seventeen", "nine"]


def test_a_new_sentence_that_does_not_fit_stays_behind_an_old_one_that_does() -> None:
    old = candidate("nine", date(2024, 10, 12), 0.9)
    new = candidate("weather", date(2025, 7, 10), 0.6)
    assert order(old, new) == ["nine", "weather"]
    assert order(old, candidate("noise", date(2035, 1, 1), 0.1)) == ["nine", "noise"]


def test_the_age_that_counts_is_relative_to_the_story() -> None:
    for days in (3, 300):  # a story of days, and of most of a year
        first = date(2025, 1, 1)
        middle = date.fromordinal(first.toordinal() + days // 3)
        last = date.fromordinal(first.toordinal() + days)
        aged = prefer_recent([candidate(str(d), d, 0.8) for d in (first, middle, last)], None)
        assert [c.text for c in aged] == [str(last), str(middle), str(first)]
        # one half-life from the newest: a third of the span
        third = date.fromordinal(last.toordinal() - days // 3)
        pair = prefer_recent(
            [candidate("a", first, 0.8), candidate("b", third, 0.8), candidate("c", last, 0.8)],
            None,
        )
        assert [round(c.score, 3) for c in pair] == [0.8, 0.68, 0.59]


def test_an_undated_sentence_is_as_old_as_the_oldest_and_what_is_later_than_newest_is_new() -> None:
    undated = candidate("undated", None, 0.8)
    old, new = candidate("old", date(2024, 1, 1), 0.8), candidate("new", date(2025, 1, 1), 0.8)
    assert order(undated, old, new)[0] == "new"
    aged = prefer_recent([old, new], date(2024, 6, 1))
    assert aged[0].score == 0.8
    assert prefer_recent([undated], None) == [undated]
    assert prefer_recent([], None) == []
