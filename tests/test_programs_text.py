"""An answer as programs read it: Markdown for chat front ends, lines for language models."""

from __future__ import annotations

from dataclasses import replace

from rag.types import Answer, Sentence
from tests.fake_remarks import SENTENCES, remarked
from ui.api.completions_text import Writing, plain
from ui.mcp import text


def markdown(answer: Answer) -> str:
    writing = Writing()
    writing.begin(answer.question)
    writing.finish(answer)
    return writing.content


def test_what_was_sent_and_changed_since_is_put_right_with_markers_of_its_own() -> None:
    answer = replace(remarked("The toll"), sentences=SENTENCES[:2], differences=())
    writing = Writing()
    writing.begin(answer.question)
    sent = writing.add(Sentence("Nobody died.", (2,)))
    sent += writing.finish(answer)
    assert sent == writing.content
    wrong, right = sent.split("\n\nPut right:", 1)
    assert wrong == "Nobody died. [2]"
    assert right.startswith(f" {SENTENCES[0].text} [1] {SENTENCES[1].text} [2]\n\n**Sources**")
    marked = [each["url_citation"] for each in writing.annotations(answer)]
    assert [sent[m["start_index"] : m["end_index"]] for m in marked] == ["[2]", "[1]", "[2]"]


def test_the_one_of_two_questions_that_is_not_answered_says_why() -> None:
    answer = remarked("And the regatta?")
    why = "Who won the regatta? — No article here is about the regatta.\n\nNearest stories:"
    assert f"\n\n{why}\n\n- [Toll at Hollin" in markdown(answer)
    told = text.answered(answer)
    assert "\n\nNot answered: Who won the regatta?\nNo article here is about the" in told


def test_what_accounts_differ_on_is_named_with_each_account_and_its_citation() -> None:
    answer = remarked("The toll")
    said = markdown(answer)
    assert "\n\nChanged over time: people killed\n\n- “Four people” (The Harbour Gazette" in said
    assert "\n\nAccounts differ: when the siren sounded\n\n- “47 minutes late”" in said
    told = text.answered(answer)
    assert (
        "\n\nThe cited articles differ:\n> people killed:\n> Four people [2]\n"
        "> At least nine people [3]\n> At least 11 people [1]\n\n"
        "The cited articles differ:\n> when the siren sounded:\n> 47 minutes late [1]\n"
    ) in told


def test_a_correction_is_told_beside_the_source_that_was_corrected() -> None:
    answer = remarked("The toll")
    assert "Gazette, 11 October 2024 (corrected 14 October 2024)\n3. [Nine" in markdown(answer)
    assert "[2] article_id gazette, version 1, start 0, end 74, corrected 14 October" in (
        text.answered(answer)
    )


def test_a_citation_without_a_place_in_its_page_leads_to_the_page() -> None:
    answer = remarked("The toll")
    bare = replace(answer, citations=tuple(replace(c, link=None) for c in answer.citations))
    assert "1. [Toll at Hollin rises to eleven](https://wire.example/2024/10/dam)," in markdown(
        bare
    )
    assert "eleven, Meridian Wire, 13 October 2024, https://wire.example/2024/10/dam\n" in (
        text.answered(bare)
    )


def test_words_that_would_begin_a_list_or_a_heading_begin_neither() -> None:
    assert [plain(each) for each in ("1. May", "12) May", "- May", "# May", "+ 4", "1.5 %")] == [
        "1\\. May",
        "12\\) May",
        "\\- May",
        "\\# May",
        "\\+ 4",
        "1\\.5 %",
    ]
