"""Adding articles to an archive of any size, until a reader that was open finds them.

The articles are made up, and of a few hundred words each. They are added to a copy; what is
added to an archive in place would stay there.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eval.bench.archives import folder_of
from eval.bench.registry import Given
from index.archive import Archive
from index.embed import SentenceTransformerEmbedder
from index.errors import ArchiveError
from index.ingest import Ingest
from index.types import Metadata, Page
from index.writer import ArchiveWriter

PASSAGES = 100_000  # of an archive that is made for this
ARTICLES = 100
_PARAGRAPHS = 5
_MARK = "Quinzellian"  # a word that no archive has


@dataclass(frozen=True, slots=True)
class IndexingScores:
    """Seconds. `total` is opening the archive to write, adding and closing it.

    `visible` is how long after the last commit a reader that was open before has found all
    of the articles, by their words; `opening` is of the archive, to read.
    """

    passages: int
    articles: int
    opening: float
    opening_to_write: float
    adding: float
    closing: float
    total: float
    visible: float


def run(given: Given) -> IndexingScores:
    """Add `ARTICLES` articles.

    Raises ArchiveError where the reader does not find them, SourceError for an archive on a
    server.
    """
    embedder = SentenceTransformerEmbedder()
    embedder.embed_query("warm")
    with folder_of(given, PASSAGES) as folder, tempfile.TemporaryDirectory(dir=folder.parent) as to:
        copy = Path(to, "copy")
        shutil.copytree(folder, copy)
        return _added(copy, embedder)


def lines(scores: IndexingScores, plots: Path | None) -> Sequence[str]:
    """The scores as Markdown."""
    return (
        f"{scores.articles} articles added to {scores.passages:,} passages, embedding included.",
        "",
        "| | seconds |",
        "|---|---:|",
        f"| open to read | {scores.opening:.2f} |",
        f"| open to write | {scores.opening_to_write:.2f} |",
        f"| extract, embed and commit | {scores.adding:.2f} |",
        f"| save the indexes and close | {scores.closing:.2f} |",
        f"| all three | {scores.total:.2f} |",
        f"| until a reader that was open finds the last | {scores.visible:.3f} |",
    )


def _added(folder: Path, embedder: SentenceTransformerEmbedder) -> IndexingScores:
    start = time.perf_counter()
    with closing(Archive(folder)) as archive:
        opening = time.perf_counter() - start
        passages = archive.passages
        archive.search_terms(_MARK, 1)
        start = time.perf_counter()
        with ArchiveWriter(folder, embedder.identity) as writer:
            opened = time.perf_counter()
            Ingest(writer, embedder).run(_pages())
            added = time.perf_counter()
            # each of their paragraphs holds the word once: so many passages do at most
            hits = archive.search_terms(_MARK, ARTICLES * _PARAGRAPHS)
            found = time.perf_counter()
        end = time.perf_counter()
        there = set(archive.articles_of([hit.key for hit in hits]).values())
    if len(there) < ARTICLES:
        raise ArchiveError(f"an open reader found {len(there)} of {ARTICLES} new articles")
    return IndexingScores(
        passages=passages,
        articles=ARTICLES,
        opening=opening,
        opening_to_write=opened - start,
        adding=added - opened,
        closing=end - found,
        total=end - start - (found - added),
        visible=found - added,
    )


def _pages() -> Iterator[Page]:
    for number in range(ARTICLES):
        paragraphs = [
            f"The {_MARK} council of district {number} met on day {part} of the month to hear "
            f"report {number * 31 + part} on roads, schools and water, and heard that "
            f"{number + part * 17} repairs were done. The chair, Ms. Name{number}, said that "
            f"plan {part} would cost {number * 113 + part} dollars and take {part + 2} years. "
            f"Residents of street {number * 7 + part} asked for {part + 1} more crossings."
            for part in range(_PARAGRAPHS)
        ]
        known = Metadata(
            url=f"https://added.example/{number}",
            title=f"Council of district {number} hears of repairs",
            source="The Added Gazette",
            language="en",
        )
        yield Page(f"added#{number}", "text", "\n\n".join(paragraphs), known=known, whole=True)
