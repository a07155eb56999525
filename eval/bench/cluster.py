"""Ingest by a cluster of this machine's cores, and how much of it one database takes.

How many commits a second an archive takes is the ceiling of any cluster
(`eval.bench.committing`). The archive is one on a server, and is filled.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.bench.committing import Rate, committing
from eval.bench.registry import Given
from eval.bench.texts import made
from index.cluster.run import Job, remote
from index.cluster.run import run as ingest
from index.cluster.units import divide
from index.database import last_change
from index.embed import SentenceTransformerEmbedder
from index.errors import ArchiveError
from index.location import Remote, parse
from index.sources import open_source
from index.summary import Summary
from index.writer import ArchiveWriter

ARTICLES = 1_000  # of each measurement
INGESTERS = (1, 2)
COMMITTERS = (1, 2, 4, 8)
_LEAST = 200  # articles: fewer are not lots enough for a rate


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """`ingesting` is everything, from the first lot to the last; `committing` is that alone.

    `per_article` is how many passages an article has.
    """

    articles: int
    per_article: float
    ingesting: tuple[Rate, ...]
    committing: tuple[Rate, ...]


def run(given: Given) -> ClusterScores:
    """Measure on the archive that is given, which is filled.

    Raises ArchiveError where it is no new one on a server, WorkerLost where a process that
    is measured fails, and what an ingest raises.
    """
    if given.archive is None:
        raise ArchiveError(
            "this benchmark fills an archive on a server: name a new database with "
            "--archive postgresql://USER:PASSWORD@HOST/DATABASE"
        )
    location = remote(parse(given.archive))
    count = given.articles or ARTICLES
    if count < _LEAST:
        raise ArchiveError(f"expected --articles of {_LEAST} or more for a rate, found {count}")
    with (
        ArchiveWriter(location, SentenceTransformerEmbedder().identity) as writer,
        writer.reading() as connection,
    ):
        if last_change(connection):
            raise ArchiveError(f"{location} holds articles; this benchmark fills a new archive")
    measures = [
        *(partial(committing, location, n, count // n) for n in COMMITTERS),
        *(partial(_ingesting, location, n, count) for n in INGESTERS),
    ]
    rates = list[Rate]()
    for measure in measures:
        if given.progress is not None:
            given.progress("measurements", len(rates), len(measures))
        rates.append(measure())
    commits, ingests = rates[: len(COMMITTERS)], rates[len(COMMITTERS) :]
    per_article = commits[-1].passages / commits[-1].articles
    return ClusterScores(count, per_article, tuple(ingests), tuple(commits))


def lines(scores: ClusterScores, plots: Path | None) -> Sequence[str]:
    """The scores as Markdown."""
    return (
        f"{scores.articles:,} articles of {scores.per_article:.1f} passages for each figure, into "
        "PostgreSQL on the same machine. Everything: read, extracted, embedded and committed by "
        "Ray's processes. Committed alone: extracted and cut before, with vectors drawn at random.",
        "",
        "| | processes | articles/s | passages/s |",
        "|---|---:|---:|---:|",
        *(_line("everything", rate) for rate in scores.ingesting),
        *(_line("committed alone", rate) for rate in scores.committing),
    )


def _line(what: str, rate: Rate) -> str:
    return f"| {what} | {rate.processes} | {rate.articles:.1f} | {rate.passages:.1f} |"


def _ingesting(location: Remote, processes: int, count: int) -> Rate:
    """From the first lot that is in to the last: joining a cluster and loading is left out."""
    seen = list[tuple[float, Summary]]()
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as folder:
        export = Path(folder, "export.jsonl")
        with export.open("w", encoding="utf-8") as stream:
            for page in made(f"ray{processes}", count):
                row = {"url": page.known.url, "title": page.known.title, "text": page.content}
                stream.write(json.dumps(row) + "\n")
        units = tuple(divide({str(export): open_source(export)}))
        job = Job(units, location, SentenceTransformerEmbedder, ingesters=processes)
        ingest(job, "local", lambda summary: seen.append((time.perf_counter(), summary)))
    return between(processes, seen)


def between(processes: int, seen: Sequence[tuple[float, Summary]]) -> Rate:
    """The rate from the first report to the first one that counts all that there was.

    Reports are times in seconds and the counts so far. Raises ArchiveError where nothing
    came in after the first.
    """
    first, before = seen[0]
    every = seen[-1][1]
    last = next(at for at, summary in seen if summary.added == every.added)
    if every.added <= before.added:
        raise ArchiveError(
            f"expected articles in several lots, found {every.added} in {len(seen)} reports"
        )
    took = last - first
    articles, passages = every.added - before.added, every.passages - before.passages
    return Rate(processes, articles / took, passages / took)
