"""What is refused, and what the limits of a question keep out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.archive import Archive
from rag import Assistant, Filters, Question, RefusalKind
from tests.fake_embedder import FakeEmbedder
from tests.rag_asked import PRICE, RAIN, quotes
from tests.sample_archive import add


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    add(tmp_path, embedder)
    with Assistant(Archive(tmp_path), embedder) as assistant:
        answer = assistant.ask(PRICE)
        assert answer.refusal is not None
        assert answer.refusal.kind is RefusalKind.EMPTY_ARCHIVE
        assert answer.searched == 0
        assert assistant.examples() == ()


@pytest.mark.parametrize("question", ["😀😀", "???", "—"])
def test_a_question_without_a_word_to_search_for_is_not_understood(
    assistant: Assistant, question: str
) -> None:
    refusal = assistant.ask(question).refusal
    assert refusal is not None
    assert refusal.kind is RefusalKind.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    "question", ["Qwxz vbnmk plorth?", "今日の天気は何ですか", "ما هي العاصمة"]
)
def test_words_that_no_article_has_are_refused(assistant: Assistant, question: str) -> None:
    refusal = assistant.ask(question).refusal
    assert refusal is not None
    assert refusal.kind is RefusalKind.OFF_TOPIC


def test_limits_that_no_article_meets_are_named(assistant: Assistant) -> None:
    own = Filters(after=date(2019, 1, 1), before=date(2019, 1, 31), sources=("Meridian Wire",))
    answer = assistant.ask(RAIN, filters=own)
    assert answer.refusal is not None
    assert answer.refusal.kind is RefusalKind.OUTSIDE_FILTERS
    assert answer.refusal.message == (
        "The archive holds no articles published 1 to 31 January 2019, from Meridian Wire."
    )
    assert answer.refusal.nearest == ()


def test_an_answer_outside_the_limits_is_not_given(assistant: Assistant) -> None:
    answer = assistant.ask(RAIN, filters=Filters(sections=("Sport",)))
    assert answer.refusal is not None
    assert answer.refusal.kind is RefusalKind.OUTSIDE_FILTERS
    assert answer.refusal.message == "Nothing in the articles in Sport answers this."
    assert answer.searched < assistant.ask(RAIN).searched
    assert {story.section for story in answer.refusal.nearest} <= {"Sport"}


def test_a_story_that_is_only_teased_is_refused_as_such(assistant: Assistant) -> None:
    refusal = assistant.ask("Who won the Harbour Marathon?").refusal
    assert refusal is not None
    assert refusal.kind is RefusalKind.ONLY_TEASED


def test_a_teaser_of_a_story_that_is_here_does_not_stand_in_its_way(assistant: Assistant) -> None:
    answer = assistant.ask("Why did Rolf Castellan step down?")
    assert answer.refusal is None
    assert "radios" in answer.text


@pytest.mark.parametrize(
    "filters",
    [
        Filters(after=date(2024, 10, 12), before=date(2024, 10, 31)),
        Filters(sources=("ADLERBY COURIER",)),
        Filters(before=date(2024, 10, 11)),
    ],
)
def test_only_articles_within_the_limits_are_cited(assistant: Assistant, filters: Filters) -> None:
    answer = assistant.ask("How many people died in the Hollin Dam flood?", filters=filters)
    assert answer.citations
    for citation in answer.citations:
        assert citation.story.published is not None
        day = citation.story.published.date()
        assert (filters.after or day) <= day <= (filters.before or day)
        if filters.sources:
            assert citation.story.source == "Adlerby Courier"


def test_a_date_that_is_when_it_happened_and_not_when_it_was_printed_still_finds_it(
    assistant: Assistant,
) -> None:
    question = "When was the Hollin spillway inspected in full in 2019?"
    answer = assistant.ask(question)
    assert any("inspected in full in 2019" in quote for quote in quotes(answer))
    assert not any(note.startswith("dates:") for note in answer.question.notes)
    assert answer.question.filters == Filters()


def test_a_date_read_from_the_words_never_widens_the_readers_own_limits(
    assistant: Assistant,
) -> None:
    own = Filters(sections=("Sport",))
    answer = assistant.ask("When was the Hollin spillway inspected in full in 2019?", filters=own)
    assert answer.refusal is not None
    assert answer.question.filters.sections == ("Sport",)


def test_last_week_counts_from_the_day_of_the_question(assistant: Assistant) -> None:
    then = assistant.on(date(2025, 7, 30))
    understood = next(then.stream("What about the tram last week?"))
    assert isinstance(understood, Question)
    assert understood.filters == Filters(after=date(2025, 7, 21), before=date(2025, 7, 27))
