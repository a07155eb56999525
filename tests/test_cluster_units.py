"""What a source divides into, and what is made of each part, without a cluster."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import socket
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from index.archive import Archive
from index.cluster import connection, units
from index.cluster.errors import ClusterError
from index.cluster.reading import LOT, UNIT, Failed, Target, read, unpacked
from index.cluster.run import Job, _Counts, _Put, remote, run
from index.cluster.units import Files, Lines, Web, divide, total
from index.cluster.workers import RESULT, Ingester
from index.deciding import begun
from index.errors import ArchiveError
from index.fetch import Fetcher, FetchPolicy
from index.ingest import Ingest
from index.location import Folder, Remote
from index.sources import open_source
from index.sources.parts import PartSource, parts
from index.sources.reading import Reading
from index.threads import VARIABLE
from index.types import Metadata, Page, Skip
from index.writer import ArchiveWriter
from tests.cli import write_pages
from tests.fake_embedder import FakeEmbedder
from tests.ray_nodes import listening

NOWHERE = Remote("postgresql://nobody@127.0.0.1:1/nothing")


def line(number: int, **more: Any) -> str:
    return json.dumps({"title": f"Story {number}", "text": f"It rained on day {number}."} | more)


def met(unit: units.Unit) -> Iterator[Any]:
    """What a reader on a node makes of a unit, lot by lot."""
    batch = pa.table({UNIT: [pickle.dumps(unit)]})
    for lot in read(batch, target=Target.of(NOWHERE), policy=FetchPolicy()):
        yield from unpacked(*lot[LOT])


# -- what sources divide into ------------------------------------------------------------


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
@pytest.mark.parametrize("size", [1, 700_000, 3_000_000])
def test_a_large_export_in_parts_is_what_it_is_whole(tmp_path: Path, size: int, end: str) -> None:
    file = tmp_path / "export.jsonl"
    lines = [line(n, note="x" * 900) if n % 7 else "" for n in range(1, 3_000)]
    lines[1_200:1_202] = ["{broken", "\ufeff" + line(0)]
    file.write_text("\n".join(lines) + end)
    divided = parts(file, size)
    if size > file.stat().st_size:
        assert divided == []  # it need not be
        return
    assert len(divided) > 1
    read_in_parts = [item for part in divided for item in PartSource(part, Reading()).pages()]
    assert read_in_parts == list(open_source(file).pages())


def test_a_part_without_records_is_nothing_to_tell_of(tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text(line(1) + "\n" + (" " * 999_999 + "\n") * 3)
    divided = parts(file, 1)
    found = [list(PartSource(part, Reading()).pages()) for part in divided]
    assert [len(items) for items in found] == [1, 0, 0]
    assert sum(part.lines for part in divided) == 4


def test_a_folder_divides_into_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_pages(tmp_path / "pages")
    (folder / "link.html").symlink_to(folder / "ferry.html")
    (folder / "few.jsonl").write_text(line(1) + "\n" + line(2))
    (folder / "many.jsonl").write_text("\n".join(line(n, note="x" * 900) for n in range(5_000)))
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress((line(3) + "\n").encode()))
    (folder / "map.xml").write_text("<urlset><url><loc>https://a.example/1</loc></url></urlset>")
    monkeypatch.setattr(units, "_FILES", 3)
    divided = list(divide({"pages": open_source(folder)}))
    assert [type(unit) for unit in divided].count(Lines) == 2
    assert total(divided) is None  # nobody knows what the packed one holds
    found = [item for unit in divided for item in met(unit)]
    assert sorted(map(repr, found)) == sorted(map(repr, open_source(folder).pages()))


def test_a_folder_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pages(tmp_path / "pages")
    monkeypatch.chdir(tmp_path)
    [unit] = divide({"pages": open_source("pages")})
    monkeypatch.chdir("/")
    assert isinstance(unit, Files)
    assert (unit.pages, total([unit])) == (5, 5)
    assert len([item for item in met(unit) if isinstance(item, Page)]) == 3


def test_all_that_is_fetched_is_fetched_by_one(tmp_path: Path) -> None:
    sitemap = tmp_path / "map.xml"
    sitemap.write_text("<urlset><url><loc>https://a.example/1</loc></url></urlset>")
    specs = ["https://a.example/feed", str(sitemap), "https://b.example/feed"]
    with Fetcher() as fetcher:
        [unit] = divide({spec: open_source(spec, fetcher=fetcher) for spec in specs})
    assert unit == Web(tuple(specs))
    assert total([unit]) is None


def test_a_file_that_a_node_does_not_have_is_skipped(tmp_path: Path) -> None:
    [skip] = met(Files((tmp_path / "elsewhere.html",), 1))
    assert isinstance(skip, Skip)
    assert skip.origin.endswith("elsewhere.html")


# -- what an ingester makes of it --------------------------------------------------------


def test_an_ingester_hands_back_what_it_cannot_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")  # which it sets for its whole process
    lot = pickle.dumps([pickle.dumps(Failed("https://a.example", "gone"))])
    result = Ingester(Target.of(NOWHERE), FakeEmbedder, 0)(pa.table({LOT: [lot]}))
    with pytest.raises(ArchiveError, match="cannot be reached"):
        raise pickle.loads(*result[RESULT])


def test_a_password_left_to_the_environment_goes_along_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGPASSWORD", "quite secret")
    target = pickle.loads(pickle.dumps(Target.of(NOWHERE)))
    assert "secret" not in repr(target)
    monkeypatch.delenv("PGPASSWORD")
    assert target.reached() == NOWHERE
    assert os.environ["PGPASSWORD"] == "quite secret"


def test_of_two_states_of_a_record_the_newer_one_stands_whoever_was_first(
    tmp_path: Path,
) -> None:
    def state(name: str, day: int | None) -> Page:
        when = None if day is None else datetime(2025, 1, day, tzinfo=UTC)
        about = Metadata(url="https://a.example/1", title="Story", language="en", modified=when)
        text = f"The council met about {name} on Monday. It will meet again in a week."
        return Page(f"export#{name}", "text", text, "https://a.example/1", about, whole=True)

    embedder = FakeEmbedder()
    for at, order in enumerate(permutations([state("old", 1), state("new", 2)])):
        folder = tmp_path / str(at)
        with ArchiveWriter(folder, embedder.identity) as writer:
            with writer.reading() as connection:
                since = begun(connection)
            for page in order:  # each by an ingester of its own
                Ingest(writer, embedder, since=since).run([page])
        archive = Archive(folder)
        [headline] = archive.newest(2)
        [article] = archive.articles([headline.id]).values()
        assert "about new" in article.body


def test_what_a_lost_ingester_had_put_is_counted_as_put() -> None:
    counts = _Counts()
    counts.tally.added, counts.tally.unchanged, counts.tally.passages = 7, 5, 70
    counts.recover(_Put(new=10, updated=0, passages=100))
    assert (counts.tally.added, counts.tally.unchanged, counts.tally.passages) == (10, 2, 100)
    counts.recover(_Put(new=99, updated=0, passages=990))  # another has written beside
    assert (counts.tally.added, counts.tally.unchanged) == (12, 0)


# -- what cannot be ----------------------------------------------------------------------


def test_a_folder_cannot_be_written_to_by_several_machines(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="postgresql://USER:PASSWORD@HOST/DATABASE"):
        remote(Folder(tmp_path))
    with pytest.raises(ClusterError, match="byline move"):
        run(Job([], Folder(tmp_path), FakeEmbedder), "local")


@pytest.mark.parametrize(
    ("address", "said"),
    [("ray://127.0.0.1:10001", "Ray's client"), ("127.1:{port}", "cannot be joined.*refused")],
)
def test_an_address_where_no_cluster_is_says_what_was_expected(address: str, said: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        here = address.format(port=taken.getsockname()[1])
        with (
            pytest.raises(ClusterError, match=said),
            connection.connected(here),
        ):
            pass


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "ray.data", None)
    with (
        pytest.raises(ClusterError, match=r"pip install 'byline\[distributed\]'"),
        connection.connected("local"),
    ):
        pass


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="the kernel does not tell")
def test_a_cluster_of_this_machine_listens_to_nobody_else(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")  # or it leaves a token in the home folder
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("RAY_TMPDIR", folder)
        with connection.connected("local") as cluster:
            heard = listening(os.getpid())
    assert cluster.nodes == 1
    assert heard
    assert heard <= {"0100007F", "0000000000000000FFFF00000100007F"}  # 127.0.0.1, little-endian
    assert capfd.readouterr() == ("", "")
