"""What a question asks for, and how much its words tell."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.answer_type import AnswerType, answer_type, holds
from rag.weights import coverage, terms


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many mines were found?", AnswerType.NUMBER),
        ("How old is she?", AnswerType.AGE),
        ("How much did the opera house cost?", AnswerType.MONEY),
        ("What did it cost to build the price index?", AnswerType.MONEY),
        ("When did the gate fail?", AnswerType.TIME),
        ("In what year was it founded?", AnswerType.TIME),
        ("Why was the siren late?", AnswerType.REASON),
        ("Where is the centre?", AnswerType.PLACE),
        ("Who resigned?", AnswerType.PERSON),
        ("Whose robot was it?", AnswerType.PERSON),
        ("Is there a shortage?", AnswerType.OTHER),
        ("Kaç mayın bulundu?", AnswerType.NUMBER),
        ("Кто ушёл в отставку?", AnswerType.PERSON),
        ("Когда это было?", AnswerType.TIME),
    ],
)
def test_the_question_word_says_what_is_asked_for(question: str, kind: AnswerType) -> None:
    assert answer_type(question) is kind


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many mines were found?", "In total, 406 mines were found.", True),
        ("How many mines were found?", "Dozens were found.", True),
        ("How many mines were found?", "Mines were found in the north.", False),
        ("How many of the 406 mines were live?", "There were 406 mines.", False),
        ("How old is she?", "Judge Corrow, 68, asked for time.", True),
        ("How old was he?", "A man of 71 died in hospital.", True),
        ("How old was he?", "The driver was found at about half past twelve.", False),
        ("How much did it cost?", "It cost 240 million crowns.", True),
        ("How much did it cost?", "It was dear.", False),
        ("When did the gate fail?", "The gate failed at 10.53pm on Thursday.", True),
        ("When did the gate fail?", "The gate was thin.", False),
        ("Who resigned?", "The minister, Rolf Castellan, resigned.", True),
        ("Who resigned?", "The whole board resigned.", False),
        ("Why was it late?", "It was late because the line was cut.", True),
        ("Why was it late?", "It was late.", False),
        ("Is there a shortage?", "There is no shortage.", None),
    ],
)
def test_a_sentence_without_the_kind_of_thing_asked_for_cannot_answer(
    question: str, sentence: str, fits: bool | None
) -> None:
    assert holds(answer_type(question), sentence, question) is fits


def test_rare_words_tell_more_than_common_ones_and_form_words_tell_nothing(
    assistant: Assistant,
) -> None:
    found = terms("How many people died at the Nether Brae Zanzibar?", assistant.archive)
    weights = {term.surface: term.weight for term in found}
    assert list(weights) == ["people", "died", "Nether", "Brae", "Zanzibar"]
    assert 0 < weights["people"] < weights["Nether"] < weights["Zanzibar"]
    known = {term.surface: term.known for term in found}
    assert known["Nether"]
    assert not known["Zanzibar"]


def test_winning_is_a_topic(assistant: Assistant) -> None:
    assert [term.surface for term in terms("Who won?", assistant.archive)] == ["won"]


def test_coverage_is_the_share_of_what_the_question_tells(assistant: Assistant) -> None:
    asked = terms("Castellan resigned Zanzibar", assistant.archive)
    rest = asked[0].weight + asked[1].weight
    text = "The minister Castellan resigns."  # another form of the word counts
    assert coverage(asked, text, "en") == pytest.approx(rest / (rest + asked[2].weight))
    assert coverage((), text, "en") == 0.0
