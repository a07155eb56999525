"""Feeds that somebody saved to a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.types import Page, Skip, SkipReason
from tests.test_sources_wordpress import LAUGHS, read

FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Gazette</title>
<language>en-gb</language>{items}</channel></rss>"""
FULL = "<p>" + "All of the story is here. " * 30 + "</p><script>no()</script>"
ENTRIES = f"""<item><title>One &amp;amp; &lt;i&gt;two&lt;/i&gt;</title><link>https://g.example/1</link>
<category>City</category><category>Tax</category><dc:creator>Ann Bell</dc:creator>
<pubDate>Tue, 05 Mar 2024 10:00:00 +0400</pubDate>
<content:encoded><![CDATA[{FULL}]]></content:encoded></item>
<item><title>Short</title><link>https://g.example/2</link>
<description>A teaser.</description></item>
<item><title>No link</title><guid isPermaLink="false">id-3</guid>
<content:encoded><![CDATA[{FULL}]]></content:encoded></item>
<item><title>Again</title><link>https://g.example/1</link></item>"""


def test_a_saved_feed_gives_the_entries_it_holds_in_full(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    full, short, unlinked = read(path, FEED.format(items=ENTRIES))
    assert isinstance(full, Page)
    assert (full.origin, full.url, full.whole) == ("https://g.example/1",) * 2 + (True,)
    assert full.content == FULL
    known = full.known
    assert (known.title, known.source, known.language) == ("One & two", "The Gazette", "en")
    assert (known.author, known.section) == ("Ann Bell", "City")
    assert known.published == datetime(2024, 3, 5, 6, tzinfo=UTC)
    assert known.published.utcoffset() == timedelta(hours=4)
    assert short == Skip("https://g.example/2", SkipReason.NO_STORY, "summary only")
    assert isinstance(unlinked, Page)
    assert unlinked.origin == f"{path}#id-3"


def test_an_atom_feed_is_read(tmp_path: Path) -> None:
    atom = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>G</title>
<entry><title>T</title><link href="https://g.example/1"/><author><name>Ann</name></author>
<updated>2024-03-06T10:00:00Z</updated><published>2024-03-05T10:00:00+04:00</published>
<content type="html"><![CDATA[{FULL}]]></content></entry></feed>"""
    [page] = read(tmp_path / "feed.atom", atom)
    assert isinstance(page, Page)
    assert page.known.published is not None
    assert page.known.published.isoformat() == "2024-03-05T10:00:00+04:00"
    assert page.known.modified == datetime(2024, 3, 6, 10, tzinfo=UTC)
    assert (page.known.author, page.known.source) == ("Ann", "G")


@pytest.mark.parametrize(
    "text",
    [
        FEED.format(items=""),
        LAUGHS + FEED.format(items="<item><title>&h;</title></item>").partition("?>")[2],
        FEED.format(items=ENTRIES)[:300],
        "<rss>" + "<a>" * 5000,
    ],
)
def test_a_bad_feed_gives_no_page_and_no_error(tmp_path: Path, text: str) -> None:
    items = read(tmp_path / "feed.xml", text)
    assert len(items) == 1
    assert isinstance(items[0], Skip)


def test_a_feed_that_is_too_large_is_refused(tmp_path: Path) -> None:
    text = FEED.format(items="<item><title>x</title></item>" * 10_000)
    [skip] = read(tmp_path / "feed.xml", text, max_bytes=100_000)
    assert isinstance(skip, Skip)
    assert skip.reason is SkipReason.TOO_LARGE


def test_only_so_many_entries_of_a_feed_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sources.feed.MAX_ENTRIES", 2)
    items = read(tmp_path / "feed.xml", FEED.format(items=ENTRIES))
    assert isinstance(items[-1], Skip)
    assert len(items) == 3
    assert items[-1].reason is SkipReason.TOO_LARGE
