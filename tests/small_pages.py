"""Pages made up on the spot, and a run that takes them in."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index import ingest
from index.summary import Summary
from index.types import Metadata, NotModified, Page, Skip
from index.writer import ArchiveWriter
from tests.small_archive import EMBEDDER, IDENTITY

Item = Page | Skip | NotModified


def run(folder: Path, *pages: Item) -> Summary:
    with ArchiveWriter(folder, IDENTITY) as writer:
        return ingest.Ingest(writer, EMBEDDER).run(pages)


def prose(seed: int, sentences: int = 12) -> str:
    """A story of its own, in which "case{seed}" stands."""
    generator = random.Random(seed)
    vowels, rest = "aeiou", "bdfgklmnprstvz"

    def word() -> str:
        return "".join(generator.choice(rest) + generator.choice(vowels) for _ in range(3))

    lines = [f"The council heard case{seed} on Monday."]
    lines += [f"The {word()} of {word()} and {word()} was {word()}." for _ in range(sentences)]
    return " ".join(lines)


def page(number: int, text: str | None = None, **about: Any) -> Page:
    """A record of an export, as plain as can be."""
    fields: dict[str, Any] = {
        "url": f"https://gazette.example/{number}",
        "title": f"Title of {number}",
        "source": "The Sample Gazette",
        "language": "en",
        "published": datetime(2025, 1, 1 + number % 28, tzinfo=UTC),
    }
    known = Metadata(**(fields | about))
    return Page(f"export.jsonl#{number}", "text", text or prose(number), known=known, whole=True)


def html(
    body: str,
    *,
    canonical: str | None = None,
    url: str | None = None,
    origin: str | None = None,
    modified: str | None = None,
    published: str = "2025-05-01",
) -> Page:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    changed = f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    content = (
        f'<!doctype html><html lang="en"><head><title>Council hears a case</title>{link}{changed}'
        f'<meta property="article:published_time" content="{published}"></head>'
        f"<body><article><h1>Council hears a case</h1><p>{body}</p></article></body></html>"
    )
    return Page(origin or url or "saved.html", "html", content.encode(), url)


WIRE = prose(900, 40)
"""A story long enough to be told from others, that several outlets may print."""


def copy(number: int, day: int | None, text: str) -> Page:
    """The story as outlet `number` printed it, on a day of March 2025 or on none that is known."""
    moment = datetime(2025, 3, day, tzinfo=UTC) if day else None
    return page(number, text, published=moment, source=f"Outlet {number}")
