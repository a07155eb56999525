"""An ingest on many machines, driven from one.

Two stages of Ray Data, spread over the nodes: readers (tasks) and ingesters (actors).
They are not fused into one, so that a single large export keeps every ingester busy.
Waiting between them are a few lots for each, so that memory stays bounded however
large the source is.

An ingester reserves less than a core, and there is one for every core: an ingester
that reserved a whole one would leave no room for the readers that feed it, and both
would wait for ever. With these shares half of the cores may be lost, and all that
ran on them still finds room on the others.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import func, select

from index.cluster.connection import Cluster, connected
from index.cluster.errors import ClusterError, said
from index.cluster.reading import UNIT, Failed, Target, read
from index.cluster.units import Unit
from index.cluster.workers import RESULT, Ingester, MakeEmbedder, Result
from index.deciding import begun
from index.errors import BylineError
from index.fetch import FetchPolicy
from index.location import Location, Remote
from index.schema import articles, passages
from index.summary import Summary, Tally
from index.writer import ArchiveWriter

_INGESTER_CPUS = 0.4  # that each reserves; it uses a core
_READER_CPUS = 0.1
_AHEAD = 2  # lots with an ingester: one in work, one that waits
_BLOCKS = 2_000  # that the units come in at most; a lost reader's block is read again

Report = Callable[[Summary], None]
"""Called after each lot with the counts so far."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to take in, and how. `make` makes the model on each node."""

    units: Sequence[Unit]
    location: Location
    make: MakeEmbedder
    policy: FetchPolicy = FetchPolicy()  # noqa: RUF009 (frozen)
    ingesters: int | None = None  # None: one for every core of the cluster


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it; `failed` are sources that could not be read at all."""

    summary: Summary
    failed: tuple[Failed, ...]


def remote(location: Location) -> Remote:
    """The location of an archive that several machines can write to. Raises ClusterError."""
    if not isinstance(location, Remote):
        raise ClusterError(
            f"several machines cannot write to the folder {location}; expected an archive on a "
            "server: --archive postgresql://USER:PASSWORD@HOST/DATABASE. `byline move` brings "
            "there what the folder holds"
        )
    return location


def run(job: Job, address: str, report: Report | None = None) -> Outcome:
    """Take everything in, until there is no more, or Ctrl-C.

    Raises ClusterError, ArchiveError, ModelError: whatever the first ingester that
    cannot go on says. What was committed until then is good.
    """
    location = remote(job.location)
    made = job.make()
    with connected(address) as cluster, ArchiveWriter(location, made.identity) as writer:
        counts = _Counts()
        try:
            with writer.reading() as connection:
                since = begun(connection)
            for result in _results(job, location, since, cluster):
                counts.add(result)
                if report is not None:
                    report(counts.tally.summary())
        except KeyboardInterrupt:
            counts.tally.interrupted = True
        if counts.again:
            counts.recover(_put_since(writer, since))
        if report is not None:
            report(counts.tally.summary())
        return Outcome(counts.tally.summary(), tuple(counts.failed))


def _results(job: Job, location: Remote, since: int, cluster: Cluster) -> Iterator[Result]:
    """What becomes of each lot, as it does. Raises what an ingester handed back."""
    rows = _dataset(job, location, since, cluster).iter_batches(
        batch_size=None, batch_format="pyarrow", prefetch_batches=0
    )
    try:
        for batch in rows:
            for packed in batch.column(RESULT).to_pylist():
                result: Result | BylineError = pickle.loads(packed)  # noqa: S301
                if isinstance(result, BylineError):
                    raise result
                yield result
    except _ray_errors() as error:
        raise ClusterError(f"the Ray cluster failed: {said(error)}") from error


def _dataset(job: Job, location: Remote, since: int, cluster: Cluster) -> Any:
    """Both stages, not begun. Every lot is a block of its own, as is every result."""
    import ray.data

    target = Target.of(location)
    ingesters = job.ingesters or max(1, int(cluster.cpus))
    packed = [{UNIT: pickle.dumps(unit)} for unit in job.units]
    units = ray.data.from_items(packed, override_num_blocks=max(1, min(len(packed), _BLOCKS)))
    _set_up(units.context)
    lots = units.map_batches(
        partial(read, target=target, policy=job.policy),
        batch_size=1,
        batch_format="pyarrow",
        compute=ray.data.TaskPoolStrategy(size=ingesters),
        num_cpus=_READER_CPUS,
    )
    return lots.map_batches(
        Ingester,
        batch_size=1,
        batch_format="pyarrow",
        fn_constructor_kwargs={"target": target, "make": job.make, "since": since},
        compute=ray.data.ActorPoolStrategy(size=ingesters, max_tasks_in_flight_per_actor=_AHEAD),
        num_cpus=_INGESTER_CPUS,
    )


def _set_up(context: Any) -> None:
    """How this data set is run, whatever others of the process do."""
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.target_max_block_size = 1  # so that no two lots are put together
    # an exception of ours ends the run: what is lost with a machine is tried again anyhow
    context.actor_task_retry_on_errors = False
    context.max_errored_blocks = 0
    context.raise_original_map_exception = True


def _ray_errors() -> tuple[type[Exception], ...]:
    import ray.exceptions

    return (ray.exceptions.RayError,)


@dataclass(slots=True)
class _Counts:
    """The sum of all results."""

    tally: Tally = field(default_factory=Tally)
    failed: list[Failed] = field(default_factory=list)
    again: bool = False  # an ingester was started anew

    def add(self, result: Result) -> None:
        self.tally.add(result.summary)
        self.failed += result.failed
        self.again |= result.again

    def recover(self, found: _Put) -> None:
        """Count what a lost ingester had put, which met its successor as unchanged.

        No more than that: another may have written beside this run.
        """
        tally = self.tally
        added = min(max(0, found.new - tally.added), tally.unchanged)
        updated = min(max(0, found.updated - tally.updated), tally.unchanged - added)
        if added or updated:
            tally.passages = max(tally.passages, found.passages)
            tally.copies = max(tally.copies, found.copies)
        tally.added += added
        tally.updated += updated
        tally.unchanged -= added + updated


@dataclass(frozen=True, slots=True)
class _Put:
    """Articles, and their passages, that were put since a run began; `copies` among them."""

    new: int
    updated: int
    passages: int
    copies: int = 0


def _put_since(writer: ArchiveWriter, since: int) -> _Put:
    put = (
        select(passages.c.article_id, func.count().label("passages"))
        .where(passages.c.key > since)
        .group_by(passages.c.article_id)
        .subquery()
    )
    first = func.count().filter(articles.c.version == 1)
    copies = func.count(articles.c.original)
    query = select(first, func.count(), func.sum(put.c.passages), copies).join_from(
        articles, put, put.c.article_id == articles.c.id
    )
    with writer.reading() as connection:
        new, every, of_them, linked = connection.execute(query).one()
    return _Put(new, every - new, int(of_them or 0), linked)
