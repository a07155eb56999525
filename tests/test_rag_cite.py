"""Links to quotes, and sentences that lean on the one before."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import pytest

from index.types import Span
from rag import Assistant
from rag.cite import link_to_quote, needs_neighbour

PAGE = "https://gazette.example/2025/ferry"
LONG = "One two three four five six seven eight nine ten eleven, twelve – thirteen fourteen."


def test_a_short_quote_is_in_the_link_as_a_whole() -> None:
    assert link_to_quote(PAGE, "It rained.") == f"{PAGE}#:~:text=It%20rained."


def test_of_a_long_quote_both_ends_are_in_the_link() -> None:
    link = link_to_quote(PAGE, LONG) or ""
    first, last = link.split("#:~:text=")[1].split(",")
    assert unquote(first) == "One two three four five"
    assert unquote(last) == "eleven, twelve – thirteen fourteen."


@pytest.mark.parametrize(
    ("quote", "encoded"),
    [
        ("Yes, no", "Yes%2C%20no"),
        ("twenty-two", "twenty%2Dtwo"),
        ("“Stop”", "%E2%80%9CStop%E2%80%9D"),
        ("Şırnak’ta", "%C5%9E%C4%B1rnak%E2%80%99ta"),
        ("A & B = #1?", "A%20%26%20B%20%3D%20%231%3F"),
        ("50% of </script>", "50%25%20of%20%3C%2Fscript%3E"),
    ],
)
def test_what_a_text_directive_or_a_url_would_misread_is_encoded(quote: str, encoded: str) -> None:
    assert link_to_quote(PAGE, quote) == f"{PAGE}#:~:text={encoded}"


def test_a_page_with_a_fragment_or_a_query_keeps_it() -> None:
    assert link_to_quote(f"{PAGE}?id=1#top", "Yes.") == f"{PAGE}?id=1#top:~:text=Yes."


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,<b>",
        "file:///etc/passwd",
        "ftp://gazette.example/",
        "//gazette.example/",
        "https://",
        "http://[::1",
        "gazette.example/story",
    ],
)
def test_only_a_web_address_becomes_a_link(url: str | None) -> None:
    assert link_to_quote(url, "Yes.") is None


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("He refused.", True),
        ("“She is safe,” he said.", True),
        ("Their homes are gone.", True),
        ("This was denied.", True),
        ("The move was criticised.", True),
        ("The decision, he said, stands.", True),
        ("The latter was closed.", True),
        ("Hector refused.", False),
        ("The mayor refused.", False),
        ("Items were lost.", False),
        ("The movement was banned.", False),
        ("", False),
    ],
)
def test_a_sentence_that_points_back_needs_the_one_before(sentence: str, leans: bool) -> None:
    body = f"The mayor was asked. {sentence}"
    assert needs_neighbour(body, Span(21, len(body))) is leans


def test_a_citation_says_which_day_its_weekday_was(assistant: Assistant) -> None:
    answer = assistant.ask("How late was the Hollin warning siren?")
    (mention,) = answer.citations[0].dates
    assert mention.words == "Tuesday"
    assert mention.first == mention.last == date(2025, 3, 11)
    assert answer.citations[0].quote[mention.start : mention.end] == "Tuesday"
