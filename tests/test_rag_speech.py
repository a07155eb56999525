"""Whose words a sentence carries, as its article says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import sentence_spans
from index.types import Article
from rag.remarks import Speech
from rag.speech import claimed, speeches


def article(body: str, title: str = "A story", language: str | None = "en") -> Article:
    return Article(id="a", url=None, title=title, body=body, language=language)


def said(
    body: str, title: str = "A story", language: str | None = "en"
) -> list[tuple[str, Speech]]:
    """Each sentence that has a speaker, with it."""
    made = article(body, title, language)
    found = speeches(made)
    assert set(found) <= set(sentence_spans(made))
    return [(body[s.start : s.end], found[s]) for s in sorted(found, key=lambda s: s.start)]


def speakers(body: str, title: str = "A story", language: str | None = "en") -> list[str]:
    return [speech.speaker for _, speech in said(body, title, language)]


@pytest.mark.parametrize(
    ("sentence", "speaker", "role", "direct"),
    [
        ("“It is over,” said Ida Moss.", "Ida Moss", None, True),
        ('"It is over," said Ida Moss, the mayor.', "Ida Moss", "mayor", True),
        ("“It is over,” Mayor Ida Moss told reporters.", "Ida Moss", "Mayor", True),
        ("‘It is quite over,’ said Ida Moss.", "Ida Moss", None, True),
        ("«It is over», said Ida Moss.", "Ida Moss", None, True),
        ("„It is over“, said Ida Moss.", "Ida Moss", None, True),
        ("Ida Moss said: “It is over for all of us.”", "Ida Moss", None, True),
        ("Ida Moss said that it was over.", "Ida Moss", None, False),
        ("Ida Moss, the minister of trade, said so.", "Ida Moss", "minister of trade", False),
        ("The interior minister, Ida Moss, denied it.", "Ida Moss", "interior minister", False),
        ("“Enough is enough,” said Jonas Kray, the interior minister.", "Jonas Kray",
         "interior minister", True),
        ("According to Ida Moss, the road is closed.", "Ida Moss", None, False),
        ("The road is closed, according to police.", "police", None, False),
        ("The road is closed, police said on Monday.", "police", None, False),
        ("The defence ministry said in a statement that it was over.", "the defence ministry",
         None, False),
        ("A spokesman for Kestrel Foods said it was over.", "Kestrel Foods", "spokesman", False),
        ("On Tuesday Ida Moss warned that it was not over.", "Ida Moss", None, False),
        ("Ida Moss, who chairs the board, claimed that it was over.", "Ida Moss", None, False),
        ("Ida Moss took off her hat and said that it was over.", "Ida Moss", None, False),
        ("Ida Moss called the deal timid.", "Ida Moss", None, False),
        ("Farmers on the isles say that eagles took it.", "farmers on the isles", None, False),
    ],
)  # fmt: skip
def test_a_sentence_names_its_speaker(
    sentence: str, speaker: str, role: str | None, direct: bool
) -> None:
    assert said(sentence) == [(sentence, Speech(speaker, direct, role))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ida Moss won the race on Sunday.",
        "Ida Moss would not say when it would end.",
        "Ida Moss was told that it was over.",
        "The company is said to be close to a sale.",
        "Krell called the election in November.",
        "The levy that they say will drive ships away takes effect in July.",
        "Nobody said that it was over.",
        "The report said that it was over.",
        "The film is called “The Salt Road” and lasts two hours.",
        "Ida Moss added 300 jobs last year.",
        "Kestrel Foods declared a dividend.",
        "Ida Moss and Jonas Kray said that it was over.",
        "“It is over,” one said.",
    ],
)
def test_what_nobody_said_has_no_speaker(sentence: str) -> None:
    assert said(sentence) == []


def test_the_fullest_name_is_given_for_a_surname_a_title_and_a_pronoun() -> None:
    body = (
        "The governor, Saskia Thorne, opened the bank on Monday.\n\n"
        "“Patience is dull,” Thorne said.\n\nMs Thorne denied that rates would rise. "
        "She said that rents were too high."
    )
    assert said(body)[0][1] == Speech("Saskia Thorne", True, "governor")
    assert speakers(body) == ["Saskia Thorne"] * 3


def test_a_quotation_that_goes_on_keeps_its_speaker() -> None:
    body = "“It happened,” said Ida Moss. “It will not happen again.” The bridge is closed."
    assert [(t, s.speaker, s.direct) for t, s in said(body)] == [
        ("“It happened,” said Ida Moss.", "Ida Moss", True),
        ("“It will not happen again.”", "Ida Moss", True),
    ]


def test_a_quotation_of_several_paragraphs_has_one_speaker() -> None:
    body = (
        "“It happened at night,” said Ida Moss. “We ran.\n\n“Then the bridge fell. "
        "Nobody spoke.\n\n“We went home.”\n\nThe bridge is closed."
    )
    spoken = said(body)
    assert {s.speaker for _, s in spoken} == {"Ida Moss"}
    assert [t for t, _ in spoken][-2:] == ["Nobody spoke.", "“We went home.”"]


def test_a_quotation_after_a_colon_in_the_next_paragraph() -> None:
    body = "Ida Moss said on Friday:\n\n“It will not happen again.”\n\n“Beware of the dog.”"
    assert [t for t, _ in said(body)] == ["Ida Moss said on Friday:", "“It will not happen again.”"]


def test_a_question_and_who_asked_it() -> None:
    body = "“Who knew about it?” Ida Moss asked. The hall was silent."
    assert speakers(body) == ["Ida Moss"] * 2


def test_pronouns_go_to_the_speaker_of_their_gender() -> None:
    body = (
        "Mr Karl Aldous, the minister, met Ms Ida Moss, the mayor, on Friday. "
        "He said that the talks were good. She said that they were short."
    )
    assert speakers(body) == ["Karl Aldous", "Ida Moss"]


def test_a_pronoun_after_someone_unnamed_is_nobody_named_before() -> None:
    body = "“We wait,” said Ida Moss. A trader at a bank shared her doubts. She said it was over."
    assert speakers(body) == ["Ida Moss"]
    body = body.replace("A trader at a bank shared", "A trader at a bank, Ms Eva Lund, shared")
    assert speakers(body) == ["Ida Moss", "Eva Lund"]


def test_two_people_of_one_surname_are_told_apart_or_not_named() -> None:
    body = (
        "Ms Saskia Thorne, the governor, met Mr Lars Thorne, the banker. "
        "Ms Thorne said that rates would fall. Mr Thorne said that they would not. "
        "Thorne said that it was late."
    )
    assert speakers(body) == ["Saskia Thorne", "Lars Thorne"]


def test_a_role_alone_is_the_person_whom_the_article_gives_it() -> None:
    body = "The mayor, Ida Moss, came late. The mayor said that the trams had stopped."
    assert speakers(body) == ["Ida Moss"]
    assert speakers("The mayor said that the trams had stopped.") == ["the mayor"]


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("Ida Moss told reporters in Brussels that it was over.", "Brussels"),
        ("Ida Moss, speaking in Port Merrin, said that it was over.", "Port Merrin"),
        ("“It is over,” Ida Moss told supporters in Ossel on Monday.", "Ossel"),
        ("Ida Moss said at a news conference in Lysgard that it was over.", "Lysgard"),
        ("Ida Moss said in Ossel that it was over in Lysgard.", "Ossel"),
        ("Ida Moss said that the fire in Lysgard was out.", None),
        ("Ida Moss said the fire in Lysgard was out.", None),
        ("Ida Moss told the crowd on Friday that Lysgard was safe.", None),
    ],
)
def test_the_place_is_where_it_was_said(sentence: str, place: str | None) -> None:
    assert [speech.place for _, speech in said(sentence)] == [place]


INTERVIEW = (
    "Noor Vesely arrives by tram.\n\nHow did you find him?\n\nHe found us. I was surprised.\n\n"
    "Was he nervous?\n\nNever. He forgot me too.\n\nWhat comes next?\n\nI am going home.\n\n"
    "The film opens on Friday."
)


def test_an_interviews_answers_are_the_interviewees() -> None:
    spoken = said(INTERVIEW, "Noor Vesely: “He forgot me”")
    assert {s.speaker for _, s in spoken} == {"Noor Vesely"}
    assert [t for t, _ in spoken] == [
        "He found us.", "I was surprised.", "Never.", "He forgot me too.", "I am going home.",
    ]  # fmt: skip


def test_an_explainers_answers_are_the_papers_own() -> None:
    body = INTERVIEW.replace("I was", "It was").replace("me too", "it").replace("I am", "It is")
    assert said(body, "Noor Vesely: what is she?") == []


@pytest.mark.parametrize(
    ("sentence", "language", "speaker"),
    [
        ("“Bitti artık,” dedi Ayşe Demir.", "tr", "Ayşe Demir"),
        ("Ayşe Demir, köprünün kapalı olduğunu söyledi.", "tr", "Ayşe Demir"),
        ("«Всё кончено», — сказал Иван Петров.", "ru", "Иван Петров"),
        ("Иван Петров заявил, что всё кончено.", "ru", "Иван Петров"),
        ("По словам Ивана Петрова, мост закрыт.", "ru", "Ивана Петрова"),
        ("Иван Петров: «Всё кончено».", "ru", "Иван Петров"),
    ],
)
def test_turkish_and_russian(sentence: str, language: str, speaker: str) -> None:
    assert speakers(sentence, language=language) == [speaker]


@pytest.mark.parametrize(
    ("sentence", "language"),
    [("Köprü dün kapandı.", "tr"), ("Мост закрыли вчера.", "ru"), ("Он сказал, что да.", "ru")],
)
def test_turkish_and_russian_without_a_speaker(sentence: str, language: str) -> None:
    assert speakers(sentence, language=language) == []


def test_a_claim_that_does_not_say_whose_it_is_needs_the_name_beside_it() -> None:
    speech = Speech("Ida Moss", True)
    assert claimed(speech, "“It will not happen again.”")
    assert claimed(speech, "She said that it was over.")
    assert claimed(speech, "“Moss is a fool,” he said.")
    assert not claimed(speech, "“It is over,” said Ms Moss.")
    assert not claimed(None, "“It is over.”")


HOSTILE = {
    "open quotes": "“" * 40_000,
    "straight quotes": '"' * 40_001,
    "single quotes": "‘a " * 20_000,
    "said": "X said " * 10_000,
    "names": "Ida Moss and " * 6_000,
    "commas": "Ida Moss, " * 8_000 + "said.",
    "capitals": "Aa’" * 30_000,
    "many people": "\n\n".join(f"Ida M{n}oss said that it was over." for n in range(2_000)),
    "many firms": "\n\n".join(f"Ida {n}x Corp said the firm was sold." for n in range(2_000)),
    "questions": "Why?\n\nI know.\n\n" * 4_000,
    "paragraphs": "“Go on.\n\n" * 6_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", ["en", "tr", "ru"])
def test_hostile_text_is_read_to_its_end(name: str, language: str) -> None:
    """In time that grows with its length: what is quadratic runs into the limit of a test."""
    made = article(HOSTILE[name] * 4, language=language)
    assert set(speeches(made)) <= set(sentence_spans(made))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='Ida Mos said,.“”"‘’\n:—that he told X', max_size=300))
def test_any_text_is_read_without_an_error(body: str) -> None:
    made = article(body)
    assert set(speeches(made)) <= set(sentence_spans(made))
