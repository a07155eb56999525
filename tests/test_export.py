"""A conversation as Markdown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rag.types import Answer
from tests.fake_desk import FERRY, FakeDesk
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
