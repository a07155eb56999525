"""Benchmark collections: JSON Lines of documents and of queries, and an archive of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.drafts import article_id
from index.embed import Embedder
from index.errors import SourceError
from index.ingest import Ingest
from index.sources.dates import parse_date
from index.types import Metadata, Page
from index.writer import ArchiveWriter


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A question with the ids of the documents that answer it."""

    id: str
    question: str
    relevant: frozenset[str]


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file, gzipped or not, each with the number of its line.

    Raises SourceError, naming the line, where one is not a JSON object.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise SourceError(f"{path}:{number}: expected a JSON object, found {row!r:.40}")
                yield number, row
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read {path}: {error}") from error
    except json.JSONDecodeError as error:
        raise SourceError(f"{path}:{number}: not JSON: {error}") from error


def read_queries(path: Path) -> list[JudgedQuery]:
    """Rows of `question` and `relevant` (document ids, none for an unanswerable one)."""
    queries = []
    for number, row in read_rows(path):
        if "question" not in row or "relevant" not in row:
            raise SourceError(
                f"{path}:{number}: expected the fields question and relevant, found {sorted(row)}"
            )
        if not isinstance(row["relevant"], list):
            raise SourceError(
                f"{path}:{number}: expected relevant to be a list of document ids, "
                f"found {row['relevant']!r:.40}"
            )
        relevant = frozenset(map(str, row["relevant"]))
        queries.append(JudgedQuery(str(row.get("id", number)), str(row["question"]), relevant))
    return queries


def index_corpus(
    path: Path,
    folder: Path,
    embedder: Embedder,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, str]:
    """Put each row (`id`, `text`; `title`, `source`, `published`... where given) into an archive.

    Rows are documents of their own even where two came from one page, so their
    URLs are left out. Returns article id -> row id. Raises SourceError with file and line.
    """
    rows = []
    for number, row in read_rows(path):
        if "id" not in row or "text" not in row:
            raise SourceError(
                f"{path}:{number}: expected the fields id and text, found {sorted(row)}"
            )
        rows.append(row)
    return index_rows(rows, folder, embedder, progress)


def index_rows(
    rows: Sequence[Mapping[str, Any]],
    folder: Path,
    embedder: Embedder,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, str]:
    """The same for rows that have been read."""
    ids: dict[str, str] = {}

    def pages() -> Iterator[Page]:
        for row in rows:
            origin = f"corpus#{row['id']}"
            ids[article_id(origin)] = str(row["id"])
            known = Metadata(
                title=row.get("title"),
                source=row.get("source"),
                author=row.get("author"),
                section=row.get("section"),
                published=parse_date(row.get("published")),
            )
            yield Page(origin, "text", str(row["text"]), known=known, whole=True)

    with ArchiveWriter(folder, embedder.identity) as writer:
        Ingest(
            writer,
            embedder,
            (lambda summary: progress(summary.pages, len(rows))) if progress else None,
        ).run(pages())
    return ids
