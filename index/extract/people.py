"""Names of authors, as they are printed beside a citation."""

from __future__ import annotations

import re

from index.extract.clean import METADATA_LENGTH, metadata_text

_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*|\S+@\S+\.\w+|(?<!\w)@\w+")
_BY = re.compile(r"^\s*(?:(?:written|posted|reported|story|words|text)\s+)?by\b[:\s]+", re.I)
_BETWEEN = re.compile(r"\s*(?:,|;|\||\s&\s|\s/\s|\band\s+by\b|\sand\s)\s*", re.I)
_READ = 2_000
_NOBODY = frozenset(
    {"admin", "administrator", "editor", "none", "null", "unknown", "author", "staff"}
)


def clean_author(text: str) -> str | None:
    """Names joined with ", ", without "By", addresses and placeholders."""
    line = metadata_text(_ADDRESS.sub(" ", text[:_READ]))
    if line is None:
        return None
    names = (
        _BY.sub("", name).strip(" .,;:-–—()[]<>") for name in _BETWEEN.split(_BY.sub("", line))
    )
    kept = dict.fromkeys(name for name in names if name and name.casefold() not in _NOBODY)
    return ", ".join(kept)[:METADATA_LENGTH].rstrip(" ,") or None
