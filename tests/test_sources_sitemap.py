"""Sitemaps and sitemap indexes against a real server on this machine."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from index.fetch import Fetcher
from index.sources import open_source
from index.types import Page, Skip, SkipReason
from tests import test_sources_remote
from tests.test_sources_remote import FEED, PAGE, POLICY, Site

site = test_sources_remote.site


SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>BASE/picture</image:loc></image:image><loc> BASE/1 </loc>
<news:news><news:publication><news:name>The Gazette</news:name>
<news:language>en</news:language></news:publication>
<news:publication_date>2024-03-05T10:00:00+04:00</news:publication_date>
<news:title>One &amp; all</news:title></news:news></url></urlset>"""


def index(*paths: str) -> str:
    entries = "".join(f"<sitemap><loc>BASE{path}</loc></sitemap>" for path in paths)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'


def urlset(*paths: str) -> str:
    entries = "".join(
        f"<url><loc>BASE{path}</loc><lastmod>2024-03-05</lastmod></url>" for path in paths
    )
    return f"{SITEMAP}{entries}</urlset>"


def test_a_news_sitemap_says_what_it_knows(site: Site) -> None:
    site.put("/1", "text/html", PAGE)
    [page] = site.read(site.put("/news.xml", "application/xml", NEWS))
    assert isinstance(page, Page)
    assert (page.known.title, page.known.source) == ("One & all", "The Gazette")
    assert page.known.language == "en"
    assert page.known.published is not None
    assert page.known.published.isoformat() == "2024-03-05T10:00:00+04:00"


def test_an_index_of_packed_sitemaps_is_followed_without_going_round(site: Site) -> None:
    site.put("/1", "text/html", PAGE)
    site.put("/2", "text/html", PAGE)
    root = site.put("/index.xml", "text/xml", index("/index.xml", "/a.xml.gz", "/loop.xml", "/no"))
    packed = gzip.compress(urlset("/1", "/1", "/2").replace("BASE", site.base).encode())
    site.put("/a.xml.gz", "application/x-gzip", packed)
    site.put("/loop.xml", "text/xml", index("/index.xml", "/loop.xml", "/a.xml.gz"))
    items = site.read(root)
    assert [type(item) for item in items] == [Page, Page, Skip]
    assert len(site.asked) == len(set(site.asked))


def test_sitemaps_are_followed_only_so_deep(site: Site) -> None:
    for level in range(1, 6):
        site.put(f"/{level}.xml", "text/xml", index(f"/{level + 1}.xml"))
    [skip] = site.read(site.base + "/1.xml")
    assert skip == Skip(
        site.base + "/4.xml", SkipReason.TOO_LARGE, "sitemaps nested more than 3 deep"
    )


def test_only_so_many_urls_of_a_sitemap_are_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sources.sitemap.MAX_URLS", 2)
    for path in ("/1", "/2", "/3"):
        site.put(path, "text/html", PAGE)
    items = site.read(site.put("/map.xml", "text/xml", urlset("/1", "/2", "/3")))
    assert [type(item) for item in items] == [Page, Page, Skip]
    assert "/3" not in site.asked


def test_a_sitemap_leads_nowhere_but_to_pages(site: Site) -> None:
    site.put("/feed", "text/xml", FEED)
    root = site.put(
        "/map.xml",
        "text/xml",
        urlset("/feed").replace("BASE/feed", "BASE/feed</loc></url><url><loc>file:///etc/passwd"),
    )
    reasons = [item.reason for item in site.read(root) if isinstance(item, Skip)]
    assert reasons == [SkipReason.UNSUPPORTED, SkipReason.FORBIDDEN]


@pytest.mark.parametrize("text", [SITEMAP + "</urlset>", SITEMAP, SITEMAP + "<url><loc>x"])
def test_a_sitemap_that_lists_nothing_is_skipped(site: Site, text: str) -> None:
    [skip] = site.read(site.put("/map.xml", "text/xml", text))
    assert isinstance(skip, Skip)


def test_a_sitemap_in_a_file_is_followed_only_when_it_is_named(site: Site, tmp_path: Path) -> None:
    site.put("/1", "text/html", PAGE)
    path = tmp_path / "sitemap.xml"
    path.write_text(urlset("/1").replace("BASE", site.base))
    with Fetcher(POLICY) as fetcher:
        [page] = open_source(path, fetcher=fetcher).pages()
        [skip] = open_source(tmp_path, fetcher=fetcher).pages()
    [unread] = open_source(path).pages()
    assert isinstance(page, Page)
    assert isinstance(skip, Skip)
    assert "name it on its own" in skip.detail
    assert isinstance(unread, Skip)
