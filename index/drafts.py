"""From a page to an article that may be written: its identity and its fingerprint."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from index.extract import body_of, extract
from index.records import Address
from index.types import Article, Block, Page

# Part of every page's hash: raising it makes the next run read every page anew.
_EXTRACTION = "1"


@dataclass(frozen=True, slots=True)
class Draft:
    """An article read from a page, not yet compared with the archive."""

    article: Article
    asides: tuple[Block, ...]
    fingerprint: str  # of what readers see of it
    address: Address
    fetched_from: str | None  # the URL it was read at; None for a file
    record: bool  # came from an export, where two records are two articles


def page_hash(page: Page) -> str:
    """Changes whenever the page, or what the source says of it, does."""
    content = page.content
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return _digest(_EXTRACTION, page.media, repr(page.known), hashlib.sha256(raw).hexdigest())


def draft(page: Page) -> Draft:
    """Read a page. Raises NoStory, or another BylineError, where it holds no article."""
    extraction = extract(page)
    about = extraction.metadata
    body, headings = body_of(extraction.story)
    identity = about.url or page.url or page.origin
    article = Article(
        id=article_id(identity),
        url=about.url,
        title=about.title or body.split("\n", 1)[0][:120],
        body=body,
        source=about.source,
        author=about.author,
        section=about.section,
        language=about.language,
        published=about.published,
        modified=about.modified,
        headings=headings,
    )
    return Draft(
        article=article,
        asides=extraction.asides,
        fingerprint=_digest(
            article.title,
            article.body,
            article.source or "",
            article.author or "",
            article.section or "",
            article.published.isoformat() if article.published else "",
        ),
        address=Address(address_of(page), page_hash(page), page.etag, page.last_modified),
        fetched_from=page.url,
        record=page.whole,
    )


def address_of(page: Page) -> str:
    """Where a page was seen, as a database can keep it: a file's name may be no Unicode."""
    return page.origin.encode("utf-8", "backslashreplace").decode()


def article_id(identity: str) -> str:
    """The id of the article with this canonical URL, or this name where it has none."""
    return _digest(identity)[:16]


def _digest(*parts: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
