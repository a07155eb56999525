"""An answer laid out on the page: timelines, quotations, parts, differences."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from rag.remarks import Difference, DifferenceKind
from rag.types import Asks, Sentence
from tests.fake_remarks import (
    BLAME,
    BRANDT,
    CITATIONS,
    CLAIM,
    NOTE,
    QUOTES,
    READINGS,
    SENTENCES,
    SPOKEN,
    TOLL,
    RemarkingDesk,
    remarked,
)
from ui.chat import layout, render, source_panel
from ui.chat.differences import differences
from ui.chat.words import escape


def text(html: str) -> str:
    """What a reader sees of some HTML, chips and all."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


def seen(html: str) -> str:
    """The same without what only a screen reader says."""
    return text(re.sub(r'<span class="(?:when )?sr-only">.*?</span>', "", html))


def test_a_claim_stands_with_who_made_it() -> None:
    laid = layout.whole(remarked("What is the latest toll?"))
    assert laid.name == "running"
    assert text(laid.blocks[-1]) == (
        f"{CLAIM} —&nbsp;said by Jonas Castellan, interior minister, in Merrin1"
    )
    assert "Castellan" not in "".join(laid.blocks[:-1])


def test_a_weekday_in_an_answer_is_told_as_the_day_it_was() -> None:
    laid = layout.whole(remarked("What is the latest toll?"))
    assert "failed on Thursday (10 October 2024) night.2corrected" in text(laid.blocks[1])


def test_a_timeline_has_a_line_for_each_sentence_with_its_day_and_number() -> None:
    laid = layout.whole(remarked("Give me a timeline."))
    assert laid.name == "timeline"
    assert [seen(block)[:21] for block in laid.blocks] == [
        "10 Oct 2024 Four peop",
        "The gates were opened",  # on the same day
        "published 12 Oct 2024",
        "published 13 Oct 2024",
    ]
    assert text(laid.blocks[1]).startswith("10 Oct 2024 The gates")
    assert all(block.count("data-cite=") == 1 for block in laid.blocks)
    assert "(10 October 2024)" not in laid.blocks[0]


def test_an_undated_line_says_so() -> None:
    answer = remarked("Give me a timeline.")
    lone = replace(answer, sentences=(Sentence("When?", ()),))
    assert text(layout.whole(lone).blocks[0]) == "undated When?"


def test_quotations_stand_over_their_speaker_place_and_day() -> None:
    laid = layout.whole(remarked("What did Castellan say?"))
    assert laid.name == "speech"
    first, second, third = laid.blocks
    assert text(first) == f"{SPOKEN[0]}1"  # its speaker stands under the next, of the same day
    assert text(second) == (
        f"{SPOKEN[1]}2— Jonas Castellan, interior minister, in Merrin · published 13 October 2024"
    )
    assert text(third).endswith("— Oda Brandt, who chairs the council · published 12 October 2024")


def test_a_sentence_without_a_speaker_is_no_quotation() -> None:
    answer = remarked("What did Castellan say?")
    lone = replace(answer, sentences=(Sentence("It rained.", (1,)), answer.sentences[0]))
    first, second = layout.whole(lone).blocks
    assert first.startswith("<p")
    assert "blockquote" not in first
    assert "<blockquote>" in second


def test_sentences_arrive_in_the_layout_they_will_stand_in() -> None:
    said = (Sentence(SPOKEN[2], (3,), BRANDT),)
    growing = layout.growing(Asks.SPEECH, said)
    assert growing.name == "speech"
    assert text(growing.blocks[0]) == f"{SPOKEN[2]}3— Oda Brandt, who chairs the council"
    assert layout.growing(Asks.TIMELINE, said).name == "timeline"
    assert layout.growing(Asks.FACT, said).name == "running"


def test_the_same_sentences_can_be_read_in_order_of_time() -> None:
    answer = remarked("What is the latest toll?")
    ordered = layout.in_time(answer)
    assert ordered is not None
    assert ordered.name == "timeline"
    told = [QUOTES[1][:9], QUOTES[2][:9], QUOTES[0][:9], CLAIM[:9]]
    assert [words in block for words, block in zip(told, ordered.blocks, strict=True)] == [True] * 4
    assert layout.in_time(remarked("Give me a timeline.")) is None


def test_several_questions_are_answered_one_by_one() -> None:
    answer = remarked("How many died, and who won the regatta?")
    laid = layout.whole(answer)
    assert laid.name == "parts"
    first, second = laid.blocks
    assert text(first).startswith(f"How many died at Hollin Dam?{QUOTES[0]}1")
    assert "refusal" not in first
    assert text(second).startswith("Who won the regatta?Not a subject of this archiveNo article")
    assert "Nearest stories" in second
    ordered = layout.in_time(answer)
    assert ordered is not None
    assert ordered.blocks[0].index("Four people") < ordered.blocks[0].index("At least 11")
    assert "Not a subject" in ordered.blocks[1]


