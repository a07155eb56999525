"""An answer cut into claims, and which of them claim anything."""

from __future__ import annotations

import pytest

from rag.claims import LONGEST, checkable, plain, split


def test_every_claim_is_found_at_its_offsets_without_its_marks() -> None:
    answer = (
        "# Floods\n\n"
        "- **Nine** people died [1]. The dam failed on Tuesday. [2] Repairs began.\n"
        "1. **Costs:** They rose to 3.8 million crowns [p3][p4].\n"
        "> Dr. A. B. Corrow left [1, 2].\n"
    )
    pieces = split(answer)
    assert all(answer[p.start : p.end] == p.text for p in pieces)
    assert [p.text for p in pieces if p.checkable] == [
        "Nine** people died [1].",
        "The dam failed on Tuesday.",
        "Repairs began.",
        "They rose to 3.8 million crowns [p3][p4].",
        "Dr. A. B. Corrow left [1, 2].",
    ]
    assert [p.text for p in pieces if not p.checkable] == ["Floods"]


def test_marks_inside_a_claim_are_blanked_out_and_no_offset_moves() -> None:
    text = "The **dam** failed [12] on 3 May."
    assert plain(text) == "The   dam   failed      on 3 May."
    assert plain("Source code costs 5 crowns.") == "Source code costs 5 crowns."


@pytest.mark.parametrize(
    "text",
    [
        "Who built the dam?",
        "Hello there!",
        "I don't know.",
        "I'm sorry, but I cannot find that in the passages.",
        "The passages do not say who built the dam.",
        "There is no information about the dam in the documents.",
        "The cost of the repairs is not mentioned in the article.",
        "Here are the main points:",
        "Let me know if you have other questions.",
        "Sure!",
        "Sure, I am happy to help!",
        "Of course! I'd be glad to help with that.",
        "“Where were you?”",
        "Did she say: “Where were you?”",
        "The mayor of Ossel resigned, didn't she?",
        "Yes.",
    ],
)
def test_what_claims_nothing_is_not_checkable(text: str) -> None:
    assert not checkable(text)


@pytest.mark.parametrize(
    "text",
    [
        "No child has died in the present outbreak.",
        "Yes, the dam failed on Tuesday.",
        "No, the dam held.",
        "The minister does not know who built it.",
        "It rose.",
        "No one has been charged.",
        "No tsunami warning was issued.",
        "The lawyer asked her: 'do you know him?'",
        "The officer asked the driver: “Where were you?”",
        'The officer asked the driver, "Where were you?"',
        "Yes, I am told that the dam failed.",
    ],
)
def test_what_claims_something_is_checkable(text: str) -> None:
    assert checkable(text)


def test_nothing_comes_of_nothing() -> None:
    assert split("") == ()
    assert split(" \n\n---\n```\n") == ()


@pytest.mark.parametrize(
    "unit", ["word ", "[1", "*", "a. ", "# ", "(", "No one. ", "_", '"', "(1. [2] "]
)
def test_a_page_of_one_mark_is_cut_whole(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    assert all(text[p.start : p.end] == p.text for p in split(text)[:5])


def test_only_the_documented_length_of_an_answer_is_cut() -> None:
    sentence = "The dam of Ossel failed. "
    pieces = split(sentence * (3 * LONGEST // len(sentence)))
    assert pieces[-1].end <= LONGEST < pieces[-1].end + 2 * len(sentence)
