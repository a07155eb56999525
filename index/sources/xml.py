"""Reading XML of any size, from anybody, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from index.sources.reading import Unfit
from index.types import SkipReason


def elements(stream: BinaryIO, *names: str, limit: int) -> Iterator[etree._Element]:
    """Each element called one of `names`, whatever its namespace, when complete.

    It and all that came before it are forgotten when the next is asked for.
    More than `limit` bytes between two of them are refused. Entities are never
    expanded or fetched; a document that declares its own is refused. A damaged
    document is read as far as possible, and only then reported.
    """
    meter = _Meter(stream, limit)
    events = etree.iterparse(
        meter,
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
    try:
        for _, element in events:
            _refuse_entities(element)
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
            meter.reset()
    except etree.XMLSyntaxError as error:
        raise Unfit(SkipReason.MALFORMED, f"XML: {error.msg}") from error
    damage = next(iter(events.error_log), None)
    if damage is not None:
        raise Unfit(SkipReason.MALFORMED, f"XML, line {damage.line}: {damage.message.strip()}")


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


class _Meter:
    """Passes reads on, and refuses when too many bytes lead to nothing."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._passed = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._passed += len(piece)
        if self._passed > self._limit:
            detail = f"an XML element of more than {self._limit:,} bytes"
            raise Unfit(SkipReason.TOO_LARGE, detail)
        return piece

    def reset(self) -> None:
        self._passed = 0
