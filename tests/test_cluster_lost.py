"""What becomes of an ingest on a cluster where a part of it is lost, refused or stopped."""

from __future__ import annotations

import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from index.cluster import connection, reading, workers
from index.cluster import run as cluster
from index.cluster.errors import ClusterError
from index.cluster.reading import LOT, UNIT, Failed, Target, read, unpacked
from index.cluster.run import Job, Outcome, _Counts, _Put
from index.cluster.units import Web
from index.cluster.workers import RESULT, Ingester
from index.fetch import FetchPolicy
from index.location import Remote
from index.sources import Item
from index.summary import Summary, Tally
from index.types import NotModified, Page
from tests.fake_embedder import FakeEmbedder
from ui.cli import indexing_cluster
from ui.settings import Settings

NOWHERE = Remote("postgresql://nobody@127.0.0.1:1/nothing")


# -- lost ------------------------------------------------------------------------------


def test_an_ingester_that_is_lost_again_and_again_ends_the_run_with_its_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = [pickle.dumps(Page(f"export.jsonl:{n}", "text", "It rained.")) for n in (7, 8, 9)]
    lot = pa.table({LOT: [pickle.dumps(pages)]})
    monkeypatch.setattr(workers, "_times_lost", lambda: 31)
    result = Ingester(Target.of(NOWHERE), FakeEmbedder, 0)(lot)
    told = r"lost 31 times.*export\.jsonl:7 to export\.jsonl:9.*more memory"
    with pytest.raises(ClusterError, match=told):
        raise pickle.loads(*result[RESULT])


def test_a_page_that_is_fetched_again_keeps_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """By it Ray knows what it has of a reader that was lost."""
    urls = [f"https://a.example/{n}" for n in range(9)]
    first: list[Item] = [Page(url, "text", "x" * 1_500_000, url) for url in urls]
    again: list[Item] = [*map(NotModified, urls[:5]), *first[5:]]

    class Source:
        def __init__(self, items: list[Item]) -> None:
            self._items = items

        def pages(self) -> Iterator[Item]:
            return iter(self._items)

    def lots(items: list[Item]) -> list[list[str]]:
        monkeypatch.setattr(reading, "open_source", lambda *_, **__: Source(items))
        batch = pa.table({UNIT: [pickle.dumps(Web(("https://a.example/map.xml",)))]})
        found = read(batch, target=Target.of(NOWHERE), policy=FetchPolicy())
        return [[_name(met) for met in unpacked(*lot[LOT])] for lot in found]

    monkeypatch.setattr(reading, "_known", lambda *_: None)
    assert lots(first) == lots(again) == [[url] for url in urls]


def _name(met: Any) -> str:
    return str(met.url if isinstance(met, NotModified) else met.origin)


def test_copies_that_a_lost_ingester_had_put_are_counted_too() -> None:
    counts = _Counts()
    counts.tally.added, counts.tally.unchanged, counts.tally.copies = 7, 5, 1
    counts.recover(_Put(new=10, updated=0, passages=100, copies=3))
    assert (counts.tally.added, counts.tally.copies) == (10, 3)


# -- refused, stopped ------------------------------------------------------------------


def test_a_cluster_that_lets_nobody_in_without_its_token_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ray

    def refused(**_: Any) -> None:
        raise ray.exceptions.AuthenticationError("no token was found")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", refused)
    with (
        pytest.raises(ClusterError, match=r"cannot be joined.*no token was found"),
        connection.connected("127.0.0.1:1"),
    ):
        pass


def test_stopped_it_tells_of_the_sources_that_could_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = replace(Tally().summary(), added=3)

    def stopped(job: Job, address: str, report: Callable[[Summary], None]) -> Outcome:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        summary = replace(counted, interrupted=True)
        report(summary)
        return Outcome(summary, (Failed("https://a.example/feed", "it is gone"),))

    monkeypatch.setattr(cluster, "run", stopped)
    monkeypatch.setattr("index.database.identity_at", lambda _: None)
    monkeypatch.setattr("ui.cli.opening.embedder_for", lambda *_: FakeEmbedder())
    page = tmp_path / "page.html"
    page.write_text("<p>It rained.</p>")
    settings = Settings(archive=NOWHERE)
    outcome = indexing_cluster.ingest([str(page)], settings, FetchPolicy(), "local")
    assert outcome.summary == replace(counted, interrupted=True)
    assert outcome.failed == (("https://a.example/feed", "it is gone"),)
    assert "it is gone" in capsys.readouterr().err
