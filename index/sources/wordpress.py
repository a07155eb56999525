"""WordPress exports (WXR): every published post, and nothing else.

Its drafts, revisions, pages, menus and pictures are no news; a post behind a
password was not meant for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from index.sources.dates import parse_date, parse_local
from index.sources.reading import Item, Opened, Reading, Unfit
from index.sources.records import known_metadata, web_url
from index.sources.xml import child_text, elements, inner_text
from index.types import Page, Skip, SkipReason

_CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
_NO_SECTION: Final = frozenset({"uncategorized", "uncategorised"})
_SHORTCODES: Final = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist)\b[^\]]{0,2000}\]"
)
_BLOCK: Final = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|table|blockquote|figure|pre|section|hr|iframe|script|style)\b"
    r"|<!--",
    re.I,
)


def read_wordpress(opened: Opened, reading: Reading) -> Iterator[Item]:
    """A page for each published post."""
    site = language = None
    empty = True
    for item in elements(opened.stream, "item", limit=2 * reading.max_bytes):
        channel = item.getparent()
        if site is None and channel is not None:
            site, language = child_text(channel, "title"), child_text(channel, "language")
        if _is_published_post(item):
            empty = False
            yield _page(item, opened.origin, site, language)
    if empty:
        raise Unfit(SkipReason.EMPTY, "no published posts")


def _is_published_post(item: etree._Element) -> bool:
    return (
        child_text(item, "status") == "publish"
        and child_text(item, "post_type") == "post"
        and child_text(item, "post_password") is None
    )


def _page(item: etree._Element, origin: str, site: str | None, language: str | None) -> Page | Skip:
    link = web_url(child_text(item, "link"))
    place = f"{origin}#{child_text(item, 'post_id') or child_text(item, 'guid') or link}"
    encoded = item.find(_CONTENT)
    content = "" if encoded is None else inner_text(encoded)
    if not content.strip():
        return Skip(place, SkipReason.EMPTY, "the post has no text")
    published = parse_local(child_text(item, "post_date"), child_text(item, "post_date_gmt"))
    known = known_metadata(
        "wordpress",
        url=link,
        title=child_text(item, "title"),
        source=site,
        author=child_text(item, "creator"),
        section=_section(item),
        language=language,
        published=published or parse_date(child_text(item, "pubDate")),
        modified=parse_local(
            child_text(item, "post_modified"), child_text(item, "post_modified_gmt")
        ),
    )
    html = with_paragraphs(_SHORTCODES.sub("", without_captions(content)))
    return Page(place, "html", html, url=link, known=known, whole=True)


def _section(item: etree._Element) -> str | None:
    names = (
        inner_text(category).strip()
        for category in item.findall("category")
        if category.get("domain") == "category"
    )
    return next((name for name in names if name and name.lower() not in _NO_SECTION), None)


def without_captions(html: str) -> str:
    """Leave out pictures and their captions, which are not the story."""
    kept: list[str] = []
    at = 0
    while (start := html.find("[caption", at)) >= 0:
        end = html.find("[/caption]", start)
        if end < 0:
            break
        kept.append(html[at:start])
        at = end + len("[/caption]")
    return "".join(kept) + html[at:]


def with_paragraphs(html: str) -> str:
    """Mark up paragraphs that are only separated by blank lines.

    The classic editor stores posts that way and WordPress adds the tags when
    it shows them; without them a whole story would become one paragraph.
    """
    chunks = re.split(r"\r?\n\s*\n", html.strip())
    return "\n\n".join(
        chunk if not chunk.strip() or _BLOCK.search(chunk) else f"<p>{chunk.strip()}</p>"
        for chunk in chunks
    )
