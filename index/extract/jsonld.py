"""What a page says of its article in JSON-LD (schema.org, json-ld.org).

Publishers embed it in every shape: one object, a list, a graph with
references between nodes, an article inside a page. Some of it is broken.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from index.extract.clean import metadata_text

_ARTICLES = frozenset({"blogposting", "liveblogposting", "socialmediaposting", "report"})
_MAX_SCRIPTS = 50
_MAX_NODES = 5_000
_MAX_DEPTH = 20
_OPENINGS = ("<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "<![CDATA[")
_CLOSINGS = (";", "-->", "//]]>", "// ]]>", "/*]]>*/", "]]>", ";")
_TRAILING_COMMA = re.compile(r",\s{0,100}([}\]])")
_Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Linked:
    """The fields of the article node, as the page has them. None is unsaid."""

    title: str | None = None
    source: str | None = None
    author: str | None = None
    section: str | None = None
    language: str | None = None
    published: str | None = None
    modified: str | None = None
    url: str | None = None


def linked_data(tree: HtmlElement) -> Linked:
    """The fields of the page's article; all None when it names none."""
    nodes = list(_nodes(tree))
    named = {str(n["@id"]): n for n in nodes if "@id" in n and len(n) > 1}
    article = next((node for node in nodes if _is_article(node)), None)
    if article is None:
        return Linked()
    return Linked(
        title=_text(article.get("headline")) or _text(article.get("name")),
        source=_names(article.get("publisher"), named),
        author=_names(article.get("author"), named) or _names(article.get("creator"), named),
        section=_text(article.get("articleSection")),
        language=_text(article.get("inLanguage")),
        published=_text(article.get("datePublished")) or _text(article.get("dateCreated")),
        modified=_text(article.get("dateModified")),
        url=_url(article.get("url")) or _url(article.get("mainEntityOfPage")),
    )


def _nodes(tree: HtmlElement) -> Iterator[_Node]:
    """Every object of every script, outer ones first, at most `_MAX_NODES`."""
    scripts = [s for s in tree.iter("script") if "ld+json" in (s.get("type") or "").lower()]
    pending = [(_loads(script.text_content()), 0) for script in scripts[:_MAX_SCRIPTS]]
    for count, (value, depth) in enumerate(pending):
        if count > _MAX_NODES:
            return
        if isinstance(value, dict):
            yield value
        if depth < _MAX_DEPTH and isinstance(value, (dict, list)):
            inner = value.values() if isinstance(value, dict) else value
            pending.extend((each, depth + 1) for each in inner if isinstance(each, (dict, list)))


def _loads(text: str) -> object:
    text = text.strip()
    for opening in _OPENINGS:
        text = text.removeprefix(opening).lstrip()
    for closing in _CLOSINGS:
        text = text.removesuffix(closing).rstrip()
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _is_article(node: _Node) -> bool:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(
        isinstance(name, str)
        and (name.lower().endswith("article") or name.rsplit("/", 1)[-1].lower() in _ARTICLES)
        for name in names
    )


def _text(value: object) -> str | None:
    """The first text in a value that may be a list or a named object."""
    if isinstance(value, list):
        return next((text for text in map(_text, value[:20]) if text), None)
    if isinstance(value, dict):
        return _text(value.get("alternateName")) or _text(value.get("name") or value.get("@value"))
    return metadata_text(html.unescape(value)) if isinstance(value, str) else None


def _names(value: object, named: Mapping[str, _Node]) -> str | None:
    """Names of people or organisations, joined with ", "."""
    found: list[str] = []
    for each in value[:20] if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            node = named.get(str(each.get("@id")), each) if "name" not in each else each
            name = node.get("name")
            text = _names(name, {}) if isinstance(name, (str, list)) else None
        else:
            text = _text(each)
        if text and text not in found:
            found.append(text)
    return ", ".join(found) or None


def _url(value: object) -> str | None:
    if isinstance(value, list):
        return next((url for url in map(_url, value[:5]) if url), None)
    if isinstance(value, dict):
        return _url(value.get("@id") or value.get("url"))
    return value if isinstance(value, str) else None
