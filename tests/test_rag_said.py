"""Questions about what someone said, and whose words answer them."""

from __future__ import annotations

import pytest

from index.passages import sentence_spans
from index.types import Article, Headline, Passage
from rag.remarks import Speech
from rag.said import AskedSpeech, asked, fits, sentences_of, words_of
from rag.select import Candidate
from rag.speech import speeches
from rag.types import Hit


@pytest.mark.parametrize(
    ("question", "speaker", "topic"),
    [
        ("What did Ida Moss say about the dam?", "Ida Moss", "the dam"),
        ("what did ida moss say about the dam", "ida moss", "the dam"),
        ("What has the mayor of Merrin said about trams?", "the mayor of Merrin", "trams"),
        ("What does Professor Oss think of the seagrass?", "Professor Oss", "the seagrass"),
        ("What was Ida Moss's reaction to the deal?", "Ida Moss", "the deal"),
        ("How did the bank’s governor respond to critics?", "the bank’s governor", "critics"),
        ("How did Ida Moss explain the delay?", "Ida Moss", "the delay"),
        ("What did the police say?", "the police", None),
        ("What did Lars Thorne tell analysts about loans?", "Lars Thorne", "analysts about loans"),
        ("Did the judge say that it was over?", "the judge", "it was over"),
        ("What was the reaction of the unions to the cuts?", "the unions", "the cuts"),
        ("Ayşe Demir'in köprü hakkında söyledikleri", "Ayşe Demir", "köprü"),
        ("Ayşe Demir ne dedi?", "Ayşe Demir", None),
        ("Что сказал Иван Петров о мосте?", "Иван Петров", "мосте"),
    ],
)  # fmt: skip
def test_a_question_asks_for_someones_words(question: str, speaker: str, topic: str | None) -> None:
    assert asked(question) == AskedSpeech(speaker, topic)


@pytest.mark.parametrize(
    "question",
    [
        "Who said that the dam was safe?",
        "When did Ida Moss leave the party?",
        "What did Ida Moss win?",
        "How old is Ida Moss?",
        "What does the final report say about the gates?",
        "What does the founding treaty say?",
        "What did they say?",
        "What does the ruling mean for farmers?",
        "What did the museum add to its collection?",
        "How many people said yes?",
        "Why did the ferry sink?",
        "",
    ],
)
def test_other_questions_do_not(question: str) -> None:
    assert asked(question) is None


@pytest.mark.timeout(60)  # seconds; a fifth of one would be too much for each question
@pytest.mark.parametrize(
    "hostile", ["what did " + "a say " * 300, "what did " * 200, "что сказал " + "о " * 900]
)
def test_hostile_questions_take_no_time(hostile: str) -> None:
    for _ in range(300):
        asked(hostile + "?x")


PLACE = Article(id="a", url=None, title="Levy", body="Mr Ellwood spoke in Port Merrin of the bank.")


@pytest.mark.parametrize(
    ("asked_for", "speech", "right"),
    [
        ("Conrad Ellwood", Speech("Conrad Ellwood", True, "mayor"), True),
        ("Ellwood", Speech("Conrad Ellwood", True, "mayor"), True),
        ("Mr Ellwood", Speech("Conrad Ellwood", True, "mayor"), True),
        ("mayor Ellwood", Speech("Conrad Ellwood", True, "mayor"), True),
        ("mayor Ellwood", Speech("Marta Ellwood", True, "prime minister"), False),
        ("Conrad Ellwood", Speech("Marta Ellwood", True, "prime minister"), False),
        ("the prime minister", Speech("Marta Ellwood", True, "prime minister"), True),
        ("the prime minister", Speech("the prime minister", True), True),
        ("the prime minister", Speech("Henrik Aldous", True, "finance minister"), False),
        ("the mayor of Port Merrin", Speech("Conrad Ellwood", True, "mayor"), True),
        ("the mayor of Lysgard", Speech("Conrad Ellwood", True, "mayor"), False),
        ("the bank's governor", Speech("Saskia Thorne", True, "governor"), True),
        ("the bank's governor", Speech("Karl Onn", True, "deputy governor"), False),
        ("police", Speech("the police", False), True),
        ("the water authority", Speech("Tamsel Water Authority", False), True),
        ("Tamsel", Speech("Ida Moss", False), False),
        ("Ida Moss", Speech("Tamsel Water Authority", False), False),
        ("Nether Brae", Speech("Upper Brae", False), False),
    ],
)
def test_a_speaker_is_known_by_name_surname_role_or_institution(
    asked_for: str, speech: Speech, right: bool
) -> None:
    assert bool(fits(asked_for, speech, PLACE)) is right


BODY = (
    "The levy starts in July. Conrad Ellwood, the mayor, said that the levy was a mistake. "
    "“Ships do not park themselves,” he said. The prime minister, Marta Ellwood, said that "
    "the levy would stay. “It pays for the dredging.”"
)
STORY = Article(id="s", url=None, title="Levy", body=BODY, language="en")


def candidates() -> list[Candidate]:
    head = Headline("s", None, "Levy", None, None, None, "en", None, None, 1)
    hit = Hit(Passage("s.v1.0", "s", 1, 0, 0, len(BODY), BODY), head, 1.0, 1)
    return [
        Candidate(hit, STORY, s, BODY[s.start : s.end], 0.5, 0.5, 0.5, 0.5, None, 1 - n / 10)
        for n, s in enumerate(sentence_spans(STORY))
    ]


def test_only_the_speakers_words_are_kept_direct_ones_first() -> None:
    kept = words_of("Conrad Ellwood", candidates(), speeches)
    assert [c.text for c, _ in kept] == [
        "“Ships do not park themselves,” he said.",
        "Conrad Ellwood, the mayor, said that the levy was a mistake.",
    ]
    assert {s.speaker for _, s in kept} == {"Conrad Ellwood"}


def test_a_role_picks_its_holder_and_a_surname_both() -> None:
    assert {s.speaker for _, s in words_of("the prime minister", candidates(), speeches)} == {
        "Marta Ellwood"
    }
    assert {s.speaker for _, s in words_of("Ellwood", candidates(), speeches)} == {
        "Marta Ellwood",
        "Conrad Ellwood",
    }
    assert words_of("Ida Moss", candidates(), speeches) == []


def test_a_speakers_sentences_are_found_in_an_article() -> None:
    found = sentences_of("Marta Ellwood", [STORY])
    assert [BODY[span.start : span.end] for _, span, _ in found] == [
        "The prime minister, Marta Ellwood, said that the levy would stay.",
        "“It pays for the dredging.”",
    ]
    assert [speech.direct for _, _, speech in found] == [False, True]
