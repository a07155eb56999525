"""`byline index --ray`: articles in, by a cluster of machines."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from index.errors import SourceError
from ui.cli.interrupt import Interruption

if TYPE_CHECKING:
    from index.cluster.units import Unit
    from index.fetch import FetchPolicy
    from index.summary import Summary
    from ui.cli.summary import Outcome
    from ui.settings import Settings


def ingest(specs: list[str], settings: Settings, policy: FetchPolicy, address: str) -> Outcome:
    """What `byline index` does on one machine. Raises ClusterError too."""
    from index.cluster import run as cluster
    from index.cluster.units import total
    from index.database import identity_at
    from index.embed import SentenceTransformerEmbedder
    from index.summary import Tally
    from ui.cli.indexing import note
    from ui.cli.opening import embedder_for
    from ui.cli.progress import Bar
    from ui.cli.summary import Outcome, notice

    started = time.monotonic()
    location = cluster.remote(settings.archive)
    failed: dict[str, str] = {}
    summary = Tally().summary()
    pages: int | None = None
    with Interruption() as stop, Bar() as bar:

        def report(counted: Summary) -> None:
            nonlocal summary
            summary = counted
            bar.step("pages", counted.pages, pages, notice(counted))
            if not counted.interrupted:
                stop.check()  # else it has been heard, and this is the last report

        try:
            units = _units(specs, policy, failed, stop)
            pages = total(units)
            identity = embedder_for(settings, identity_at(location)).identity
            make = partial(
                SentenceTransformerEmbedder,
                identity.id,
                query_prefix=identity.query_prefix,
                passage_prefix=identity.passage_prefix,
            )
            report(summary)  # a cluster takes seconds to join: show that it runs
            outcome = cluster.run(cluster.Job(units, location, make, policy), address, report)
            summary = outcome.summary
            for each in outcome.failed:
                note(failed, each.spec, SourceError(each.error))
        except KeyboardInterrupt:
            summary = replace(summary, interrupted=True)
    return Outcome(summary, tuple(failed.items()), location, time.monotonic() - started)


def _units(
    specs: list[str], policy: FetchPolicy, failed: dict[str, str], stop: Interruption
) -> list[Unit]:
    from index.cluster.units import divide
    from index.fetch import Fetcher
    from ui.cli.indexing import open_sources

    units: list[Unit] = []
    with Fetcher(policy) as fetcher:
        sources = open_sources(specs, fetcher, None, failed)
    if not sources:
        raise SourceError("nothing to index")
    for unit in divide(sources):
        stop.check()
        units.append(unit)
    return units
