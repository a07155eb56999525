"""What a question is taken to mean before anything is searched."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import QuestionError
from index.types import Facets, Filters
from rag.follow import follow
from rag.types import Question, Turn
from rag.understand import MAX_QUESTION, in_words, named_sources, understand

TODAY = date(2025, 11, 8)
FACETS = Facets(
    sources=(("The Harbour Gazette", 17), ("AnewZ", 5), ("Time", 2), ("The Sun", 1), ("C++", 1)),
    sections=(("World", 3),),
    first=date(2024, 1, 1),
    last=date(2025, 7, 1),
)
FLOOD = Turn(
    "How late was the siren in the Tamsel Valley?", "How late was the siren in the Tamsel Valley?"
)
JUDGE = Turn("Who is Agnes Corrow?", "Who is Agnes Corrow?", "A retired judge.")
ELECTION = Turn(
    "Who won Verrania's election in January 2024?", "Who won Verrania's election in January 2024?"
)


def read(
    text: str,
    *history: Turn,
    filters: Filters = Filters(),
    infer: bool = True,
) -> Question:
    return understand(
        text, history=history, filters=filters, facets=FACETS, today=TODAY, infer=infer
    ).question


@pytest.mark.parametrize(
    ("question", "before", "carried"),
    [
        ("Why?", FLOOD, ("siren", "Tamsel")),
        ("And in 2023?", FLOOD, ("siren", "Tamsel")),
        ("What about civilians?", FLOOD, ("siren", "Tamsel")),
        ("How old is she?", JUDGE, ("Agnes", "Corrow")),
        ("Is she married?", JUDGE, ("Agnes", "Corrow")),
        ("Who designed it?", FLOOD, ("siren",)),
        ("What caused that?", FLOOD, ("siren",)),
        ("How many people live there?", FLOOD, ("Tamsel",)),
        ("Who did they form a government with?", ELECTION, ("Verrania", "election", "won")),
        ("Who won that election?", ELECTION, ("Verrania",)),
        ("Peki ya siviller?", FLOOD, ("siren",)),
        ("А потом?", FLOOD, ("siren",)),
    ],
)
def test_a_follow_up_that_leans_on_the_turn_before_takes_its_subject_along(
    question: str, before: Turn, carried: tuple[str, ...]
) -> None:
    understood = read(question, before)
    assert understood.text == question
    for word in carried:
        assert word in understood.searched
    assert understood.notes[0] == f"following on from: {before.searched}"


@pytest.mark.parametrize(
    "question",
    [
        "What did the opera house in Adlerby cost?",
        "Who is Rolf Castellan?",
        "Where is Westhaven airport?",
        "Is there a vaccine shortage?",
        "Will there be new police radios?",
        "Where will the centre that watches undersea cables be?",
        "What do farmers say that eagles do to lambs?",
        "Why did Rolf Castellan leave his post?",
        "Does Verrania say who counts its ballots?",
        "When does the night train leave, at 10 o'clock?",
        "What did O'Brien say about pensions?",
        "Which films were shown this year?",
    ],
)
def test_a_change_of_subject_is_left_alone(question: str) -> None:
    understood = read(question, FLOOD)
    assert understood.searched == question
    assert not any(note.startswith("following") for note in understood.notes)


def test_a_follow_up_keeps_the_dates_of_the_question_it_follows() -> None:
    before = Turn(
        "What happened at Hollin in October 2024?", "What happened at Hollin in October 2024?"
    )
    assert read("And why?", before).filters == Filters(
        after=date(2024, 10, 1), before=date(2024, 10, 31)
    )
    assert read("And in 2025?", before).filters.after == date(2025, 1, 1)
    assert not read("What did the opera house in Adlerby cost?", before).filters


def test_a_long_conversation_does_not_drown_the_question() -> None:
    turn = JUDGE
    for number in range(60):
        question = f"What does it say about witness{number} and exhibit{number}?"
        turn = Turn(question, follow(question, [turn], TODAY).searched)
    assert len(turn.searched) < 300
    assert "witness59" in turn.searched
    assert "witness58" in turn.searched


def test_the_first_question_has_nothing_to_lean_on() -> None:
    assert read("How old is she?").searched == "How old is she?"


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("What does The Harbour Gazette say about the levy?", ("The Harbour Gazette",)),
        ("what does the harbour gazette say about the levy?", ("The Harbour Gazette",)),
        ("What did AnewZ report about mines?", ("AnewZ",)),
        ("Mines, according to AnewZ", ("AnewZ",)),
        ("Was it reported by the Harbour Gazette or in AnewZ?", ("The Harbour Gazette", "AnewZ")),
        ("What does Time say about mines?", ("Time",)),
        ("What was the Sun's story about?", ("The Sun",)),
        ("What does C++ say?", ("C++",)),
        # not named as the source of a report
        ("Who owns AnewZ?", ()),
        ("How many journalists work at The Harbour Gazette?", ()),
        # a common word, or part of another name
        ("Did the ferry arrive in time?", ()),
        ("Were the dead identified in Timeline reports?", ()),
        ("Are the fields burnt by the sun?", ()),
        ("What is made by Sun Valley?", ()),
        ("What do Midnight Sun reports say?", ()),
        ("What is the time, says the clock?", ()),
    ],
)
def test_an_outlet_is_a_filter_only_where_it_is_named_as_the_source(
    question: str, sources: tuple[str, ...]
) -> None:
    assert set(named_sources(question, FACETS)) == set(sources)


def test_what_was_read_from_the_words_is_said() -> None:
    understood = read("What did AnewZ report in November 2024?")
    assert understood.filters == Filters(
        after=date(2024, 11, 1), before=date(2024, 11, 30), sources=("AnewZ",)
    )
    assert understood.notes == ("dates: 1 to 30 November 2024", "from: AnewZ")


def test_the_readers_own_filters_win_over_the_words() -> None:
    own = Filters(after=date(2025, 1, 1), sources=("The Harbour Gazette",), sections=("World",))
    understood = read("What did AnewZ report in November 2024?", filters=own)
    assert understood.filters == own
    assert understood.notes == ()
    only_source = Filters(sources=("The Harbour Gazette",))
    both = read("What did AnewZ report in November 2024?", filters=only_source)
    assert both.filters.sources == ("The Harbour Gazette",)
    assert both.filters.after == date(2024, 11, 1)


def test_a_question_can_be_taken_to_the_letter() -> None:
    understood = read("And what did AnewZ report in November 2024?", FLOOD, infer=False)
    assert understood.searched == understood.text == "And what did AnewZ report in November 2024?"
    assert understood.filters == Filters()
    assert understood.notes == ()


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x07", "\u202e\u2066", "\ufeff"])
def test_an_empty_question_asks_for_one(text: str) -> None:
    with pytest.raises(QuestionError, match="Type a question"):
        read(text)


def test_a_question_of_100_kilobytes_is_refused_with_its_length() -> None:
    with pytest.raises(QuestionError, match=r"102,400 characters long; ask it in at most 2,000"):
        read("a" * 102_400)
    assert read("a" * MAX_QUESTION).text == "a" * MAX_QUESTION


def test_control_characters_and_direction_overrides_are_taken_out() -> None:
    assert read("How\x00 many\x1b[31m\u202e mines\u200b\r\nwere found?").text == (
        "How many [31m mines were found?"
    )


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_question(text: str) -> None:
    try:
        understood = read(text, FLOOD)
    except QuestionError:
        return
    assert understood.text.isprintable()
    assert "\n" not in understood.searched


def test_a_range_is_said_as_a_newspaper_would() -> None:
    assert in_words(date(2024, 11, 1), date(2024, 11, 30)) == "1 to 30 November 2024"
    assert in_words(date(2024, 11, 5), date(2024, 11, 5)) == "5 November 2024"
    assert in_words(date(2024, 12, 31), date(2025, 1, 1)) == "31 December 2024 to 1 January 2025"
    assert in_words(date(2023, 5, 3), None) == "since 3 May 2023"
    assert in_words(None, date(2024, 6, 2)) == "until 2 June 2024"


def test_several_questions_without_a_conversation_are_searched_for_as_asked() -> None:
    asked = "When did it fail and how many died?"
    read = understand(
        asked,
        history=(),
        filters=Filters(),
        facets=Facets((), (), None, None),
        today=date(2025, 7, 31),
    )
    assert read.question.searched == asked
    assert len(read.question.parts) == 2
