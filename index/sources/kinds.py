"""Telling what something is from its name, its content type and its first bytes.

A file's extension is believed, since the person who named it knew; a server's
content type is believed less, as feeds are often served as HTML; and what has
neither is judged by its beginning.
"""

from __future__ import annotations

import re
from enum import StrEnum
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import Final

from index.sources.reading import Unfit
from index.types import SkipReason

HEAD_BYTES: Final = 1 << 14
"""How much of the beginning is looked at."""


class Kind(StrEnum):
    HTML = "html"
    TEXT = "text"
    JSONL = "JSON Lines"
    JSON = "JSON"
    WORDPRESS = "WordPress export"
    FEED = "feed"
    SITEMAP = "sitemap"
    WARC = "WARC"


_SUFFIXES: Final = {
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".md": Kind.TEXT,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".json": Kind.JSON,
    ".warc": Kind.WARC,
}
_XML_SUFFIXES: Final = frozenset({".xml", ".rss", ".atom", ".rdf", ".wxr"})
_OTHER_SUFFIXES: Final = frozenset(
    {".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".lock", ".log", ".sql", ".ts", ".scss"}
)
_TYPES: Final = {
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "text/plain": Kind.TEXT,
    "text/markdown": Kind.TEXT,
    "application/json": Kind.JSON,
    "application/jsonl": Kind.JSONL,
    "application/x-ndjson": Kind.JSONL,
    "application/warc": Kind.WARC,
}
_ROOTS: Final = {
    "rss": Kind.FEED,
    "feed": Kind.FEED,
    "rdf": Kind.FEED,
    "urlset": Kind.SITEMAP,
    "sitemapindex": Kind.SITEMAP,
    "html": Kind.HTML,
}
_VAGUE: Final = frozenset(
    {
        "",
        "application/octet-stream",
        "application/gzip",
        "application/x-gzip",
        "binary/octet-stream",
    }
)
# only the table that Python carries: a machine's own would change what is read
_MIME: Final = MimeTypes(filenames=())

_PROLOGUE: Final = re.compile(
    r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>|\s+", re.S | re.I
)
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_MARKUP: Final = re.compile(r"<(!doctype html|html|head|body|article|div|p|h1|meta)[\s>/]", re.I)
_CONTROL: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"


def kind_of_file(name: str, head: bytes) -> Kind:
    """What a file is, or `Unfit` if Byline does not read such files."""
    _refuse_empty(head)
    suffix = _suffix(name)
    if suffix in _XML_SUFFIXES:
        return _by_root(head) or _refuse("XML, but no feed, sitemap or WordPress export")
    kind = _SUFFIXES.get(suffix)
    if kind is not None:
        return _text(kind, head)
    if suffix in _OTHER_SUFFIXES or _MIME.guess_type("x" + suffix)[0] is not None:
        _refuse(f"{suffix} files are not read")
    return _by_content(head)


def kind_of_answer(url_path: str, content_type: str, head: bytes) -> Kind:
    """What a server's answer is, or `Unfit` if Byline does not read such things."""
    _refuse_empty(head)
    kind = _by_root(head)
    if kind is not None:
        return kind
    kind = _TYPES.get(content_type)
    if kind is not None:
        return _text(kind, head)
    if content_type not in _VAGUE:
        _refuse(f"{content_type} is not read")
    kind = _SUFFIXES.get(_suffix(url_path))
    return _by_content(head) if kind is None else _text(kind, head)


def is_page_name(name: str) -> bool:
    """Whether the name alone says that this file is one page."""
    return _SUFFIXES.get(_suffix(name)) in (Kind.HTML, Kind.TEXT)


def _suffix(name: str) -> str:
    path = PurePosixPath(name.lower())
    return PurePosixPath(path.stem).suffix if path.suffix == ".gz" else path.suffix


def _refuse(detail: str) -> Kind:
    raise Unfit(SkipReason.UNSUPPORTED, detail)


def _refuse_empty(head: bytes) -> None:
    if len(head) < HEAD_BYTES and not head.strip():
        raise Unfit(SkipReason.EMPTY)


def _text(kind: Kind, head: bytes) -> Kind:
    if kind is not Kind.WARC and _decoded(head) is None:
        raise Unfit(SkipReason.BINARY)
    return kind


def _by_content(head: bytes) -> Kind:
    if head.startswith(b"WARC/1."):
        return Kind.WARC
    kind = _by_root(head)
    if kind is not None:
        return kind
    text = _decoded(head)
    if text is None:
        raise Unfit(SkipReason.BINARY)
    if re.match(r'\s*\{\s*"', text):
        return Kind.JSONL
    if re.match(r"\s*\[\s*\{", text):
        return Kind.JSON
    return Kind.HTML if _MARKUP.search(text) else Kind.TEXT


def _by_root(head: bytes) -> Kind | None:
    """What the root element says, if this is XML of a sort that is read."""
    text = _decoded(head)
    if text is None:
        return None
    at = 0
    while prologue := _PROLOGUE.match(text, at):
        at = prologue.end()
    root = _ROOT.match(text, at)
    if root is None:
        return None
    kind = _ROOTS.get(root[1].lower())
    if kind is Kind.FEED and "://wordpress.org/export/" in text[at:]:
        return Kind.WORDPRESS
    return kind


def _decoded(head: bytes) -> str | None:
    """The beginning as text, good enough to look at; None if it is binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").lstrip("\ufeff")
    if b"\0" in head:
        return None
    if len(head) - len(head.translate(None, _CONTROL)) > len(head) * 0.02:
        return None
    return head.decode("utf-8-sig", "replace")
