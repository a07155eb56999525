"""A conversation as Markdown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rag.remarks import Account, Correction, Difference, DifferenceKind, Speech
from rag.types import Answer, Part, Refusal, RefusalKind
from rag.written import Fallback
from tests.fake_checked import DROPPED, KEPT, MODEL, checked
from tests.fake_desk import FERRY, FakeDesk
from tests.fake_remarks import remarked
from ui.export import markdown, plain

NOW = datetime(2025, 11, 8, 12, tzinfo=UTC)


def answered(question: str, desk: FakeDesk | None = None) -> Answer:
    *_, answer = (desk or FakeDesk()).stream(question)
    assert isinstance(answer, Answer)
    return answer


def test_an_exchange_holds_question_answer_and_numbered_sources() -> None:
    text = markdown([answered("What of the ferry in May 2025?")], title="Byline", exported=NOW)
    assert text == (
        "# Byline\n\nExported on 8 November 2025.\n\n## What of the ferry in May 2025?\n\n"
        "*Understood: dates: 1 to 31 May 2025*\n\n"
        "The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three more "
        "years. [1]\n\n"
        "1. Harbour council votes to keep the night ferry, The Sample Gazette, 14 May 2025, "
        "<https://gazette.example/2025/05/night-ferry#:~:text=council>\n"
        "   > The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three "
        "more years.\n\n"
        "*34 articles searched, 3 January 2024 to 12 June 2025, newest evidence 14 May 2025*\n"
    )


def test_a_refusal_is_exported_with_the_nearest_stories() -> None:
    text = markdown([answered("Who won?")], title="Byline", exported=NOW)
    assert "No article here says who won the regatta." in text
    assert (
        "- Harbour council votes to keep the night ferry, The Sample Gazette, 14 May 2025, "
        "<https://gazette.example/2025/05/night-ferry>" in text
    )


def test_articles_and_questions_cannot_format_the_page_or_link_from_it() -> None:
    story = replace(
        FERRY, title="[click](javascript:x) **bold** <b>", url="javascript:alert(1)", source="# A"
    )
    answer = answered("# ferry\n- <script>", FakeDesk(story=story))
    text = markdown([answer], title="Byline", exported=NOW)
    assert "## \\# ferry - \\<script\\>" in text
    assert "\\[click\\]\\(javascript:x\\) \\*\\*bold\\*\\* \\<b\\>" in text
    assert "<javascript" not in text
    assert "\n# A" not in text


def test_a_line_that_looks_like_a_list_is_kept_as_text() -> None:
    answer = replace(answered("ferry"), question=answered("1. ferry - one").question)
    assert "## 1\\. ferry" in markdown([answer], title="+ Title", exported=NOW).replace(
        "\\1.", "1\\."
    )
    assert "# \\+ Title" in markdown([answer], title="+ Title", exported=NOW)


def test_an_answer_is_copied_as_plain_text_with_its_sources() -> None:
    assert plain(answered("ferry")) == (
        "The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three more "
        "years. [1]\n\n[1] Harbour council votes to keep the night ferry, The Sample Gazette, "
        "14 May 2025, https://gazette.example/2025/05/night-ferry#:~:text=council"
    )
    assert plain(answered("Who won?")).startswith("No article here says")


def test_a_timeline_is_exported_as_a_dated_list() -> None:
    text = markdown([remarked("Give me a timeline.")], title="Byline", exported=NOW)
    assert "*Understood: a timeline*" in text
    assert (
        "- 10 Oct 2024: Four people died when the spillway of Hollin Dam failed on Thursday "
        "night. [2]\n- 10 Oct 2024: The gates were opened" in text
    )
    assert "- published 12 Oct 2024: At least nine people were killed" in text
    assert "\n\n   Here “Thursday” is 10 October 2024.\n" in text


def test_quotations_are_exported_with_speaker_place_and_day() -> None:
    text = markdown([remarked("What did Castellan say?")], title="Byline", exported=NOW)
    assert (
        "> “We shall rebuild every house,” Castellan told the council. [1]\n>\n"
        "> Whoever signed for that gate will answer for it, he said. [2]\n>\n"
        "> — Jonas Castellan, interior minister, in Merrin, published 13 Oct 2024\n\n"
        "> “Nobody in this chamber slept,” said Oda Brandt. [3]\n>\n> — Oda Brandt" in text
    )


def test_claims_corrections_ages_and_differing_accounts_are_exported() -> None:
    text = markdown([remarked("What is the latest toll?")], title="Byline", exported=NOW)
    assert "for the dam. — Jonas Castellan, interior minister, in Merrin [1]" in text
    assert "Thursday night. [2, corrected]" in text
    assert "\n\n   Corrected 14 October 2024: Correction, 14 October: an earlier" in text
    assert (
        "Changed over time: people killed\n\n"
        "- “Four people” (The Harbour Gazette, 11 October 2024) [2, corrected]\n"
        "- “At least nine people” (Adlerby Courier, 12 October 2024) [3]\n" in text
    )
    assert "Accounts differ: when the siren sounded" in text
    assert "newest evidence: 3 days old, 13 October 2024" in text


def test_parts_and_readings_are_exported_each_with_its_refusal() -> None:
    vague = remarked("What about the dam?")
    answers = [remarked("How many died, and who won the regatta?"), vague]
    text = markdown(answers, title="Byline", exported=NOW)
    assert "### How many died at Hollin Dam?\n\nAt least 11 people" in text
    assert (
        "### Who won the regatta?\n\nNo article here is about the regatta.\n\nNearest stories:\n\n"
        "- Toll at Hollin rises to eleven, Meridian Wire, 13 October 2024, <https://" in text
    )
    assert "Did you mean:\n\n- How many people died at Hollin Dam?\n- Why did" in text


def test_what_is_copied_says_who_claims_it_and_that_accounts_differ() -> None:
    text = plain(remarked("What is the latest toll?"))
    assert "for the dam. — Jonas Castellan, interior minister, in Merrin [1]\n\nChanged" in text
    assert "[2] Four dead as spillway fails at Hollin Dam, The Harbour Gazette" in text
    assert "\n    Corrected 14 October 2024: Correction, 14 October: an earlier" in text


def test_nothing_in_a_remark_formats_the_page() -> None:
    attack = "# [x](javascript:y) <b> **z**"
    answer = remarked("What is the latest toll?")
    speech = Speech(attack, False, attack, attack)
    difference = Difference(DifferenceKind.DISAGREE, attack, (Account(attack, 1),))
    said = replace(answer.sentences[0], text=attack, speech=speech)
    correction = Correction(attack, 0, 1)
    cited = replace(answer.citations[0], correction=correction)
    vague = Refusal(RefusalKind.TOO_VAGUE, attack, (), (attack,))
    hostile = replace(
        answer,
        sentences=(said,),
        citations=(cited,),
        differences=(difference,),
        parts=(Part(attack, attack, (0,), vague, 1),),
    )
    text = markdown([hostile], title="Byline", exported=NOW)
    assert text.count("\\[x\\]\\(javascript:y\\) \\<b\\> \\*\\*z\\*\\*") == text.count("javascript")
    assert "<b>" not in text


def test_what_a_model_wrote_says_so_wherever_it_is_taken() -> None:
    copied = plain(checked())
    assert copied.startswith(f"{KEPT} [1] From July")
    told = f"Written by {MODEL}, checked against the archive; 2 sentences left out."
    assert copied.endswith(f"\n\n{told}")
    assert not any(each.text in copied for each in DROPPED)
    text = markdown([checked()], title="Byline", exported=NOW)
    assert text.endswith(f"*{told}*\n")
    fallen = plain(checked(fallback=Fallback.SLOW))
    assert fallen.endswith("took too long; these are the archive’s own sentences.")
    assert "language model" not in plain(answered("ferry"))


def test_a_doubt_goes_wherever_its_sentence_goes() -> None:
    copied = plain(checked("The ferry, doubt?"))
    assert "has on the ferry. (nothing to check) The council voted" in copied
    assert "to keep the night ferry. [1] (the source differs) The mayor" in copied
    assert "a single crossing costs 4.40. [2]\n" in copied


def test_an_answer_can_be_copied_in_order_of_time() -> None:
    answer = remarked("What is the latest toll?")
    assert plain(answer).startswith("At least 11 people")
    assert plain(answer, in_time=True).startswith(
        "- published 11 Oct 2024: Four people died when the spillway of Hollin Dam failed on "
        "Thursday night. [2, corrected]\n- published 12 Oct 2024: At least nine"
    )
    parts = remarked("How many died, and who won the regatta?")
    assert "?\n\n- published 11 Oct 2024: Four people" in plain(parts, in_time=True)
