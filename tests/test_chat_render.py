"""The chat's HTML: what it says, and that nothing from outside is markup in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.mentions import Mention
from index.types import Facets, Filters
from rag.remarks import Account, Correction, Days, Difference, DifferenceKind, Speech
from rag.types import (
    Answer,
    Asks,
    Paragraph,
    Part,
    Question,
    Refusal,
    RefusalKind,
    Sentence,
    SourceView,
)
from tests.fake_desk import FARES, FERRY, FakeDesk
from ui.chat import (
    chips,
    differences,
    filters,
    layout,
    render,
    sentences,
    source_panel,
    told,
    words,
)

OUR_TAGS = {
    *("a", "bdi", "blockquote", "button", "circle", "details", "div", "fieldset", "figcaption"),
    *("figure", "h2", "h3", "input", "label", "legend", "li", "mark", "ol", "p", "path", "span"),
    *("summary", "svg", "text", "time", "ul"),
}


def answered(question: str) -> Answer:
    *_, answer = FakeDesk().stream(question)
    assert isinstance(answer, Answer)
    return answer


class Tags(HTMLParser):
    """Every tag and attribute name in some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@given(st.text(), st.text())
def test_no_text_ever_becomes_a_tag_or_an_attribute(text: str, url: str) -> None:
    story = replace(FERRY, title=text, source=text, author=text, section=text, url=url)
    answer = answered("ferry")
    mention = Mention(0, len(text), text, date(2024, 1, 1), date(2024, 1, 2))
    citation = replace(
        answer.citations[0],
        story=story,
        link=url,
        quote=text,
        also_in=(story,),
        dates=(mention,),
        correction=Correction(text, 0, 1, date(2024, 1, 3)),
    )
    speech = Speech(text, True, text, text)
    said = Sentence(text, (1,), speech, Days(date(2024, 1, 1), date(2024, 1, 2), text))
    accounts = tuple(Account(text, 1, float(n), date(2024, 1, n)) for n in (1, 2, 3))
    rich = replace(
        answer,
        sentences=(said, replace(said, days=None)),
        citations=(citation,),
        differences=(Difference(DifferenceKind.CHANGED, text, accounts),),
    )
    question = Question(text, text + "?", notes=(text,))
    refusal = Refusal(RefusalKind.OUTSIDE_FILTERS, text, (story,), (text,))
    several = replace(rich, parts=(Part(text, text, (0, 1), refusal, 0.5),))
    laid = (
        *(layout.whole(replace(rich, question=replace(question, asks=asks))) for asks in Asks),
        layout.whole(several),
        layout.growing(Asks.SPEECH, rich.sentences),
    )
    view = SourceView(
        citation, (Paragraph(((text, True), (text, False))), Paragraph(((text, False),), True)),
        True, True, True,
    )  # fmt: skip
    html = "".join(
        (
            sentences.sentence(Sentence(text, (1, 2))),
            sentences.sentence(Sentence(text, ())),
            render.notes(question),
            render.refusal(replace(answer, refusal=refusal)),
            *(block for each in laid for block in each.blocks),
            differences.differences(rich),
            render.cited(rich),
            source_panel.panel(view),
            *filters.controls(
                Facets(((text, 1),), ((text, 2),), date(2024, 1, 1), date(2024, 2, 1))
            ).values(),
        )
    )
    seen = Tags(html)
    assert seen.tags <= OUR_TAGS
    assert not any(name.startswith("on") for name in seen.attributes)


@given(st.text())
def test_escaped_text_holds_nothing_that_html_acts_on(text: str) -> None:
    escaped = words.escape(text)
    assert not set(escaped) & set("<>\"'\x00\u202e")
    assert "&" not in escaped.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").replace(
        "&quot;", ""
    ).replace("&#x27;", "")


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/path",
        "http://",
        "http:///path",
        "http://[broken",
        "https://user:pass@host.example/",
        'https://host.example/"onclick=x',
        "https://host.example/\x00",
        "ftp://host.example/",
    ],
)
def test_only_whole_web_addresses_are_linked(url: str | None) -> None:
    assert words.web_url(url) is None


def test_a_web_address_is_kept_as_it_is() -> None:
    url = "https://news.example/a/b?c=d&e=%20#:~:text=the%20quote,-end"
    assert words.web_url(url) == url
    assert words.site("https://www.anewz.tv/x") == "anewz.tv"


