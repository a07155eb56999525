"""A correction note is found word for word, and what it refutes is not said again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from index.types import Article, Span
from rag.corrections import asked, correction, is_note
from rag.refuted import refuted, wrong
from rag.remarks import Correction

BOAT = (
    "This article was amended on 20 February 2025. An earlier version said that the boat had cost "
    "8.3 million crowns; it cost 3.8 million. It also misspelt the name of the coxswain, Jessamy "
    "Orrin, as Orton."
)
DAM = (
    "Correction, 12 March 2025: an earlier version of this article said that the spillway had last "
    "been inspected in full in 2021. It was 2019."
)
APPLES = "(Corrects harvest in second paragraph to 61,000 tonnes, not 16,000)"
SAID = (
    "Clarification, 10 January 2025: An earlier version of this article attributed the remark "
    "about a warehouse to Fenna Rusk of the librarians’ union. It was made by Otto Lindqvist. "
    "Sunday opening begins on 2 February and not, as we wrote, on 12 January."
)


def article(body: str) -> Article:
    published = datetime(2025, 3, 11, tzinfo=UTC)
    return Article("a", None, "A story", body, published=published, modified=published)


def note_of(text: str) -> Correction:
    found = correction(article(f"A story.\n\n{text}"))
    assert found is not None
    return found


@pytest.mark.parametrize("text", [BOAT, DAM, APPLES, SAID])
@pytest.mark.parametrize("head", [True, False])
def test_a_note_is_found_verbatim_at_the_head_and_at_the_foot(text: str, head: bool) -> None:
    body = f"{text}\n\nThe story." if head else f"The story.\n\n{text}"
    found = correction(article(body))
    assert found is not None
    assert found.text == text == body[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "CORRECTION: The siren was 14 minutes late.",
        "Editor's note: An earlier version of this story misstated the toll.",
        "This story has been corrected to show that he won.",
        "(Refiles to fix typo in headline)",
        "(Corrects figure in paragraph 3)",
        "Because of an editing error, an article on Tuesday misstated the cost.",
        "Düzeltme: Haberde 12 kişi yazılmıştı, doğrusu 21.",
        "Исправление: погибли 12 человек, а не 21.",
        "В более ранней версии статьи говорилось о 12 погибших.",
    ],
)
def test_every_usual_form_is_a_note(text: str) -> None:
    assert note_of(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Traders described a dip of 2 crowns since then as a correction.",
        "An earlier version of the plan had foreseen a grant from the ministry.",
        "Correction is what the market needs, said Smith.",
        "Corrections officers were injured: two of them badly.",
        "This article was updated on 3 May with a statement from the company.",
        "The earlier version of the report said that the dam was safe.",
    ],
)
def test_the_words_in_a_story_are_no_note(text: str) -> None:
    assert correction(article(f"A story.\n\n{text}")) is None


def test_a_label_alone_takes_the_next_paragraph_along() -> None:
    found = correction(article("Story.\n\nCorrection\n\nThe boat is red, not blue."))
    assert found is not None
    assert found.text == "Correction\n\nThe boat is red, not blue."


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (BOAT, date(2025, 2, 20)),
        (DAM, date(2025, 3, 12)),
        ("Correction (March 9, 2025): it was blue.", date(2025, 3, 9)),
        ("Corrected on Monday: it was blue.", date(2025, 3, 10)),
        ("Correction: the match is on 3 May 2025, not on 4 May.", None),
    ],
)
def test_the_day_is_that_of_the_correction_and_not_one_it_is_about(
    text: str, day: date | None
) -> None:
    assert note_of(text).on == day


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOAT, ("8.3 million crowns", "Orton")),
        (DAM, ("2021",)),
        (APPLES, ("16,000",)),
        (SAID, ("Fenna Rusk", "Rusk", "12 January")),
        ("CORRECTION: The earlier version said 40 minutes; it was 14.", ("40 minutes",)),
        ("(Corrects figure in paragraph 3)", ()),
    ],
)
def test_what_was_wrong_is_told_from_what_is_right(text: str, told: tuple[str, ...]) -> None:
    assert tuple(item.words for item in wrong(note_of(text))) == told


@pytest.mark.parametrize(
    "sentence",
    [
        "The lifeboat, which cost 8.3 million crowns, is the first since 1989.",
        "The spillway had been inspected in full in 2021.",
        "The harvest came to 16,000 tonnes.",
        "“It is a warehouse,” said Fenna Rusk.",
        "The crew is led by Jessamy Orton.",
    ],
)
def test_a_sentence_that_repeats_the_mistake_is_refuted(sentence: str) -> None:
    assert refuted(sentence, [note_of(t) for t in (BOAT, DAM, APPLES, SAID)]) is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "The lifeboat cost 3.8 million crowns.",
        "In 2021 he left the company.",
        "Growers lit 16,000 candles.",
        "Fenna Rusk, who speaks for the librarians’ union, said that many were willing.",
        "It was 2019.",
        "An earlier version said that the boat had cost 8.3 million crowns; it cost 3.8 million.",
    ],
)
def test_a_sentence_that_only_shares_its_words_is_not(sentence: str) -> None:
    assert refuted(sentence, [note_of(t) for t in (BOAT, DAM, APPLES, SAID)]) is None


def test_a_sentence_of_the_note_is_told_from_the_story() -> None:
    body = f"The story.\n\n{DAM}"
    corrected = article(body)
    assert is_note(corrected, Span(body.index("It was 2019"), len(body)))
    assert not is_note(corrected, Span(0, 10))


def test_a_question_about_the_correction_is_recognised() -> None:
    assert asked("What did the Courier get wrong in its story on the dam?")
    assert asked("Which figure was corrected?")
    assert not asked("How much did the lifeboat cost?")


@pytest.mark.timeout(20)
def test_long_hostile_text_is_searched_in_linear_time() -> None:
    for piece in ("Correction ", "corrects a ", "this article ", "(Corrects ", "a ", "amended on "):
        correction(article(piece * 5_000))
        correction(article((piece * 20 + "\n") * 500))
