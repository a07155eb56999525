"""Accounts that differ are told apart from figures of other things, and change from dispute."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from index.sentences import split
from index.types import Article, Headline, Passage
from rag.compatible import compatible
from rag.differ import Contrast, contrasts
from rag.figures import figures
from rag.remarks import DifferenceKind
from rag.select import Candidate
from rag.types import Hit

FLOOD = "Hollin Dam flood sweeps Tamsel Valley"
ASKED = "How many people died in the Hollin Dam flood?"


def told(
    name: str,
    day: str,
    text: str,
    *,
    source: str = "Gazette",
    title: str = FLOOD,
    original: str | None = None,
    covered: float = 0.8,
) -> list[Candidate]:
    """The sentences of a story as candidates, best first."""
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    article = Article(
        name, None, title, text, source, language="en", published=moment, original=original
    )
    head = Headline(name, None, title, source, None, None, "en", moment, None, 1, original)
    hit = Hit(Passage(f"{name}.v1.0", name, 1, 0, 0, len(text), text), head, 1.0, 1)
    return [
        Candidate(
            hit=hit,
            article=article,
            span=span,
            text=text[span.start : span.end],
            near=0.5,
            covered=covered,
            beyond=covered,
            around=covered,
            fits=True,
            score=0.8,
        )
        for span in split(text)
    ]


def differing(question: str, *stories: list[Candidate]) -> tuple[Contrast, ...]:
    scored = [c for story in stories for c in story]
    return contrasts(question, scored[:1], scored)


def values(found: tuple[Contrast, ...]) -> list[float]:
    (contrast,) = found
    return [figure.value for _, figure in contrast.accounts]


FIRST = told("a", "2024-10-11", "At least four people died in Nether Brae and 12 were injured.")
SECOND = told(
    "b", "2024-10-12", "Nine people are now known to have died and 17 are missing.", source="Wire"
)
THIRD = told("c", "2024-11-07", "The number of dead now stands at 16, the ministry said.")


def test_a_toll_that_rises_has_changed_and_its_newest_figure_leads() -> None:
    found = differing(ASKED, SECOND, FIRST, THIRD)
    assert found[0].kind is DifferenceKind.CHANGED
    assert values(found) == [4, 9, 16]
    newest = found[0].newest
    assert newest is not None
    assert newest.article.id == "c"
    assert "people" in found[0].about


def test_a_toll_that_falls_is_disputed() -> None:
    later = told("d", "2024-10-13", "Six people died, the Wire has learned.", source="Wire")
    earlier = told("e", "2024-10-12", "Nine people died in the flood in Tamsel Valley.")
    found = differing(ASKED, earlier, later)
    assert found[0].kind is DifferenceKind.DISAGREE
    assert found[0].newest is None


def test_the_injured_and_the_missing_are_not_the_dead() -> None:
    other = told("f", "2024-10-12", "In Nether Brae 31 people were injured and 17 are missing.")
    assert differing(ASKED, FIRST, other) == ()


def test_a_part_of_the_dead_is_not_all_of_them() -> None:
    part = told("g", "2024-10-12", "Three of the dead were found in Nether Brae, two of them late.")
    assert differing(ASKED, FIRST, part) == ()


def test_a_syndicated_copy_counts_once() -> None:
    copy = told("h", "2024-10-12", SECOND[0].article.body, source="Courier", original="b")
    assert values(differing(ASKED, SECOND, copy, FIRST)) == [4, 9]


def test_the_dead_of_another_flood_are_no_account() -> None:
    other = told(
        "i",
        "2024-10-12",
        "The Dremmer river burst and 30 people died in Ossel, Verrania said.",
        title="Dremmer flood in Verrania",
        source="Wire",
    )
    assert differing(ASKED, FIRST, other) == ()


def test_one_march_counted_by_two_outlets_and_the_police_is_disputed() -> None:
    asked = "How many people joined the march in Port Merrin?"
    title = "March in Port Merrin against the harbour levy"
    own = told(
        "j",
        "2024-05-18",
        "About 25,000 people marched in Port Merrin against Halvora. "
        "Police put the number at 22,000 and went home.",
        title=title,
    )
    other = told(
        "k",
        "2024-05-19",
        "As many as 40,000 people took part in the march in Port Merrin, Halvora said.",
        title=title,
        source="Courier",
    )
    found = differing(asked, own, other)
    assert found[0].kind is DifferenceKind.DISAGREE
    assert set(values(found)) == {25_000, 22_000, 40_000} or set(values(found)) == {25_000, 40_000}


def test_a_price_that_was_revised_has_changed_and_an_older_year_is_another_thing() -> None:
    asked = "How much will tram line 4 cost?"
    title = "Tram line 4 in Port Merrin"
    now = told(
        "l",
        "2025-07-24",
        "The cost of tram line 4 has risen to 231 million crowns, Mr Pohl of Port Merrin said.",
        title=title,
    )
    then = told(
        "m",
        "2024-06-05",
        "Tram line 4 will cost 205 million crowns, Mr Pohl of Port Merrin said.",
        title=title,
    )
    found = differing(asked, now, then)
    assert found[0].kind is DifferenceKind.CHANGED
    assert values(found) == [205_000_000, 231_000_000]
    old = told(
        "n", "2024-06-05", "Line 4 in Port Merrin cost 90 million crowns in 1998.", title=title
    )
    assert differing(asked, now, old) == ()


def test_an_outlet_does_not_disagree_with_itself_on_one_day() -> None:
    one = told("o", "2024-05-01", "The Plus costs 5,000 dollars, Acme said.", title="Acme Plus")
    two = told("p", "2024-05-01", "The Plus costs 3,000 dollars, Acme said.", title="Acme Plus")
    assert differing("How much does the Acme Plus cost?", one, two) == ()


def test_a_figure_that_was_corrected_is_no_account() -> None:
    title = "Lifeboat for Cold Ness"
    corrected = told(
        "q",
        "2025-02-18",
        "The Cold Ness lifeboat cost 3.8 million crowns.\n\nCorrection: an earlier version said "
        "that the boat cost 8.3 million crowns; it cost 3.8 million.",
        title=title,
    )
    copied = told(
        "r",
        "2025-02-19",
        "The Cold Ness lifeboat cost 8.3 million crowns.",
        title=title,
        source="Courier",
    )
    asked = "How much did the Cold Ness lifeboat cost?"
    assert differing(asked, corrected, copied) == ()
    uncorrected = told(
        "s", "2025-02-18", "The Cold Ness lifeboat cost 3.8 million crowns.", title=title
    )
    assert values(differing(asked, uncorrected, copied)) == [3_800_000, 8_300_000]


@pytest.mark.parametrize("question", ["Who leads the inquiry?", "What happened at Hollin?"])
def test_a_question_that_asks_for_no_quantity_has_no_contrast(question: str) -> None:
    assert differing(question, FIRST, SECOND) == ()


def test_nothing_chosen_is_contrasted_with_nothing() -> None:
    assert contrasts(ASKED, [], [*FIRST, *SECOND]) == ()


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("about 400 people", "406 people", True),
        ("at least nine people", "nine people", True),
        ("at least four people", "nine people", False),
        ("more than 6,000 people", "6,412 people", True),
        ("more than 6,000 people", "9,000 people", False),
        ("up to 400 people", "350 people", True),
        ("3.8 million crowns", "3,812,000 crowns", True),
        ("16 people", "17 people", False),
        ("20 people", "16 people", False),
        ("25,000 people", "40,000 people", False),
        ("about 31 people", "about 30 people", True),
    ],
)
def test_a_rounded_or_bounded_figure_agrees_with_what_it_allows(
    one: str, other: str, agree: bool
) -> None:
    (left,), (right,) = figures(one), figures(other)
    assert compatible(left, right) is agree
    assert compatible(right, left) is agree