def test_where_every_part_is_refused_each_says_why_and_the_whole_does_not() -> None:
    answer = remarked("How many died, and who won the regatta?")
    refused = answer.parts[1]
    nothing = replace(
        answer, sentences=(), citations=(), parts=(refused, refused), refusal=refused.refusal
    )
    assert render.refusal(nothing) == ""
    assert [block.count("refusal-message") for block in layout.whole(nothing).blocks] == [1, 1]


def test_a_part_that_points_nowhere_is_shown_without_sentences() -> None:
    answer = remarked("How many died, and who won the regatta?")
    lost = replace(answer, parts=(replace(answer.parts[0], sentences=(7, -1)),))
    assert text(layout.whole(lost).blocks[0]) == "How many died at Hollin Dam?"


def test_a_vague_question_gets_readings_that_ask_themselves() -> None:
    html = render.refusal(remarked("What about the dam?"))
    assert "This could mean several things" in html
    assert all(f'class="example" dir="auto">{escape(one)}</button>' in html for one in READINGS)
    assert html.count('class="example"') == len(READINGS)


def test_accounts_stand_side_by_side_with_day_outlet_and_number() -> None:
    html = differences(remarked("What is the latest toll?"))
    changed, differ = html.split('<div class="difference"')[1:]
    assert "Changed over time people killed" in text(changed)
    assert "“Four people”2The Harbour Gazette, 11 October 2024 corrected" in text(changed)
    assert "“At least 11 people”1Meridian Wire, 13 October 2024" in text(changed)
    assert "Accounts differ when the siren sounded" in text(differ)
    assert "“47 minutes late”1Meridian Wire, 13 October 2024" in text(differ)
    assert "<svg" not in differ


def test_figures_that_changed_are_drawn_in_steps_and_told_in_words() -> None:
    answer = remarked("What is the latest toll?")
    html = differences(replace(answer, differences=(TOLL,)))
    assert 'role="img"' in html
    assert "people killed: 4 on 11 October 2024, then 9 on 12 October 2024" in html
    across = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', html)]
    up = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', html)]
    assert across[1] - across[0] == across[2] - across[1]  # a day each
    assert up[0] > up[1] > up[2]
    assert (up[0] - up[1]) / (up[1] - up[2]) == pytest.approx((9 - 4) / (11 - 9), rel=0.01)
    assert re.findall(r">(\d+)</text>", html) == ["4", "9", "11"]


def test_two_figures_or_words_or_one_figure_again_are_not_drawn() -> None:
    answer = remarked("What is the latest toll?")
    four, nine, eleven = TOLL.accounts
    for accounts in (
        (four, nine),
        (four, nine, replace(eleven, value=None)),
        (four, replace(nine, value=4), replace(eleven, value=4)),
    ):
        assert "<svg" not in differences(
            replace(answer, differences=(replace(TOLL, accounts=accounts),))
        )
    disagreeing = replace(TOLL, kind=DifferenceKind.DISAGREE)
    assert "<svg" not in differences(replace(answer, differences=(disagreeing,)))


def test_figures_of_one_day_or_of_none_stand_one_by_one() -> None:
    answer = remarked("What is the latest toll?")
    day = date(2024, 10, 11)
    same = tuple(replace(each, on=day) for each in TOLL.accounts)
    uncited = tuple(replace(each, on=None, citation=9) for each in TOLL.accounts)
    for accounts in (same, uncited):
        html = differences(replace(answer, differences=(replace(TOLL, accounts=accounts),)))
        across = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', html)]
        assert len(set(across)) == 3
        assert "NaN" not in html.upper()


def test_an_account_whose_citation_is_missing_has_no_number() -> None:
    lone = Difference(DifferenceKind.DISAGREE, "", (replace(BLAME.accounts[0], citation=9),))
    html = differences(replace(remarked("What is the latest toll?"), differences=(lone,)))
    assert "data-cite" not in html
    assert text(html) == "Accounts differ“47 minutes late”"


def test_a_corrected_source_shows_its_note_and_its_day() -> None:
    answer = remarked("What is the latest toll?")
    desk = RemarkingDesk()
    html = source_panel.panel(desk.source(answer.citations[1]))
    assert f"Corrected 14 October 2024{escape(NOTE)}" in text(html)
    assert "orrected" not in source_panel.panel(desk.source(CITATIONS[0]))
    assert "corrected 14 October 2024" in render.cited(answer)


def test_the_age_of_the_newest_evidence_is_told_where_the_latest_is_asked_for() -> None:
    assert '<li class="age">newest evidence: 3 days old, 13 October 2024</li>' in render.facts(
        remarked("What is the latest toll?")
    )


def test_what_was_understood_can_be_undone() -> None:
    html = render.notes(remarked("What is the latest toll?").question)
    for note in ("the latest", "following on from: What happened at Hollin?"):
        assert f'<bdi class="note">{note}</bdi>' in html
    assert "data-undo" in html
    assert SENTENCES[0].text not in html
