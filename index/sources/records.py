"""From one record of an export (a JSON object) to a page.

The fields that newsrooms and data sets use for the same thing are taken for
the same thing; all others are ignored. The text of a record is the story
alone, so nothing needs to be cut away from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from index.sources.dates import parse_date
from index.types import Metadata, Page, Skip, SkipReason

_BODY: Final = ("articleBody", "body", "text", "content")
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("title", "headline"),
    "source": ("source", "publisher"),
    "author": ("author", "authors", "byline"),
    "section": ("section", "articleSection", "category"),
    "language": ("language", "inLanguage", "lang"),
    "published": ("published", "date", "published_at", "datePublished"),
    "modified": ("modified", "modified_at", "dateModified"),
}
# a text that only mentions a tag, or breaks lines with one, is still plain text
_MARKUP: Final = re.compile(
    r"\A\s*<(?:!doctype|html|body|article|section|div|p|h[1-6]|ul|figure)\b|</(?:p|div)>", re.I
)


def is_record(row: object) -> bool:
    """Whether `row` looks like an article rather than some other JSON."""
    return isinstance(row, dict) and any(name in row for name in (*_BODY, "html"))


def page_from_record(row: object, origin: str, position: int) -> Page | Skip:
    """The page in `row`, record number `position` of the export `origin`.

    Its own origin is stable from run to run, as it may be all that tells the
    article from others: the record's id if it has one, else its position.
    """
    place = f"{origin}:{position}"
    if not isinstance(row, dict):
        return Skip(place, SkipReason.MALFORMED, f"expected an object, found {type(row).__name__}")
    identity = row.get("id")
    if isinstance(identity, str | int) and not isinstance(identity, bool) and identity != "":
        place = f"{origin}#{text_of(identity)}"
    html = text_of(row.get("html"))
    body = next((text for name in _BODY if (text := _paragraphs(row.get(name)))), None)
    content = body or html
    if content is None:
        return Skip(place, SkipReason.EMPTY, "the record has no text")
    media = "html" if body is None or _MARKUP.search(content) else "text"
    url = web_url(row.get("url"))
    return Page(
        origin=place,
        media="html" if media == "html" else "text",
        content=content,
        url=url,
        known=known_metadata("record", url=url, **{n: _first(row, n) for n in _FIELDS}),
        whole=True,
    )


def known_metadata(origin: str, **values: Any) -> Metadata:
    """Metadata from loosely typed values, with `origin` noted for each one found."""
    found = Metadata(
        url=text_of(values.get("url")),
        title=text_of(values.get("title")),
        source=text_of(values.get("source")),
        author=text_of(values.get("author")),
        section=text_of(values.get("section")),
        language=_language(values.get("language")),
        published=_date(values.get("published")),
        modified=_date(values.get("modified")),
    )
    names = [f.name for f in fields(found) if f.name != "found" and getattr(found, f.name)]
    return replace(found, found=tuple((name, origin) for name in names))


def _date(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else parse_date(value)


def text_of(value: object) -> str | None:
    """A string, a number, {"name": ...} or a list of these, as one line of text."""
    if isinstance(value, str):
        return " ".join(_valid(value).split()) or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return text_of(value.get("name"))
    if isinstance(value, list):
        return ", ".join(_texts(value)) or None
    return None


def web_url(value: object) -> str | None:
    """`value` if it is a URL that a reader could open, else None."""
    url = text_of(value)
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _texts(values: Iterable[object]) -> list[str]:
    return [text for value in values if not isinstance(value, list) and (text := text_of(value))]


def _first(row: dict[str, Any], field: str) -> Any:
    """The first of a field's names that `row` has a value for."""
    value = next((row[name] for name in _FIELDS[field] if row.get(name)), None)
    if field == "section" and isinstance(value, list):
        return value[0]
    return value


def _paragraphs(value: object) -> str | None:
    if isinstance(value, list):
        value = "\n\n".join(part for part in value if isinstance(part, str))
    return _valid(value) if isinstance(value, str) and value.strip() else None


def _language(value: object) -> str | None:
    code = (text_of(value) or "").replace("_", "-").partition("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _valid(text: str) -> str:
    """JSON may hold half a surrogate pair ("\\ud800"), which no database takes."""
    return text.encode("utf-8", "replace").decode()
