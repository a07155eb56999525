"""What a page says of its article is read, checked and attributed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from index.extract import extract
from index.extract.dates import parse_date
from index.extract.people import clean_author
from index.extract.urls import canonical_url, clean_url
from index.types import Metadata, Page

STORY = "".join(
    f"<p>The council of Westmark met on day {n} to speak about the new bridge, and agreed that"
    f" it should open before the {n}th of the month, the mayor said.</p>"
    for n in range(1, 7)
)


def read(head: str = "", *, attrs: str = "", url: str | None = None, **known: object) -> Metadata:
    page = f"<html {attrs}><head>{head}</head><body><article>{STORY}</article></body></html>"
    return extract(
        Page("test", "html", page, url=url, known=Metadata(**known))  # type: ignore[arg-type]
    ).metadata


def linked(data: object) -> str:
    text = json.dumps(data).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Bridge &amp; tunnel to open",
    "author": [{"@type": "Person", "name": "By Ana Lund"}, {"name": "Bo Reed"}],
    "publisher": {"@type": "Organization", "name": "The Westmark Post"},
    "articleSection": ["Politics", "Local"],
    "inLanguage": "en-GB",
    "datePublished": "2024-03-05T23:30:00-08:00",
    "dateModified": "2024-03-06T10:00:00Z",
    "url": "https://post.example/2024/bridge?utm_source=feed#top",
}


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE,
        [{"@type": "WebSite", "name": "Other"}, ARTICLE],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Article", "ReportageNewsArticle"]},
    ],
)
def test_json_ld_is_read_in_every_shape(data: object) -> None:
    found = read(linked(data))
    assert found.title == "Bridge & tunnel to open"
    assert found.author == "Ana Lund, Bo Reed"
    assert found.source == "The Westmark Post"
    assert found.section == "Politics"
    assert found.language == "en"
    assert found.published is not None
    assert found.published.isoformat() == "2024-03-05T23:30:00-08:00"
    assert found.modified == datetime(2024, 3, 6, 10, tzinfo=UTC)
    assert found.url == "https://post.example/2024/bridge"
    assert dict(found.found)["published"] == "json-ld"


def test_json_ld_references_are_followed() -> None:
    graph = [{**ARTICLE, "author": {"@id": "#a"}}, {"@id": "#a", "@type": "Person", "name": "Kim"}]
    assert read(linked({"@graph": graph})).author == "Kim"


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Kept",}',
        '<!-- {"@type": "NewsArticle", "headline": "Kept"} -->',
        '{"@type": "NewsArticle", "headline": "Kept\n"};',
    ],
)
def test_slightly_broken_json_ld_is_read(script: str) -> None:
    assert read(f'<script type="application/ld+json">{script}</script>').title == "Kept"


@pytest.mark.parametrize("script", ["{", "[" * 100_000, "null", '{"@type": 3, "author": [[[]]]}'])
def test_hopeless_json_ld_does_not_lose_the_story(script: str) -> None:
    head = f'<title>Still here</title><script type="application/ld+json">{script}</script>'
    assert read(head).title == "Still here"


def test_meta_tags_are_read_where_json_ld_is_silent() -> None:
    found = read(
        """<title>Bridge to open | The Post</title>
        <meta property="og:site_name" content="The Post">
        <meta name="author" content="by Ana Lund and Bo Reed">
        <meta property="article:author" content="https://facebook.com/ana">
        <meta property="article:section" content="World">
        <meta property="article:published_time" content="2024-03-05T08:00:00+04:00">
        <link rel="canonical" href="/2024/bridge">""",
        attrs='lang="pt-BR"',
        url="https://post.example/x?fbclid=1",
    )
    assert found.title == "Bridge to open"
    assert found.author == "Ana Lund, Bo Reed"
    assert (found.section, found.language) == ("World", "pt")
    assert found.published is not None
    assert found.published.isoformat() == "2024-03-05T08:00:00+04:00"
    assert found.url == "https://post.example/2024/bridge"
    assert dict(found.found)["url"] == "link"


def test_the_source_knows_better_than_the_page() -> None:
    day = datetime(2023, 1, 2, tzinfo=timezone(timedelta(hours=3)))
    found = read(linked(ARTICLE), title="Feed title", published=day, source="Feed")
    assert (found.title, found.published, found.source) == ("Feed title", day, "Feed")
    assert found.author == "Ana Lund, Bo Reed"
    assert dict(found.found)["title"] == "source"


def test_a_bad_date_falls_through_to_a_good_one() -> None:
    bad = {**ARTICLE, "datePublished": "2024-02-31T10:00:00Z"}
    head = linked(bad) + '<meta property="article:published_time" content="2024-03-01">'
    found = read(head)
    assert found.published == datetime(2024, 3, 1, tzinfo=UTC)
    assert dict(found.found)["published"] == "meta"


def test_a_relative_date_is_not_guessed() -> None:
    head = '<meta name="date" content="3 hours ago"><meta name="pubdate" content="yesterday">'
    assert read(head).published is None


def test_the_host_names_the_source_and_the_text_its_language() -> None:
    found = read(url="https://www.post.example/a/b.html")
    assert (found.source, found.language) == ("post.example", "en")
    assert dict(found.found)["source"] == "host"


def test_markup_in_a_title_stays_inert_text() -> None:
    title = "<script>alert(1)</script> & co"
    found = read(linked({**ARTICLE, "headline": title}))
    assert found.title == title


def test_a_title_is_bounded_and_on_one_line() -> None:
    found = read(linked({**ARTICLE, "headline": "word\u202e\n" * 2000}))
    assert found.title is not None
    assert len(found.title) <= 500
    assert "\n" not in found.title
    assert "\u202e" not in found.title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-05", "2024-03-05T00:00:00+00:00"),
        ("2024-03-05T10:20:30.123Z", "2024-03-05T10:20:30.123000+00:00"),
        ("2024-03-05 10:20:30 +0400", "2024-03-05T10:20:30+04:00"),
        ("Tue, 05 Mar 2024 10:20:30 +0530", "2024-03-05T10:20:30+05:30"),
        ("March 5, 2024", "2024-03-05T00:00:00+00:00"),
        ("5 March 2024", "2024-03-05T00:00:00+00:00"),
        ("2024-03-05T10:20:30 Eastern", "2024-03-05T00:00:00+00:00"),
    ],
)
def test_dates_keep_their_zone(text: str, expected: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "text",
    ["2024-02-31", "1605-11-05", "0000-00-00", "9999-12-31T23:59:59-12:00", "3 hours ago", "", "x",
     "2024-13-01T00:00:00Z", "1" * 1000, None, 17],
)  # fmt: skip
def test_impossible_dates_are_unknown(text: object) -> None:
    assert parse_date(text) is None


def test_a_date_may_be_a_little_ahead_and_no_more() -> None:
    now = datetime.now(UTC)
    assert parse_date((now + timedelta(days=1)).isoformat()) is not None
    assert parse_date((now + timedelta(days=3)).isoformat()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Ana Lund", "Ana Lund"),
        ("Ana Lund; Bo Reed", "Ana Lund, Bo Reed"),
        ("ana@post.example Ana Lund https://x.example/ana", "Ana Lund"),
        ("admin", None),
        ("https://x.example/ana", None),
        ("Andy Sanders", "Andy Sanders"),
    ],
)
def test_authors_are_names(text: str, expected: str | None) -> None:
    assert clean_author(text) == expected


def test_a_canonical_address_is_never_a_front_page() -> None:
    page = "https://post.example/story/1"
    assert canonical_url(["https://other.example/"], page) == page
    assert canonical_url(["https://post.example"], page) == page
    assert canonical_url(["https://other.example/story/1"], page) == "https://other.example/story/1"
    assert canonical_url(["javascript:alert(1)", "data:text/html,x"], page) == page
    assert canonical_url(["https://post.example/"], None) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://P.example/a?utm_medium=x&id=7#frag", "https://p.example/a?id=7"),
        ("ftp://p.example/a", None),
        ("http://[broken/a", None),
        ("https://user:secret@p.example/a", None),
        ("mailto:a@b.example", None),
        (None, None),
    ],
)
def test_addresses_are_cleaned(url: str | None, expected: str | None) -> None:
    assert clean_url(url) == expected
