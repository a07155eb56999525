"""Raw scraped text: the story is told from what was scraped along with it."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime

import numpy as np
import pytest

from index.errors import NoStory
from index.extract import body_of, extract
from index.extract.lines import paragraphs
from index.extract.raw import raw_blocks, raw_title
from index.extract.segment import best_span
from index.types import Block, Label, Metadata, Page

TITLE = "Bakers of Lindau win back their night shift"
STORY = """
The bakers of Lindau may work at night again from May, after the town council voted on Tuesday to lift a ban on ovens before five in the morning.
The ban was introduced in 2019, when neighbours of three bakeries in the old town had complained about the noise of delivery vans.
“Bread that is baked at six is sold at nine, and by then everybody has bought a croissant at the station,” said Marta Vogel, who speaks for the bakers' guild.
Since the ban came into force, four of the eleven bakeries in the old town have closed, according to the guild.
Quieter vans
Under the new rules, bakeries will have to use electric vans between ten in the evening and six in the morning.
The council will pay for a third of the price of each van, up to 9,000 euros, and expects to spend 60,000 euros on the scheme.
Vogel said that most bakers would accept the condition. “We were never in love with our old vans,” she said.
Jonas Reiter, a member of the council who voted against the plan, said that the noise came from people, not from engines.
“A baker who drops a tray at three in the morning wakes up half of the street, whatever he drives,” he said.
The rules will be reviewed after a year. Until then, neighbours can report noise by telephone to an office that the council will staff at night.
The oldest bakery in Lindau, which was founded in 1742, said it would light its oven at two in the morning on 1 May, and give away the first hundred loaves.
""".strip().splitlines()  # noqa: E501
TEASERS = """
A court in Graz has sentenced the former head of the Alpine Savings Bank, Ernst Holl, to four years in prison for forging the bank's accounts.
Scientists from the University of Tromsø have filmed a Greenland shark giving birth for the first time, the journal Polar Biology reported on Thursday.
Tennis player Elena Kostova has withdrawn from the Open in Madrid with an injured wrist, her trainer told reporters in Sofia.
The airline Norvia will resume flights between Oslo and Nairobi in September, six years after it gave them up during a dispute with Kenya's government.
Fishermen in Galicia have found a Roman anchor of nearly two tonnes off Cape Finisterre, and the museum in Vigo wants to exhibit it next year.
""".strip().splitlines()  # noqa: E501
OWN_TOPIC = "Bakers in neighbouring Bregenz have asked their mayor, Ruth Amann, for leave to work at night, and Dornbirn may follow, the newspaper Vorarlberg Heute reported."  # noqa: E501
PROMOTION = [
    "Download our application from the App Store and Google Play.",
    "Sign up for the evening newsletter",
    "What do you think about this?",
    "Be the first to comment",
]


def labels(lines: list[str], **more: frozenset[str]) -> list[tuple[str, Label]]:
    return [(block.text, block.label) for block in raw_blocks("\n".join(lines), **more)]


def story(lines: list[str]) -> list[str]:
    return [text for text, label in labels(lines) if label is Label.STORY]


def test_a_clean_article_comes_out_whole() -> None:
    assert story(STORY) == STORY
    assert story([TITLE, *STORY]) == [TITLE, *STORY]


def test_a_clean_article_with_blank_lines_comes_out_whole() -> None:
    blocks = raw_blocks("\n\n".join(STORY))
    assert [b.text for b in blocks if b.label is Label.STORY] == STORY
    assert [b.text for b in blocks if b.heading] == ["Quieter vans"]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_short_article_comes_out_whole(count: int) -> None:
    prose = [line for line in STORY if line != "Quieter vans"]
    assert story(prose[:count]) == prose[:count]


def test_teasers_and_promotion_after_a_story_are_not_of_it() -> None:
    found = labels([*STORY, *TEASERS, *PROMOTION])
    assert [label for _, label in found] == (
        [Label.STORY] * len(STORY) + [Label.TEASER] * len(TEASERS) + [Label.PROMOTION] * 4
    )


def test_teasers_before_a_story_are_not_of_it() -> None:
    cut = TEASERS[0][:90].rstrip() + "..."
    assert story(["Opinion: Who needs a bank", cut, *STORY]) == STORY
    assert story([*TEASERS[:3], *STORY]) == STORY


def test_a_teaser_on_the_topic_of_the_story_goes_with_its_row() -> None:
    rows = [*STORY, *TEASERS[:2], OWN_TOPIC, *TEASERS[2:], *PROMOTION]
    assert story(rows) == STORY


def test_promotion_inside_a_story_is_cut_out_of_it() -> None:
    found = labels(
        [*STORY[:3], PROMOTION[1], *STORY[3:6], "Read more: A van for bakers", *STORY[6:]]
    )
    assert [text for text, label in found if label is Label.STORY] == STORY
    assert found[3][1] is Label.PROMOTION
    assert found[7][1] is Label.TEASER


def test_lines_that_other_pages_print_too_are_no_story() -> None:
    slogan = "The Lindau Courier has reported on the town, its bakers and its council since 1881."
    lines = [*STORY[:4], slogan, *STORY[4:]]
    assert slogan in story(lines)
    found = dict(labels(lines, repeated=frozenset({slogan})))
    assert found[slogan] is not Label.STORY
    assert all(found[line] is Label.STORY for line in STORY)


def test_an_article_full_of_quotes_comes_out_whole() -> None:
    lines = [
        "The conductor Ilse Brandt leaves the Radio Orchestra of Brno after thirty years in June.",
        "“I have heard enough applause,” she said in an interview with this newspaper on Sunday.",
        "Asked what she would miss, Brandt did not hesitate.",
        "“The second oboe,” she said. “He is always late, and he is always right.”",
        "“I will not miss the hotels,” she added.",
        "Her successor has not been named. The orchestra said that it had time.",
        "“We are not looking for another Brandt,” said its director, Pavel Novotny.",
        "“There is none.”",
    ]
    assert story(lines) == lines


def test_wire_copy_wrapped_at_seventy_columns_is_joined() -> None:
    prose = [line for line in STORY if line != "Quieter vans"]
    wrapped = "\n".join(textwrap.fill(line, 70, initial_indent="    ") for line in prose)
    assert [block.text for block in raw_blocks(wrapped)] == prose
    spaced = "\n\n".join(textwrap.fill(line, 66) for line in prose)
    assert [block.text for block in raw_blocks(spaced)] == prose


def test_lines_that_are_whole_paragraphs_are_not_joined() -> None:
    lines = ["The vote is today.", "Nobody knows how it will end.", "The hall is full already."] * 2
    assert paragraphs("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "lines",
    [
        PROMOTION,
        [*TEASERS, *PROMOTION],
        ["Home", "World", "Sport", "Sign in", "Most read", "Weather"],
        ["Whale seen off Vigo", "Kostova out of Madrid", "Read more: Bank on trial"],
        [" ", "\t", ""],
    ],
)
def test_a_page_of_nothing_but_clutter_holds_no_story(lines: list[str]) -> None:
    with pytest.raises(NoStory, match=r"no story|empty"):
        raw_blocks("\n".join(lines))


def test_a_title_byline_and_date_are_read_off_the_page() -> None:
    lines = ["Opinion: Who needs a bank", TITLE, "By Klara Munz", "4 March 2024, 18:05", *STORY]
    found = extract(Page("t", "text", "\n".join([*lines, *TEASERS]).encode("utf-16")))
    assert found.metadata.title == TITLE
    assert found.metadata.author == "Klara Munz"
    assert found.metadata.published == datetime(2024, 3, 4, tzinfo=UTC)
    assert found.metadata.language == "en"
    body, headings = body_of(found.story)
    assert body.endswith(STORY[-1])
    assert [body[span.start : span.end] for span in headings] == [TITLE, "Quieter vans"]
    assert not any("Munz" in block.text for block in found.story)


def test_without_a_headline_the_first_sentence_is_the_title() -> None:
    assert raw_title([Block("One sentence. " + "And more. " * 30, Label.STORY)]) == "One sentence"
    long = raw_title([Block("word " * 100, Label.STORY)])
    assert len(long) <= 121
    assert long.endswith("…")


def test_the_source_knows_the_title_better() -> None:
    known = Metadata(title="Given", url="https://a.example/x?utm_source=y", language="EN-us")
    found = extract(Page("t", "text", "\n".join(STORY), known=known)).metadata
    assert (found.title, found.url, found.language) == ("Given", "https://a.example/x", "en")
    assert found.source == "a.example"


def test_the_best_span_is_the_one_of_largest_sum() -> None:
    scores = np.random.default_rng(7).normal(size=(50, 12)).round(2)
    for row in scores:
        spans = [(i, j) for i in range(12) for j in range(i + 1, 13)]
        # no edges within reach: plain maximum-sum
        found = best_span(row, -1, 12)
        best = max(row[i:j].sum() for i, j in spans)
        assert row[found.start : found.stop].sum() == pytest.approx(max(best, 0.0))


@pytest.mark.timeout(20)
def test_a_text_of_many_lines_takes_bounded_time() -> None:
    lines = [f"{line[:-1]} for the {n}th time." for n in range(3000) for line in STORY[:2]]
    raw_blocks("\n".join(lines))
