"""The sample's questions, and small archives of articles made up on the spot."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.embed import Embedder
from index.ingest import Ingest
from index.summary import Summary
from index.types import Metadata, Page
from index.writer import ArchiveWriter
from rag.types import Citation

SAMPLE = Path(__file__).parent.parent / "eval" / "sample"


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one of the sample's files."""
    lines = (SAMPLE / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def questions() -> list[dict[str, Any]]:
    return rows("questions.jsonl")


def is_gold(citation: Citation, gold: Iterable[dict[str, str]]) -> bool:
    """Whether a quote is one of the sentences that answer, give or take a dateline."""
    quote = " ".join(citation.quote.split())
    sentences = [" ".join(g["sentence"].split()) for g in gold]
    return any(sentence in quote or quote in sentence for sentence in sentences)


def story(
    name: str,
    text: str,
    *,
    title: str = "A story",
    source: str | None = "The Gazette",
    section: str | None = "World",
    day: str | None = "2024-05-01",
    modified: str | None = None,
) -> Page:
    """A page that is the story alone."""
    url = f"https://gazette.example/{name}"

    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None

    known = Metadata(
        url=url,
        title=title,
        source=source,
        section=section,
        language="en",
        published=moment(day),
        modified=moment(modified),
    )
    return Page(url, "text", text, url=url, known=known, whole=True)


def add(folder: Path, embedder: Embedder, *pages: Page) -> Summary:
    with ArchiveWriter(folder, embedder.identity) as writer:
        return Ingest(writer, embedder).run(pages)
