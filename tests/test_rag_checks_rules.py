"""Each check finds the words that fail it, and what the evidence has in their place."""

from __future__ import annotations

from datetime import date

import pytest

from rag.verdict import Check, Claim, Context, State
from rag.verify import verifier_for

ARTICLE = (
    "Prime Minister Ilse Marrant said on Tuesday that nine people were killed and 20 injured when "
    "the Hollin Dam failed. The spillway gave way at night. Profits of the Bank of Halvora fell to "
    "3.8 million crowns in 2023. In total, 406 anti-personnel mines were found near Ossel. "
    "“We did everything we could to warn them,” said Henrik Aldous, the finance minister. "
    "“Nobody was told in time,” said Agnes Corrow, the mayor of Tamselford. "
    "Ms Marrant’s party rejected the offer in March. The levy will not be raised this year. "
    "The World Trade Forum met in Adlerby on 3 May 2024."
)
CONTEXT = Context(ARTICLE, published=date(2024, 10, 12))


def failed(text: str) -> list[tuple[Check, str, str, bool]]:
    (verdict,) = verifier_for("rules").verify([Claim(text, (CONTEXT,))])
    for failure in verdict.failures:
        assert text[failure.start : failure.end] == failure.words
    return [(f.check, f.words, f.found, f.opposed) for f in verdict.failures]


@pytest.mark.parametrize(
    ("text", "check", "words", "found"),
    [
        ("Ilse Marrant said 20 people were killed when the Hollin Dam failed.",
         Check.NUMBER, "20", "nine"),
        ("Profits of the Bank of Halvora fell to 4.2 million crowns in 2023.",
         Check.NUMBER, "4.2 million", "3.8 million"),
        ("In total, 604 anti-personnel mines were found near Ossel.", Check.NUMBER, "604", "406"),
        ("Ms Marrant said on Friday that nine people were killed.",
         Check.DATE, "Friday", "Tuesday"),
        ("Profits of the Bank of Halvora fell to 3.8 million crowns in 2021.",
         Check.DATE, "2021", "2023"),
        ("The World Trade Forum met in Adlerby on 8 May 2024.",
         Check.DATE, "8 May 2024", "3 May 2024"),
        ("Henrik Aldous said on Tuesday that nine people were killed and 20 injured.",
         Check.NAME, "Henrik Aldous", "Ilse Marrant"),
        ("In total, 406 anti-personnel mines were found near Tamselford.",
         Check.NAME, "Tamselford", "Ossel"),
        ("Profits of the Bank of Halvora rose to 3.8 million crowns.",
         Check.DIRECTION, "rose", "fell"),
        ("Ms Marrant’s party accepted the offer in March.",
         Check.DIRECTION, "accepted", "rejected"),
    ],
)  # fmt: skip
def test_one_thing_exchanged_is_found_with_what_stands_in_its_place(
    text: str, check: Check, words: str, found: str
) -> None:
    (failure,) = failed(text)
    assert failure[:2] == (check, words)
    assert failure[3]
    assert found in failure[2]


@pytest.mark.parametrize(
    "text",
    [
        "Marrant said that nine people were killed when the Hollin Dam failed.",
        "I. Marrant said that 9 people were killed when the Hollin Dam failed.",
        "About 400 anti-personnel mines were found near Ossel.",
        "More than 400 anti-personnel mines were found near Ossel.",
        "Profits of the Bank of Halvora fell to 3,800,000 crowns in 2023.",
        "Nine people were killed on 8 October when the Hollin Dam failed.",
        "The WTF met in Adlerby on May 3, 2024.",
        "The levy will not be raised this year.",
        "No levy will be raised this year.",
        "Henrik Aldous, the finance minister, said “We did everything we could to warn them”.",
    ],
)
def test_another_way_to_write_the_same_fails_nothing(text: str) -> None:
    assert not [f for f in failed(text) if f[0] is not Check.WORDS]


def test_a_negation_that_only_one_side_has_is_found() -> None:
    assert failed("The levy will be raised this year.")[0][0] is Check.NEGATION
    assert failed("The party did not reject the offer in March.")[0][0] is Check.NEGATION


def test_a_quotation_is_compared_word_for_word() -> None:
    changed = failed("“We did everything we could to help them,” said Henrik Aldous.")
    assert [f[0] for f in changed] == [Check.QUOTATION]
    assert "warn them" in changed[0][2]
    stitched = failed("“We did everything we could, nobody was told in time,” said Henrik Aldous.")
    assert stitched[0][0] is Check.QUOTATION
    left_out = failed("“We did everything ... to warn them,” said Henrik Aldous.")
    assert not left_out


def test_a_quotation_of_someone_else_is_found() -> None:
    (failure,) = failed("“We did everything we could to warn them,” said Agnes Corrow.")
    assert failure[1] == "Agnes Corrow"
    assert "Aldous" in failure[2]
    assert failure[3]


def test_names_are_known_in_text_without_capitals() -> None:
    context = Context(ARTICLE.lower())
    told, swapped = verifier_for("rules").verify(
        [
            Claim("Marrant’s party rejected the offer in March.", (context,)),
            Claim("Kestrel’s party rejected the offer in March.", (context,)),
        ]
    )
    assert told.state is State.SUPPORTED
    assert swapped.state is not State.SUPPORTED
    assert [f.words for f in swapped.failures] == ["Kestrel"]


def test_numbers_that_a_tokenizer_cut_are_whole() -> None:
    text = "The fund paid out 12, 500 crowns - half to one town . It had 98. 7 per cent left ."
    (verdict,) = verifier_for("rules").verify(
        [Claim("The fund paid out 12,500 crowns, and had 98.7 per cent left.", (Context(text),))]
    )
    assert not [f for f in verdict.failures if f.check is Check.NUMBER]
