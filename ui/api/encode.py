"""JSON as it leaves: on one line, UTF-8, and readable by the simplest of clients."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.responses import Response

# Some clients split a stream's lines where Unicode has a line break, not only at LF.
_BREAKS = re.compile("[\x85\u2028\u2029]")


def encoded(value: Any) -> bytes:
    """`value` as JSON without line breaks. Raises ValueError for NaN and infinity."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = _BREAKS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    # half a character, which UTF-8 has no form for, becomes \udXXX: JSON's own escape
    return text.encode("utf-8", "backslashreplace")


class Json(Response):
    """A reply that is not kept by anybody on its way: answers change with the archive."""

    media_type = "application/json"

    def __init__(self, content: Any = None, status_code: int = 200) -> None:
        super().__init__(content, status_code, headers={"Cache-Control": "no-store"})

    def render(self, content: Any) -> bytes:
        return encoded(content)
