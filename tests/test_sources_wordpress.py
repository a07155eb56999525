"""WordPress exports: posts, paragraphs, and XML that means harm."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from index.sources import Item, open_source
from index.sources.wordpress import with_paragraphs, without_captions
from index.types import Page, Skip, SkipReason

WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- This is a WordPress eXtended RSS file -->
{doctype}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>The Sample Gazette</title><language>en-US</language>
<wp:author><wp:author_id>1</wp:author_id></wp:author>
<wp:category><wp:term_id>1</wp:term_id></wp:category>
{items}
</channel></rss>"""

ITEM = """<item><title>Budget &amp; taxes</title><link>https://gazette.example/{id}</link>
<pubDate>Tue, 05 Mar 2024 06:00:00 +0000</pubDate><dc:creator><![CDATA[ann]]></dc:creator>
<guid isPermaLink="false">https://gazette.example/?p={id}</guid>
<content:encoded><![CDATA[{content}]]></content:encoded>
<excerpt:encoded><![CDATA[not the story]]></excerpt:encoded>
<wp:post_id>{id}</wp:post_id><wp:post_date>2024-03-05 10:00:00</wp:post_date>
<wp:post_date_gmt>2024-03-05 06:00:00</wp:post_date_gmt>
<wp:post_modified>2024-03-06 10:00:00</wp:post_modified>
<wp:post_modified_gmt>2024-03-06 06:00:00</wp:post_modified_gmt>
<wp:status>{status}</wp:status><wp:post_type>{type}</wp:post_type>
<wp:post_password>{password}</wp:post_password>
<category domain="post_tag" nicename="x"><![CDATA[tag]]></category>
<category domain="category" nicename="u"><![CDATA[Uncategorized]]></category>
<category domain="category" nicename="c"><![CDATA[City]]></category>
<wp:comment><wp:comment_content>a comment</wp:comment_content></wp:comment></item>"""


def post(id: int = 1, content: str = "One.\n\nTwo.", status: str = "publish", **other: str) -> str:
    values = {"type": "post", "password": "", **other}
    return ITEM.format(id=id, content=content, status=status, **values)


def wxr(*items: str, doctype: str = "") -> str:
    return WXR.format(items="\n".join(items), doctype=doctype)


def read(path: Path, content: str | bytes, **options: int) -> list[Item]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(open_source(path, **options).pages())  # type: ignore[arg-type]


def test_a_published_post_arrives_with_all_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    [page] = read(path, wxr(post(7)))
    assert isinstance(page, Page)
    assert (page.origin, page.url) == (f"{path}#7", "https://gazette.example/7")
    assert (page.media, page.whole) == ("html", True)
    assert page.content == "<p>One.</p>\n\n<p>Two.</p>"
    zone = timezone(timedelta(hours=4))
    known = page.known
    assert (known.title, known.author, known.section) == ("Budget & taxes", "ann", "City")
    assert (known.source, known.language) == ("The Sample Gazette", "en")
    assert known.published == datetime(2024, 3, 5, 10, tzinfo=zone)
    assert known.modified == datetime(2024, 3, 6, 10, tzinfo=zone)
    assert known.published.utcoffset() == timedelta(hours=4)


def test_what_is_not_published_is_left_out(tmp_path: Path) -> None:
    items = [
        post(1, status="draft"),
        post(2, type="page"),
        post(3, type="attachment"),
        post(4, password="secret"),
        post(5, content=" "),
        post(6),
    ]
    found = read(tmp_path / "export.xml.gz", gzip.compress(wxr(*items).encode()))
    assert [type(item) for item in found] == [Skip, Page]
    assert isinstance(found[0], Skip)
    assert found[0].reason is SkipReason.EMPTY
    [nothing] = read(tmp_path / "drafts.xml", wxr(items[0]))
    assert isinstance(nothing, Skip)
    assert nothing.detail == "no published posts"


def test_paragraphs_are_found_where_the_editor_left_only_blank_lines() -> None:
    assert (
        with_paragraphs("a\r\n\r\nb <b>c</b>\n \nd") == "<p>a</p>\n\n<p>b <b>c</b></p>\n\n<p>d</p>"
    )
    assert with_paragraphs("<h2>a</h2>\n\nb") == "<h2>a</h2>\n\n<p>b</p>"
    block = "<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->"
    assert with_paragraphs(block) == block


def test_pictures_and_their_captions_are_left_out() -> None:
    assert without_captions("a [caption id=1]<img> who[/caption] b [caption]") == "a  b [caption]"


LAUGHS = """<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]>
"""
SECRETS = '<!DOCTYPE rss [<!ENTITY h SYSTEM "file:///etc/passwd">]>\n'


@pytest.mark.parametrize("doctype", [LAUGHS, SECRETS])
@pytest.mark.parametrize("where", ["text", "attribute"])
def test_entities_are_neither_expanded_nor_fetched(
    tmp_path: Path, doctype: str, where: str
) -> None:
    item = post().replace("Budget", "&h;" * 50)
    if where == "attribute":
        item = post().replace("<item>", '<item note="&h;&h;&h;">')
    tracemalloc.start()
    items = read(tmp_path / "export.xml", wxr(item, doctype=doctype))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [item.reason for item in items if isinstance(item, Skip)] == [SkipReason.MALFORMED]
    assert len(items) == 1
    assert peak < 8_000_000


def test_a_cut_export_gives_what_could_be_read(tmp_path: Path) -> None:
    text = wxr(post(1), post(2), post(3))
    items = read(tmp_path / "export.xml", text[: text.index("https://gazette.example/?p=3")])
    assert [item.origin[-2:] for item in items[:2] if isinstance(item, Page)] == ["#1", "#2"]
    assert isinstance(items[-1], Skip)
    assert (len(items), items[-1].reason) == (3, SkipReason.MALFORMED)


def test_wherever_an_export_is_cut_no_half_post_is_taken_for_a_whole_one(tmp_path: Path) -> None:
    text = wxr(post(1), post(2).replace("<content:", "<wp:status>publish</wp:status><content:"))
    text = text.replace("</title><link>", "</title><wp:post_type>post</wp:post_type><link>")
    for end in range(text.index("<item>"), len(text) - 20, 11):
        pages = [i for i in read(tmp_path / "e.xml", text[:end]) if isinstance(i, Page)]
        assert {page.content for page in pages} <= {"<p>One.</p>\n\n<p>Two.</p>"}
        assert len(pages) == text[:end].count("</item>")


def test_control_characters_do_not_end_an_export(tmp_path: Path) -> None:
    items = read(tmp_path / "export.xml", wxr(post(1, content="a\x0bb"), post(2)))
    assert [type(item) for item in items] == [Page, Page, Skip]
    many = wxr(*(post(n, content="a" + "\x0b" * 9) for n in range(50)), post(51))
    items = read(tmp_path / "export.xml", many.replace("</item>\n", "</item>" + " " * 999))
    assert len(items) == 52


def test_an_element_without_an_end_is_refused(tmp_path: Path) -> None:
    text = wxr(post(1), "<item>" + "<wp:comment>x</wp:comment>" * 40_000 + "</item>", post(2))
    items = read(tmp_path / "export.xml", text, max_bytes=100_000)
    assert [type(item) for item in items] == [Page, Skip]
    assert isinstance(items[1], Skip)
    assert items[1].reason is SkipReason.TOO_LARGE


def test_a_large_export_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_text(wxr(*(post(n, content="word " * 400) for n in range(1000))))
    tracemalloc.start()
    count = sum(isinstance(item, Page) for item in open_source(path).pages())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1000
    assert peak < 3_000_000
