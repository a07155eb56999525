"""Commits to an archive on a server: how many a second several processes make together.

They are made one after the other, so that the archive's changes have an order: how many
there can be is the ceiling of any cluster. The articles were extracted and cut before, and
their vectors drawn, so that nothing but committing is measured.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError

import numpy as np
from sqlalchemy import Connection

from eval.bench.texts import made
from eval.processes import WorkerLost
from index import copies, linking
from index.deciding import decide
from index.drafts import Draft, draft
from index.embed import Embedder, Identity, SentenceTransformerEmbedder, Vectors
from index.location import Remote
from index.passages import cut
from index.records import Entry
from index.types import Passage
from index.writer import ArchiveWriter

_SECONDS = 1800.0  # that making the articles may take, and committing them
_GRACE = 10.0  # seconds for a process to end where another one has failed


@dataclass(frozen=True, slots=True)
class Rate:
    """`processes` at once took in so many articles and passages a second."""

    processes: int
    articles: float
    passages: float


def committing(location: Remote, processes: int, each: int) -> Rate:
    """Each process commits `each` articles of its own; the time from when all are ready.

    Raises WorkerLost where one of them fails, or takes longer than half an hour.
    """
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(processes + 1), context.Barrier(processes + 1)
    told: Queue[int] = context.Queue()
    started = [
        context.Process(
            target=_commit_all,
            args=(location, f"commit{processes}-{number}", each, ready, done, told),
            daemon=True,
        )
        for number in range(processes)
    ]
    for process in started:
        process.start()
    try:
        ready.wait(_SECONDS)
        start = time.perf_counter()
        done.wait(_SECONDS)
        took = time.perf_counter() - start
        passages = sum(told.get() for _ in started)
    except BrokenBarrierError as error:
        for process in started:
            process.join(_GRACE)  # most end by themselves, and say why
            process.terminate()
        raise WorkerLost(
            f"one of {processes} processes that commit to {location} failed, as it said above, "
            f"or did not do so within {_SECONDS:g} seconds"
        ) from error
    finally:
        for process in started:
            process.join()
    return Rate(processes, processes * each / took, passages / took)


def _commit_all(
    location: Remote, name: str, count: int, ready: Barrier, done: Barrier, told: Queue[int]
) -> None:
    """In a process of its own."""
    embedder = SentenceTransformerEmbedder()
    try:
        with ArchiveWriter(location, embedder.identity) as writer:
            pages = enumerate(made(name, count))
            entries = [_entry(draft(page), embedder, at) for at, page in pages]
            told.put(sum(len(entry.passages) for _, entry in entries))
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


def _vectors(runs: Sequence[Passage], identity: Identity, seed: int) -> Vectors:
    """Unit vectors drawn at random: to the database they are as good as any."""
    generator = np.random.default_rng(seed)
    drawn = generator.standard_normal((len(runs), identity.dimension), dtype=np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


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
