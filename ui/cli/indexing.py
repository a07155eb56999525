"""`byline index`: articles in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import SourceError
from ui.cli.console import fail, line, say, write_json
from ui.cli.interrupt import INTERRUPTED, Interruption
from ui.cli.options import (
    ArchiveOption,
    DelayOption,
    JsonOption,
    ModelOption,
    PassagePrefixOption,
    QueryPrefixOption,
    invocation,
    settings_for,
)

if TYPE_CHECKING:
    from index.fetch import FetchPolicy
    from index.sources import Getter, Item, Source, Validators
    from index.summary import Summary
    from ui.cli.progress import Bar
    from ui.cli.summary import Outcome
    from ui.settings import Settings


def index(
    ctx: typer.Context,
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Files, folders and URLs, mixed: HTML, text, JSON Lines, a WordPress export, a "
            "WARC, an RSS or Atom feed, a sitemap.",
            show_default=False,
        ),
    ],
    archive: ArchiveOption = None,
    model: ModelOption = None,
    query_prefix: QueryPrefixOption = None,
    passage_prefix: PassagePrefixOption = None,
    delay: DelayOption = None,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private", help="Fetch from private, loopback and link-local addresses too."
        ),
    ] = False,
    ignore_robots: Annotated[
        bool,
        typer.Option("--ignore-robots", help="Fetch what robots.txt asks not to: your own site."),
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Read, extract and embed on a Ray cluster: HOST:PORT of its head, auto on one of "
            "its nodes, or local for this machine's cores. Needs an archive on a server; every "
            "node needs this Byline, and files at the same paths.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name every page that was skipped.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add articles to an archive, making it if need be. Running it again changes nothing."""
    from index.fetch import FetchPolicy
    from ui.cli.summary import show, to_json

    chosen = settings_for(
        ctx,
        archive=archive,
        model=model,
        query_prefix=query_prefix,
        passage_prefix=passage_prefix,
        delay=delay,
    )
    policy = FetchPolicy(
        delay_seconds=chosen.delay,
        allow_private=allow_private,
        respect_robots=not ignore_robots,
    )
    if ray is None:
        outcome = _ingest(source, chosen, policy)
    else:
        from ui.cli import indexing_cluster

        outcome = indexing_cluster.ingest(source, chosen, policy, ray)
    if as_json:
        write_json(to_json(outcome))
    else:
        show(outcome, everything=verbose or invocation(ctx).verbose > 0)
    if outcome.summary.interrupted:
        say(
            "Stopped. What was counted is in the archive; run the same command again to go on "
            "from there."
        )
        raise typer.Exit(INTERRUPTED)
    if outcome.failed:
        raise typer.Exit(1)


def _ingest(specs: list[str], settings: Settings, policy: FetchPolicy) -> Outcome:
    """Everything from all sources into the archive. Raises SourceError if none can be read."""
    from index.database import identity_at
    from index.fetch import Fetcher
    from index.ingest import Ingest
    from index.summary import Tally
    from index.writer import ArchiveWriter
    from ui.cli.opening import embedder_for
    from ui.cli.progress import Bar
    from ui.cli.summary import Outcome

    started = time.monotonic()
    failed: dict[str, str] = {}
    summary = Tally().summary()
    location = settings.archive
    with Interruption() as stop, Bar() as bar, Fetcher(policy) as fetcher:
        if not open_sources(specs, fetcher, None, failed):
            raise SourceError("nothing to index")  # and no archive is made for nothing
        embedder = embedder_for(settings, identity_at(location))
        counted = _Counted(bar, summary, stop)
        try:
            with ArchiveWriter(location, embedder.identity, progress=bar.step) as writer:
                ingest = Ingest(writer, embedder, counted.report)
                sources = open_sources(specs, fetcher, ingest.validators, failed)
                counted.total = _total(sources, stop)
                counted.report(summary)  # loading the model takes seconds: show that it runs
                summary = ingest.run(_items(sources, counted, stop, failed))
                stop.saving()
        except KeyboardInterrupt:
            summary = replace(counted.summary, interrupted=True)
    return Outcome(summary, tuple(failed.items()), location, time.monotonic() - started)


class _Counted:
    """The pages taken so far, kept on the bar."""

    def __init__(self, bar: Bar, summary: Summary, stop: Interruption) -> None:
        self.summary = summary
        self.total: int | None = None
        self._bar = bar
        self._stop = stop
        self._taken = 0

    def take(self) -> None:
        self._taken += 1

    def report(self, summary: Summary) -> None:
        from ui.cli.summary import notice

        self.summary = summary
        self._bar.step("pages", self._taken, self.total, notice(summary))
        if not summary.interrupted:
            self._stop.check()  # else it has been heard, and this is the last report


def open_sources(
    specs: list[str],
    fetcher: Getter,
    known: Callable[[str], Validators] | None,
    failed: dict[str, str],
) -> dict[str, Source]:
    """The sources that can be opened, by what they were called; each once.

    The others are told of, and noted in `failed` with the reason.
    """
    from index.sources import open_source
    from index.sources.reading import never_seen

    sources = {}
    for spec in dict.fromkeys(specs):
        if spec in failed:
            continue
        try:
            sources[spec] = open_source(spec, fetcher=fetcher, known=known or never_seen)
        except SourceError as error:
            note(failed, spec, error)
    return sources


def note(failed: dict[str, str], spec: str, error: SourceError) -> None:
    failed[spec] = line(str(error))
    fail(str(error))


def _total(sources: dict[str, Source], stop: Interruption) -> int | None:
    """How many pages there are, where every source can tell."""
    total = 0
    for each in sources.values():
        stop.check()
        pages = each.count()
        if pages is None:
            return None
        total += pages
    return total


def _items(
    sources: dict[str, Source], counted: _Counted, stop: Interruption, failed: dict[str, str]
) -> Iterator[Item]:
    """All pages of all sources. One that turns out unreadable does not stop the others."""
    for spec, each in sources.items():
        try:
            for item in each.pages():
                stop.check()
                counted.take()
                yield item
        except SourceError as error:
            note(failed, spec, error)
