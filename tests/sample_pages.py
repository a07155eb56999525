"""The sample's pages as they were written: the story of each, and what stands around it.

Read by the classes that the pages themselves give their parts, and not by what Byline
makes of them.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from lxml import html

from tests.sample_archive import SAMPLE

ARTICLES = SAMPLE / "articles"

# what stands inside <article> and is not the story
ASIDE = {
    "read-more",
    "inline-related",
    "newsletter-box",
    "promo",
    "signoff",
    "agency",
    "standfirst",
}
# whatever holds pieces of other stories, prompts or readers' words
AROUND = {
    "related",
    "teaser",
    "read-more",
    "inline-related",
    "more-stories",
    "most-read",
    "newsletter",
    "newsletter-box",
    "app",
    "app-promo",
    "promo",
    "comments",
    "cookie-banner",
}

PAGES = sorted(ARTICLES.glob("*.html"))
TEXTS = sorted(ARTICLES.glob("*.txt"))


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def classes(element: html.HtmlElement) -> set[str]:
    return set((element.get("class") or "").split())


@cache
def tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


@cache
def news(path: Path) -> dict[str, Any]:
    """The one NewsArticle among the page's JSON-LD."""
    found: list[dict[str, Any]] = []
    for script in tree(path).xpath("//script[@type='application/ld+json']"):
        data = json.loads(script.text)
        nodes = data if isinstance(data, list) else data.get("@graph", [data])
        found += [n for n in nodes if n["@type"] == "NewsArticle"]
    assert len(found) == 1, path.name
    return found[0]


@cache
def canonical(path: Path) -> str:
    (link,) = tree(path).xpath("//link[@rel='canonical']/@href")
    return str(link)


@cache
def story(path: Path) -> tuple[str, ...]:
    """The paragraphs of the story, and nothing else that lies in <article>."""
    paragraphs = []
    for p in tree(path).xpath("//article//p"):
        around = set().union(classes(p), *(classes(a) for a in p.iterancestors()))
        text = squeeze(p.text_content())
        if not around & ASIDE and not text.startswith("Read more:"):
            paragraphs.append(text)
    return tuple(paragraphs)


@cache
def asides(path: Path) -> str:
    """All that lies outside the story: teasers, lists, promotion, comments."""
    parts = []
    for element in tree(path).iter():
        if not isinstance(element.tag, str):
            continue
        if classes(element) & AROUND or element.tag in {"aside", "nav", "footer", "figure"}:
            parts.append(squeeze(element.text_content()))
    return "\n".join(parts)


@cache
def by_url() -> dict[str, list[Path]]:
    pages: dict[str, list[Path]] = {}
    for path in PAGES:
        pages.setdefault(canonical(path), []).append(path)
    return pages


def published(path: Path) -> datetime:
    return datetime.fromisoformat(news(path)["datePublished"])
