"""Reading XML of any size, from anybody, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from lxml import etree

from index.sources.reading import Unfit
from index.types import SkipReason

_PIECE: Final = 1 << 15
_LOGGED: Final = 100  # libxml2's errors after these are not kept


def elements(stream: BinaryIO, *names: str, limit: int) -> Iterator[etree._Element]:
    """Each element called one of `names`, whatever its namespace, when complete.

    It and all that came before it are forgotten when the next is asked for.
    More than `limit` bytes between two of them are refused. Entities are never
    expanded or fetched; a document that declares its own is refused. A damaged
    document is read as far as possible, and only then reported.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    passed = 0
    try:
        while piece := stream.read(_PIECE):
            parser.feed(piece)
            passed += len(piece)
            for element in _forgetting(parser):
                passed = 0
                yield element
            if passed > limit:
                detail = f"an XML element of more than {limit:,} bytes"
                raise Unfit(SkipReason.TOO_LARGE, detail)
        before = len(parser.feed_error_log)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Unfit(SkipReason.MALFORMED, f"XML: {error.msg}") from error
    damage = parser.feed_error_log
    if len(damage) == before < _LOGGED:  # else the end is missing: what is left is not whole
        yield from _forgetting(parser)
    for entry in damage:
        raise Unfit(SkipReason.MALFORMED, f"XML, line {entry.line}: {entry.message.strip()}")


def _forgetting(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    for _, element in parser.read_events():
        if not isinstance(element, etree._Element):  # comments and namespaces: not asked for
            continue
        _refuse_entities(element)
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def child_text(element: etree._Element, name: str) -> str | None:
    """The text of the first child called `name`, whatever its namespace."""
    child = element.find(f"{{*}}{name}")
    if child is None:
        return None
    return inner_text(child).strip() or None


def inner_text(element: etree._Element) -> str:
    """All the text inside `element`."""
    return "".join(part for part in element.itertext() if isinstance(part, str))


def _refuse_entities(element: etree._Element) -> None:
    declared: Any = element.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise Unfit(SkipReason.MALFORMED, "the XML declares entities of its own")
