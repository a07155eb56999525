"""An ingest on a cluster makes the archive that one machine makes, whatever dies meanwhile."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from index.cluster.run import Job, run
from index.cluster.units import divide
from index.embed import Embedder
from index.errors import ModelError
from index.ingest import Ingest
from index.location import Folder, Location
from index.sources import open_source
from index.summary import Summary
from index.writer import ArchiveWriter
from tests.cli import start, write_pages
from tests.fake_embedder import FakeEmbedder
from tests.kill_indexer import PLACES, body_of
from tests.postgres_server import ESCAPED, PASSWORD, PostgresServer
from tests.ray_nodes import BrokenEmbedder, HeldEmbedder, Nodes, nodes
from tests.small_archive import contents

__all__ = ["nodes"]

pytestmark = pytest.mark.timeout(600)

ARTICLES = 160


def export(file: Path, count: int = ARTICLES) -> Path:
    """Stories with near-copies by another outlet, which came out an hour later."""
    with file.open("w") as stream:
        for number in range(count):
            when = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number)
            row = {
                "id": f"n{number}",
                "url": f"https://gazette.example/{number}",
                "title": f"Council of {PLACES[number % 10]}, case {number}",
                "source": "The Sample Gazette" if number % 8 != 7 else "Coast Wire",
                "language": "en",
                "published": when.isoformat(),
                "text": body_of(number),
            }
            stream.write(json.dumps(row) + "\n")
    return file


def job(source: Path, location: Location, make: Any, **given: Any) -> Job:
    units = list(divide({str(source): open_source(source)}))
    return Job(units, location, make, **given)


def alone(source: Path, location: Location, embedder: Embedder) -> Summary:
    """What one machine makes of it."""
    with ArchiveWriter(location, embedder.identity) as writer:
        return Ingest(writer, embedder).run(open_source(source).pages())


def kill_once_at_work(
    nodes: Nodes, folder: Path, location: Location, seen: list[int], over: threading.Event
) -> None:
    """Kill the node of an ingester that has put some of its lot, and has more of it to put."""
    while not (folder / "held").exists():
        if over.wait(0.05):
            return
    seen.append(len(contents(location)["articles"]))
    nodes.kill_node_of(int((folder / "held").read_text()))


def test_a_node_killed_in_the_middle_costs_no_article_and_doubles_none(
    nodes: Nodes, postgres: PostgresServer, tmp_path: Path
) -> None:
    source, location = export(tmp_path / "export.jsonl"), postgres.database()
    folder = Folder(tmp_path / "archive")
    expected = alone(source, folder, FakeEmbedder(max_tokens=48))
    seen, over = list[int](), threading.Event()
    killer = threading.Thread(
        target=kill_once_at_work, args=(nodes, tmp_path, location, seen, over), daemon=True
    )
    killer.start()
    reports = list[Summary]()
    try:
        outcome = run(
            job(source, location, partial(HeldEmbedder, tmp_path)), nodes.address, reports.append
        )
    finally:
        over.set()
        killer.join()
    assert [0 < there < ARTICLES for there in seen] == [True]
    assert contents(location) == contents(folder)
    assert {row[1] for row in contents(location)["versions"]} == {1}
    assert outcome.failed == ()
    summary = outcome.summary
    assert (summary.added, summary.unchanged) == (ARTICLES, 0)
    assert (summary.pages, summary.passages) == (expected.pages, expected.passages)
    assert [report.pages for report in reports] == sorted(report.pages for report in reports)


def test_the_command_line_prints_what_it_prints_on_one_machine_and_tells_no_password(
    nodes: Nodes, postgres: PostgresServer, tmp_path: Path
) -> None:
    pages, address = write_pages(tmp_path / "pages"), postgres.database(made=False).database
    given = ("index", pages, "--archive", address, "--ray", nodes.address, "--json")
    with start(tmp_path, *given) as process:
        try:
            out, err = process.communicate(timeout=300)
        finally:
            process.kill()
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert (summary["added"], summary["skipped"]) == (3, {"empty": 1, "not text": 1})
    assert err == ""
    told = nodes.published()
    assert "byline index" in told
    assert PASSWORD not in told
    assert ESCAPED not in told


def test_an_error_that_no_machine_can_mend_ends_the_run_with_its_own_words(
    nodes: Nodes, postgres: PostgresServer, tmp_path: Path
) -> None:
    source = export(tmp_path / "export.jsonl", 3)
    with pytest.raises(ModelError, match=r"^the model is broken$"):
        run(job(source, postgres.database(), BrokenEmbedder), nodes.address)


def test_stopped_in_the_middle_what_was_counted_is_in_and_one_machine_completes_it(
    nodes: Nodes, postgres: PostgresServer, tmp_path: Path
) -> None:
    source, location = export(tmp_path / "export.jsonl", 140), postgres.database()

    def stop(summary: Summary) -> None:
        if not summary.interrupted:
            raise KeyboardInterrupt

    stopped = run(job(source, location, FakeEmbedder), nodes.address, stop).summary
    assert stopped.interrupted
    kept = len(contents(location)["articles"])
    assert 0 < stopped.added <= kept
    again = alone(source, location, FakeEmbedder())
    assert (again.added, again.unchanged) == (140 - kept, kept)
