"""Small word indexes, and what is found in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from index.documents import TermDocument
from index.terms import TermIndex
from index.types import Filters


def document(
    key: int,
    text: str,
    *,
    article: str | None = None,
    language: str | None = "en",
    source: str | None = None,
    section: str | None = None,
    day: date | None = None,
) -> TermDocument:
    about = " ".join(part for part in (source, section) if part)
    return TermDocument(
        key,
        article or f"article{key}",
        text,
        about,
        language,
        source,
        section,
        day.toordinal() if day else None,
    )


def index_of(*documents: TermDocument, path: Path | None = None, seen: int = 1) -> TermIndex:
    index = TermIndex(path)
    index.update(documents, (), (), seen)
    return index


def found(
    index: TermIndex,
    text: str,
    filters: Filters = Filters(),
    languages: Sequence[str] = ("en",),
) -> list[int]:
    return [hit.key for hit in index.search(text, 20, filters, languages)]


NEWS = (
    document(1, "Mines were found near the bridge", source="Anew", section="World",
             day=date(2025, 1, 1)),
    document(2, "A bridge opened", source="The Sample Gazette", section="City",
             day=date(2025, 1, 31)),
    document(3, "The bridge closed", source="İstanbul Haber", section="Şehir",
             day=date(2025, 2, 1)),
    document(4, "An old bridge"),
)  # fmt: skip
