"""An archive moved onto servers and back: whole, once, on from where it stopped."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import database, outbox, transfer
from index.archive import Archive
from index.errors import ArchiveError, ArchiveLocked, ArchiveMissing, SearchUnavailable
from index.location import Folder, Remote
from index.milvus.store import MilvusStore
from index.move import move
from index.writer import ArchiveWriter
from rag.agreement import Agreement, Differing
from tests.cli import byline
from tests.postgres_server import ESCAPED, PASSWORD, PostgresServer
from tests.small_archive import IDENTITY, assert_holds, dump, entry, make, story
from ui.sites.store import Sites

pytestmark = pytest.mark.usefixtures("seen_at_once")


class Stopped(Exception):
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Three articles: one in its second version, one unpublished."""
    made = Folder(make(tmp_path / "from", 1, 2, 3))
    with ArchiveWriter(made, IDENTITY) as writer:
        writer.put(entry(story(2, "A zeppelin landed.", version=2)))
        writer.remove("story3")
    return made


@pytest.fixture
def servers(postgres: PostgresServer, milvus_lite: str) -> Remote:
    """A database without tables, and a search server."""
    return replace(postgres.database(made=False), milvus=milvus_lite)


def assert_moved(place: Remote) -> None:
    with closing(Archive(place)) as archive:
        assert_holds(archive, [1, 2], absent=[3])
        old = archive.article("story2", version=1)
        assert old is not None
        assert "zeppelin" not in old.body
    engine = database.open_reader(place)
    with database.reading(engine) as connection:
        assert outbox.count(connection) == 0  # so that the server was searched, and not beside it
    engine.dispose()


def test_onto_servers_and_back_again_it_is_the_same_archive(
    folder: Folder, servers: Remote, tmp_path: Path
) -> None:
    before = dump(folder.path)
    counts = {each.table: each for each in move(folder, servers)}
    assert counts["versions"].here == counts["versions"].there == 4
    assert_moved(servers)
    with ArchiveWriter(servers, IDENTITY) as writer:  # it is written to like any other
        writer.put(entry(story(4)))
    back = Folder(tmp_path / "back")
    move(servers, back)
    with closing(Archive(servers)) as there, closing(Archive(back)) as here:
        assert_holds(here, [1, 2, 4], absent=[3])
        assert here.passage_keys("story4") == there.passage_keys("story4")
        assert here.change == there.change
        keys = here.passage_keys("story1")
        ours, theirs = here.vectors(keys), there.vectors(keys)
        assert ours.keys() == theirs.keys() == set(keys)
        assert all((ours[key] == theirs[key]).all() for key in keys)
    assert dump(folder.path) == before  # which was only read


def test_stopped_while_rows_go_over_it_is_no_archive_yet_and_goes_on(
    folder: Folder, servers: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_LOT", 1)

    def stop(what: str, done: int, total: int) -> None:
        if what == "passages" and done:
            raise Stopped

    with pytest.raises(Stopped):
        move(folder, servers, stop)
    with pytest.raises(ArchiveError, match="is being moved to"):
        Archive(servers)
    with pytest.raises(ArchiveError, match="is being moved to"):
        ArchiveWriter(servers, IDENTITY)
    begun: dict[str, int] = {}
    move(folder, servers, lambda what, done, total: begun.setdefault(what, done) and None)
    assert begun["articles"] == 3  # they were all there
    assert_moved(servers)


def test_stopped_while_the_search_is_filled_it_goes_on(
    folder: Folder, servers: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: MilvusStore, *_: object) -> None:
        raise SearchUnavailable("it went away")

    with monkeypatch.context() as context:
        context.setattr(MilvusStore, "replace", away)
        with pytest.raises(SearchUnavailable):
            move(folder, servers)
    with pytest.raises(ArchiveError, match="is being moved to"):
        Archive(servers)
    move(folder, servers)
    assert_moved(servers)


def test_nobody_writes_to_an_archive_while_it_is_moved(folder: Folder, servers: Remote) -> None:
    tried = []

    def write(what: str, done: int, total: int) -> None:
        with pytest.raises(ArchiveLocked):
            ArchiveWriter(folder, IDENTITY)
        with pytest.raises(ArchiveError, match="is being moved to"):
            ArchiveWriter(servers, IDENTITY)
        tried.append(what)

    move(folder, servers, write)
    assert "passages" in tried


def test_what_cannot_be_moved_says_why(folder: Folder, servers: Remote, tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing, match="byline index"):
        move(Folder(tmp_path / "nothing"), servers)
    with pytest.raises(ArchiveError, match="another place"):
        move(folder, folder)
    other = Folder(make(tmp_path / "other", 7))
    with pytest.raises(ArchiveError, match="an archive already"):
        move(folder, other)
    with closing(Archive(other)) as archive:
        assert_holds(archive, [7])
    assert not database.exists(Folder(tmp_path / "nothing"))


def test_the_command_brings_the_sites_and_compares_answers(
    sample_archive: Path, servers: Remote, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(sample_archive, tmp_path / "archive"))
    site = Sites.open(folder).add("news", origins=["https://news.example.org"])
    address = f"{servers.database}?milvus={servers.milvus}"
    moved = byline("move", str(folder), address, "--check", "3", "--json")
    assert moved.exit_code == 0, moved.output
    told = json.loads(moved.stdout)
    assert told["rows"]["articles"] == 52
    assert told["sites"] == 1
    assert (told["questions"], told["differing"]) == (3, [])
    assert PASSWORD not in moved.stdout + moved.stderr
    assert ESCAPED not in moved.stdout + moved.stderr
    assert Sites.open(replace(servers, milvus=None)).by_key(site.key) == site
    back = byline("move", address, str(tmp_path / "back"), "--check", "0")
    assert back.exit_code == 0, back.output
    assert "52 articles" in back.stdout
    assert Sites.open(tmp_path / "back").by_key(site.key) == site


def test_answers_that_differ_are_shown_beside_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    differing = (Differing("Who won?", ("Ann won.", "By a boat's length."), ()),)
    monkeypatch.setattr("ui.cli.move._compared", lambda *_: Agreement(2, differing))
    moved = byline("move", make(tmp_path / "from", 1), tmp_path / "to")
    assert moved.exit_code == 0, moved.output
    assert "1 of 2 questions were not answered alike" in moved.stderr
    assert "Who won?\n  from: Ann won. By a boat's length.\n  to: refused\n" in moved.stdout