def test_dates_are_written_out() -> None:
    assert words.long_date(date(2025, 11, 8)) == "8 November 2025"
    assert words.days(date(2024, 1, 3), date(2025, 6, 12)) == "3 January 2024 to 12 June 2025"
    assert words.days(date(2024, 1, 3), date(2024, 1, 3)) == "3 January 2024"
    assert words.days(None, None) == ""
    assert words.months(date(2024, 1, 3), date(2025, 6, 12)) == "Jan 2024 to Jun 2025"
    assert words.months(date(2024, 1, 3), date(2024, 1, 30)) == "Jan 2024"


def test_an_answer_runs_the_way_its_first_letter_does() -> None:
    assert words.direction("“Nobody”") == "ltr"
    assert words.direction("12 «عاد» home") == "rtl"
    assert words.direction("שלום") == "rtl"
    assert words.direction("42!") == "ltr"


def test_an_update_is_told_by_its_day() -> None:
    now = datetime(2025, 11, 8, 9, tzinfo=timezone(timedelta(hours=4)))
    assert words.ago(datetime(2025, 11, 7, 21, tzinfo=UTC), now) == "today"
    assert words.ago(datetime(2025, 11, 7, 19, tzinfo=UTC), now) == "yesterday"
    assert words.ago(datetime(2025, 11, 1, tzinfo=UTC), now) == "on 1 November 2025"


def test_things_are_counted_in_english() -> None:
    assert [words.count(n, "article") for n in (0, 1, 10397)] == [
        "0 articles",
        "1 article",
        "10,397 articles",
    ]
    assert words.count(2, "copy") == "2 copies"
    assert words.count(2, "day") == "2 days"


def test_chips_are_named_by_source_and_title() -> None:
    answer = answered("ferry")
    html = sentences.sentence(answer.sentences[0])
    assert html.count("<button") == 1
    assert 'data-cite="1"' in html
    assert chips.label(answer.citations[0]) == (
        "Source 1: The Sample Gazette, Harbour council votes to keep the night ferry"
    )


def test_the_sources_are_told_once_an_article_with_their_numbers() -> None:
    answer = answered("What of the ferry and its fare?")
    first, second = answer.citations
    again = replace(first, number=3)
    html = render.cited(replace(answer, citations=(first, second, again)))
    assert ">1, 3</span> <bdi>The Sample Gazette</bdi>, 14 May 2025</li>" in html
    assert ">2</span> <bdi>Coast Wire</bdi>, 2 June 2025</li>" in html


def test_a_follow_up_shows_what_was_searched_for_unless_a_note_tells() -> None:
    assert render.notes(Question("Why?", "why?")) == ""
    assert "searched for “why the ferry”" in render.notes(Question("Why?", "why the ferry"))
    told = render.notes(Question("Why?", "why the ferry", notes=("about: the ferry",)))
    assert "about: the ferry" in told
    assert "searched for" not in told


def test_the_reader_s_filters_are_put_in_words() -> None:
    assert render.limits(Filters()) == ""
    assert render.limits(Filters(before=date(2025, 5, 1), sources=("AnewZ",))) == (
        "AnewZ · until 1 May 2025"
    )
    assert render.limits(Filters(date(2025, 5, 1), date(2025, 5, 31))) == (
        "1 May 2025 to 31 May 2025"
    )


@pytest.mark.parametrize("kind", RefusalKind)
def test_every_kind_of_refusal_has_its_heading(kind: RefusalKind) -> None:
    answer = replace(answered("ferry"), refusal=Refusal(kind, "Because.", (FERRY, FARES)))
    html = render.refusal(answer)
    assert told.REFUSED[kind] in html
    assert html.count("<li>") == 2
    assert ("data-widen" in html) is (kind is RefusalKind.OUTSIDE_FILTERS)
    assert "newest evidence" not in render.facts(answer)


def test_a_source_marks_the_quote_and_says_where_the_story_goes_on() -> None:
    desk = FakeDesk()
    citation = answered("fare").citations[0]
    view = desk.source(citation)
    html = source_panel.panel(view)
    assert f"<mark>{words.escape(citation.quote)}</mark>" in html
    assert "The story begins earlier." in html
    assert "The story goes on." in html
    assert "has changed this story" not in html
    assert "has changed this story" in source_panel.panel(replace(view, outdated=True))
    assert "The story" not in source_panel.panel(replace(view, before=False, after=False))


def test_a_weekday_in_a_quote_is_told_as_the_day_it_was() -> None:
    tuesday = Mention(28, 35, "Tuesday", date(2025, 3, 11), date(2025, 3, 11))
    citation = replace(answered("ferry").citations[0], dates=(tuesday,))
    paragraph = Paragraph((("It was said on Tuesday.", True),))
    shown = source_panel.panel(SourceView(citation, (paragraph,), False, False))
    assert "“Tuesday” is 11 March 2025" in shown
