"""The few response headers that matter here."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from email.message import Message


class Headers:
    """Response headers, by lower-case name; of a repeated one, the first."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in raw:
            key = name.decode("latin-1").lower()
            self._values.setdefault(key, value.decode("latin-1").strip())

    def get(self, name: str) -> str | None:
        """The value, or None when it is missing or empty."""
        return self._values.get(name) or None

    def length(self) -> int:
        """Content-Length, or 0 when it is not given."""
        value = self._values.get("content-length", "")
        return int(value[:20]) if value.isascii() and value.isdigit() else 0

    def content_type(self) -> tuple[str, str | None]:
        """The media type in lower case ("" if none), and a charset Python knows."""
        return parse_content_type(self._values.get("content-type", ""))


def parse_content_type(value: str) -> tuple[str, str | None]:
    """Split a Content-Type into its media type and its charset."""
    if not value:
        return "", None
    message = Message()
    message["content-type"] = value.replace("\r", " ").replace("\n", " ")
    charset = message.get_content_charset()
    try:
        "x".encode(charset or "ascii")  # "hex" and the like are codecs, not charsets
        known = codecs.lookup(charset).name if charset else None
    except (LookupError, ValueError):
        known = None
    return value.partition(";")[0].strip().lower(), known
