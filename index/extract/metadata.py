"""What is known of an article besides its text, and where each value is from.

The order of trust: what the source said (a feed, an export), JSON-LD, meta
tags, and then what trafilatura and htmldate find on the page. Every field
falls through on its own, so that a broken date does not lose the title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import datetime

import py3langid
from htmldate import find_date
from lxml.html import HtmlElement
from trafilatura.metadata import extract_metadata

from index.extract.clean import metadata_text
from index.extract.dates import is_plausible, parse_date
from index.extract.jsonld import Linked, linked_data
from index.extract.meta import MetaTags
from index.extract.people import clean_author
from index.extract.urls import canonical_url, clean_url, host_of
from index.types import Metadata, Page

_LANGUAGE = re.compile(r"^([a-z]{2})(?:[-_@.]|$)", re.I)
_LANGUAGE_SAMPLE = 4_000
_TITLE_CUT = re.compile(r"\s+[|–—·»-]\s+")
_Candidates = Iterable[tuple[str, str | None]]


class _Collector:
    """Takes the first usable value of each field and remembers its origin."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def text(
        self,
        field: str,
        candidates: _Candidates,
        clean: Callable[[str], str | None] = metadata_text,
    ) -> str | None:
        for origin, value in candidates:
            cleaned = clean(value) if value else None
            if cleaned:
                self.found.append((field, origin))
                return cleaned
        return None

    def moment(
        self, field: str, known: datetime | None, candidates: _Candidates
    ) -> datetime | None:
        if known is not None and known.tzinfo is not None and is_plausible(known):
            self.found.append((field, "source"))
            return known
        for origin, value in candidates:
            moment = parse_date(value)
            if moment is not None:
                self.found.append((field, origin))
                return moment
        return None


def html_metadata(tree: HtmlElement, page: Page, body: str) -> Metadata:
    """The metadata of an HTML page. Leaves the tree as it was."""
    linked, meta, known = linked_data(tree), MetaTags(tree), page.known
    collect = _Collector()
    canonical = meta.link("canonical")
    url = _address(
        collect,
        page,
        (
            ("link", canonical),
            ("meta", meta.first("og:url")),
            ("json-ld", linked.url),
        ),
    )
    source = collect.text(
        "source",
        (
            ("source", known.source),
            ("json-ld", _no_url(linked.source)),
            ("meta", _no_url(meta.first("og:site_name", "application-name", "dc.publisher"))),
            ("host", host_of(url)),
        ),
    )
    title = collect.text("title", _titles(tree, page, linked, meta), lambda t: _title(t, source))
    author = collect.text("author", _authors(tree, page, linked, meta), clean_author)
    section = collect.text(
        "section",
        (
            ("source", known.section),
            ("json-ld", linked.section),
            ("meta", _no_url(meta.first("article:section", "parsely-section", "section"))),
        ),
    )
    language = collect.text("language", _languages(tree, page, linked, meta, body), _language)
    published = collect.moment("published", known.published, _dates(tree, linked, meta))
    modified = collect.moment(
        "modified",
        known.modified,
        (
            ("json-ld", linked.modified),
            (
                "meta",
                meta.first(
                    "article:modified_time",
                    "og:updated_time",
                    "last-modified",
                    "dc.date.modified",
                    "datemodified",
                ),
            ),
        ),
    )
    return Metadata(
        url, title, source, author, section, language, published, modified, tuple(collect.found)
    )


def text_metadata(
    page: Page, body: str, title: str, author: str | None, published: str | None
) -> Metadata:
    """The metadata of raw text: what its source said, then what it prints."""
    known, collect = page.known, _Collector()
    url = _address(collect, page, ())
    return Metadata(
        url=url,
        title=collect.text("title", (("source", known.title), ("text", title))),
        source=collect.text("source", (("source", known.source), ("host", host_of(url)))),
        author=collect.text("author", (("source", known.author), ("text", author)), clean_author),
        section=collect.text("section", (("source", known.section),)),
        language=collect.text(
            "language", (("source", known.language), ("text", _detected(body))), _language
        ),
        published=collect.moment("published", known.published, (("text", published),)),
        modified=collect.moment("modified", known.modified, ()),
        found=tuple(collect.found),
    )


def _address(collect: _Collector, page: Page, candidates: _Candidates) -> str | None:
    given = clean_url(page.known.url, page.url)
    if given:
        collect.found.append(("url", "source"))
        return given
    own = clean_url(page.url)
    for origin, value in candidates:
        url = canonical_url((value,), page.url) if value else None
        if (url and url != own) or (url and value and clean_url(value, own) == own):
            collect.found.append(("url", origin))
            return url
    if own:
        collect.found.append(("url", "address"))
    return own


def _titles(tree: HtmlElement, page: Page, linked: Linked, meta: MetaTags) -> _Candidates:
    yield "source", page.known.title
    yield "json-ld", linked.title
    yield "meta", meta.first("og:title", "twitter:title", "parsely-title", "dc.title")
    for heading in tree.iter("h1"):
        yield "page", heading.text_content()
    for title in tree.iter("title"):
        yield "page", title.text_content()


def _authors(tree: HtmlElement, page: Page, linked: Linked, meta: MetaTags) -> _Candidates:
    yield "source", page.known.author
    yield "json-ld", linked.author
    yield (
        "meta",
        meta.all(
            "author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl"
        ),
    )
    yield "page", extract_metadata(deepcopy(tree), extensive=False).author


def _languages(
    tree: HtmlElement, page: Page, linked: Linked, meta: MetaTags, body: str
) -> _Candidates:
    yield "source", page.known.language
    root = tree.getroottree().getroot()
    yield "page", root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    yield "json-ld", linked.language
    yield "meta", meta.first("content-language", "og:locale", "language", "dc.language")
    yield "text", _detected(body)


def _dates(tree: HtmlElement, linked: Linked, meta: MetaTags) -> _Candidates:
    yield "json-ld", linked.published
    for name in (
        "article:published_time",
        "og:published_time",
        "parsely-pub-date",
        "datepublished",
        "date",
        "dc.date.issued",
        "dc.date",
        "pubdate",
        "sailthru.date",
        "publish-date",
        "publication_date",
        "article.published",
        "cxenseparse:recs:publishtime",
        "dcterms.created",
        "dcterms.date",
    ):
        yield "meta", meta.first(name)
    for moment in tree.iter("time"):
        if moment.get("itemprop") == "datePublished" or moment.get("pubdate") is not None:
            yield "page", moment.get("datetime")
    yield "htmldate", find_date(deepcopy(tree), extensive_search=False, original_date=True)


def _title(text: str, source: str | None) -> str | None:
    """The title without the name of the site at its end."""
    title = metadata_text(text)
    if title and source:
        *parts, last = _TITLE_CUT.split(title)
        if parts and last.casefold() == source.casefold():
            return title[: title.rindex(last)].rstrip(" |–—·»-") or title
    return title


def _language(value: str) -> str | None:
    found = _LANGUAGE.match(value.strip())
    return found.group(1).lower() if found else None


def _detected(body: str) -> str | None:
    if not any(char.isalpha() for char in body[:_LANGUAGE_SAMPLE]):
        return None
    language, _ = py3langid.classify(body[:_LANGUAGE_SAMPLE])
    return str(language)


def _no_url(value: str | None) -> str | None:
    return None if value and "://" in value else value
