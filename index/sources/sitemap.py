"""Sitemaps, news sitemaps and sitemap indexes: lists of URLs to fetch.

`lastmod` is not used to leave pages out: it is wrong more often than not, and
a conditional request is cheap and certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from index.sources.answers import fetch_opened
from index.sources.kinds import Kind
from index.sources.pages import fetch_page
from index.sources.reading import Getter, Item, Opened, Reading, Unfit, guarded
from index.sources.records import known_metadata
from index.sources.xml import child_text, elements
from index.types import Metadata, Skip, SkipReason

MAX_DEPTH: Final = 3
MAX_URLS: Final = 50_000
"""Of one sitemap; more are against the protocol (sitemaps.org)."""


def read_sitemap(opened: Opened, reading: Reading) -> Iterator[Item]:
    """The page at each URL, and those of the sitemaps that an index lists."""
    if not opened.follow:
        detail = "a sitemap found in a folder; name it on its own to fetch its pages"
        raise Unfit(SkipReason.UNSUPPORTED, detail)
    if reading.fetcher is None:
        raise Unfit(SkipReason.UNSUPPORTED, "a sitemap cannot be read without fetching")
    return _Walk(reading, reading.fetcher).read(opened, depth=1)


class _Walk:
    """One reading of a sitemap and all below it, which visits nothing twice."""

    def __init__(self, reading: Reading, fetcher: Getter) -> None:
        self._reading = reading
        self._fetcher = fetcher
        self._seen: set[str] = set()

    def read(self, opened: Opened, depth: int) -> Iterator[Item]:
        self._seen.update(url for url in (opened.origin, opened.url) if url is not None)
        listed = elements(opened.stream, "url", "sitemap", limit=self._reading.max_bytes)
        empty = True
        for number, element in enumerate(listed):
            if number == MAX_URLS:
                raise Unfit(SkipReason.TOO_LARGE, f"only the first {MAX_URLS:,} URLs were read")
            url = child_text(element, "loc")
            if url is None or url in self._seen:
                continue
            self._seen.add(url)
            empty = False
            if etree.QName(element).localname == "sitemap":
                yield from guarded(url, self._below(url, depth + 1))
            else:
                yield fetch_page(url, self._reading, self._fetcher, _known(element))
        if empty and depth == 1:
            raise Unfit(SkipReason.EMPTY, "the sitemap lists nothing")

    def _below(self, url: str, depth: int) -> Iterator[Item]:
        if depth > MAX_DEPTH:
            detail = f"sitemaps nested more than {MAX_DEPTH} deep"
            yield Skip(url, SkipReason.TOO_LARGE, detail)
            return
        answer = fetch_opened(url, self._reading, self._fetcher)
        if answer is None:  # cannot be: no validators were sent
            return
        opened, kind = answer
        if kind is not Kind.SITEMAP:
            raise Unfit(SkipReason.UNSUPPORTED, f"expected a sitemap, found a {kind}")
        yield from self.read(opened, depth)


def _known(element: etree._Element) -> Metadata:
    """What a news sitemap says of a story; an ordinary one says nothing."""
    news = element.find("{*}news")
    if news is None:
        return Metadata()
    publication = news.find("{*}publication")
    return known_metadata(
        "sitemap",
        title=child_text(news, "title"),
        published=child_text(news, "publication_date"),
        source=None if publication is None else child_text(publication, "name"),
        language=None if publication is None else child_text(publication, "language"),
    )
