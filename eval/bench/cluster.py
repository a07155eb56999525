"""Ingest by a cluster of this machine's cores, and how much of it one database takes.

Commits to an archive are made one after the other, so that its changes have an order:
how many a second there can be is the ceiling of any cluster. It is measured with
articles that were extracted, cut and embedded before, by as many processes as named,
each of which does nothing but commit. The archive is one on a server, and is filled.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection

from eval.asking import SAMPLE
from eval.bench.registry import Given
from index import copies, linking
from index.cluster.run import Job, remote
from index.cluster.run import run as ingest
from index.cluster.units import divide
from index.database import last_change
from index.deciding import decide
from index.drafts import Draft, draft
from index.embed import Embedder, Identity, SentenceTransformerEmbedder
from index.errors import ArchiveError
from index.location import Remote, parse
from index.passages import cut
from index.records import Entry
from index.sentences import split
from index.sources import open_source
from index.summary import Summary
from index.types import Metadata, Page, Passage
from index.writer import ArchiveWriter

ARTICLES = 1_000  # of each measurement
INGESTERS = (1, 2)
COMMITTERS = (1, 2, 4, 8)
_SENTENCES = 25  # of an article: some four passages


@dataclass(frozen=True, slots=True)
class Rate:
    """`processes` at once took in so many articles and passages a second."""

    processes: int
    articles: float
    passages: float


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """`ingesting` is everything, from the first lot to the last; `committing` that alone.

    `per_article` is how many passages an article has.
    """

    articles: int
    per_article: float
    ingesting: tuple[Rate, ...]
    committing: tuple[Rate, ...]


def run(given: Given) -> ClusterScores:
    """Measure on the archive that is given. Raises ArchiveError where it is no new one."""
    if given.archive is None:
        raise ArchiveError(
            "this benchmark fills an archive on a server: name a new database with "
            "--archive postgresql://USER:PASSWORD@HOST/DATABASE"
        )
    location = remote(parse(given.archive))
    embedder = SentenceTransformerEmbedder()
    count = given.articles or ARTICLES
    with ArchiveWriter(location, embedder.identity) as writer, writer.reading() as connection:
        if last_change(connection):
            raise ArchiveError(f"{location} holds articles; this benchmark fills a new archive")
    steps = len(COMMITTERS) + len(INGESTERS)
    committing, ingesting = list[Rate](), list[Rate]()
    per_article = 0.0
    for done, processes in enumerate(COMMITTERS):
        if given.progress is not None:
            given.progress("measurements", done, steps)
        committing.append(_committing(location, processes, count // processes))
        per_article = committing[-1].passages / committing[-1].articles
    for done, processes in enumerate(INGESTERS, start=len(COMMITTERS)):
        if given.progress is not None:
            given.progress("measurements", done, steps)
        ingesting.append(_ingesting(location, processes, count))
    return ClusterScores(count, per_article, tuple(ingesting), tuple(committing))


def lines(scores: ClusterScores, plots: Path) -> Sequence[str]:
    """The scores as Markdown."""
    return (
        f"{scores.articles:,} articles of {scores.per_article:.1f} passages for each figure, into "
        "PostgreSQL on the same machine. Everything: read, extracted, embedded and committed by "
        "Ray's processes. Committed alone: articles that were embedded before.",
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
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder, "export.jsonl")
        with export.open("w", encoding="utf-8") as stream:
            for page in _pages(f"ray{processes}", count):
                row = {"url": page.known.url, "title": page.known.title, "text": page.content}
                stream.write(json.dumps(row) + "\n")
        units = tuple(divide({str(export): open_source(export)}))
        job = Job(units, location, partial(SentenceTransformerEmbedder), ingesters=processes)
        ingest(job, "local", lambda summary: seen.append((time.perf_counter(), summary)))
    (first, one), (last, every) = seen[0], seen[-1]
    took = max(last - first, 1e-9)
    return Rate(processes, (every.added - one.added) / took, (every.passages - one.passages) / took)


def _committing(location: Remote, processes: int, count: int) -> Rate:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(processes + 1), context.Barrier(processes + 1)
    passages = context.Queue()
    started = [
        context.Process(
            target=_commit_all,
            args=(location, f"commit{processes}-{number}", count, ready, done, passages),
            daemon=True,
        )
        for number in range(processes)
    ]
    for process in started:
        process.start()
    ready.wait()
    start = time.perf_counter()
    done.wait()
    took = time.perf_counter() - start
    total = sum(passages.get() for _ in started)
    for process in started:
        process.join()
    return Rate(processes, processes * count / took, total / took)


def _commit_all(
    location: Remote, name: str, count: int, ready: Barrier, done: Barrier, told: Any
) -> None:
    embedder = SentenceTransformerEmbedder()
    try:
        entries = [_entry(draft(page), embedder, at) for at, page in enumerate(_pages(name, count))]
        told.put(sum(len(entry.passages) for _, entry in entries))
        with ArchiveWriter(location, embedder.identity) as writer:
            ready.wait()
            for found, entry in entries:
                _commit(writer, found, entry)
            done.wait()
    except BaseException:
        ready.abort()
        done.abort()
        raise


def _entry(found: Draft, embedder: Embedder, seed: int) -> tuple[Draft, Entry]:
    runs = cut(found.article, embedder)
    body = found.article.body
    return found, Entry(
        article=found.article,
        passages=runs,
        vectors=_vectors(runs, embedder.identity, seed),
        asides=found.asides,
        bands=copies.bands(copies.shingles(body)),
        fingerprint=found.fingerprint,
        addresses=(found.address,),
    )


def _vectors(runs: Sequence[Passage], identity: Identity, seed: int) -> Any:
    drawn = np.random.default_rng(seed).normal(size=(len(runs), identity.dimension))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def _commit(writer: ArchiveWriter, found: Draft, entry: Entry) -> None:
    """What `index.ingest` does in an article's transaction."""

    def make(connection: Connection) -> Entry:
        decide(connection, found, False)
        link = linking.find(connection, entry.article, entry.bands)
        return replace(
            entry,
            article=replace(entry.article, original=link.original),
            claims=link.claims,
        )

    writer.put_if(make)


def _pages(name: str, count: int) -> Iterator[Page]:
    """Made-up articles of the sample's sentences, all different."""
    sentences = _sentences()
    for number in range(count):
        drawn = random.Random(f"{name} {number}").sample(sentences, _SENTENCES)  # noqa: S311
        body = "\n\n".join(" ".join(drawn[at : at + 5]) for at in range(0, _SENTENCES, 5))
        known = Metadata(
            url=f"https://{name}.example/{number}",
            title=f"Story {number} of {name}",
            source="The Added Gazette",
            language="en",
        )
        yield Page(f"{name}#{number}", "text", body, known.url, known, whole=True)


def _sentences() -> list[str]:
    found = dict[str, None]()
    for page in open_source(SAMPLE / "articles").pages():
        if isinstance(page, Page):
            body = draft(page).article.body
            found.update({body[span.start : span.end]: None for span in split(body)})
    return [each for each in found if len(each) > 40]
