"""A move that was stopped, and what has become of either side when it goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from index import database, outbox, records, transfer
from index.archive import Archive
from index.embed import Identity
from index.errors import ArchiveError, SearchUnavailable
from index.location import Folder, Location, Remote
from index.milvus.engine import MilvusDerived
from index.milvus.server import Server
from index.move import move
from index.records import Address
from index.schema import articles, bands, pending
from index.writer import ArchiveWriter
from tests.cli import byline, byline_json
from tests.postgres_server import PostgresServer
from tests.small_archive import IDENTITY, assert_holds, dump, entry, make, story
from ui.sites.errors import SiteError
from ui.sites.store import Sites

LONG = " ".join(f"It was said {n} times that the bridge number {n} is old." for n in range(9))


class Stopped(Exception):
    pass


@pytest.fixture(autouse=True)
def _small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_LOT", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(make(tmp_path / "from", 1, 2, 3))


def stop_at(table: str) -> Callable[[str, int, int], None]:
    def progress(what: str, done: int, total: int) -> None:
        if what == table and done:
            raise Stopped

    return progress


def stopped(source: Location, target: Location, table: str = "passages") -> None:
    with pytest.raises(Stopped):
        move(source, target, stop_at(table))


def assert_moved(place: Location, numbers: list[int]) -> None:
    with closing(Archive(place)) as archive:
        assert_holds(archive, numbers)


# -- the source ------------------------------------------------------------------------


def test_half_an_archive_is_not_moved_on(folder: Folder, tmp_path: Path) -> None:
    half, third = Folder(tmp_path / "half"), Folder(tmp_path / "third")
    stopped(folder, half)
    with pytest.raises(ArchiveError, match="not all there"):
        move(half, third)
    move(folder, half)
    move(half, third)
    assert_moved(third, [1, 2, 3])


def test_another_archive_with_as_many_changes_is_not_taken_for_the_same(
    folder: Folder, tmp_path: Path
) -> None:
    other, target = Folder(make(tmp_path / "other", 4, 5, 6)), Folder(tmp_path / "to")
    stopped(folder, target)
    move(other, target)
    assert_moved(target, [4, 5, 6])


def test_a_source_that_was_embedded_anew_meanwhile_is_moved_as_it_is(
    folder: Folder, tmp_path: Path
) -> None:
    target = Folder(tmp_path / "to")
    stopped(folder, target)
    anew = Identity("another", IDENTITY.dimension, "weights")
    engine = database.reopen_to_write(folder)
    with database.writing(engine) as connection:
        records.next_change(connection)
        database.replace_identity(connection, anew)
    engine.dispose()
    move(folder, target)
    with closing(Archive(target)) as archive:
        assert archive.identity == anew


def test_an_address_that_came_in_meanwhile_is_not_left_out(folder: Folder, tmp_path: Path) -> None:
    target = Folder(tmp_path / "to")
    stopped(folder, target)
    with ArchiveWriter(folder, IDENTITY) as writer:  # an address alone is no change of an article
        writer.remember("story1", Address("a name before all others", "hash"))
    with pytest.raises(ArchiveError, match="run the same command again"):
        move(folder, target)
    move(folder, target)
    assert dump(target.path)["addresses"] == dump(folder.path)["addresses"]


def test_rows_come_from_a_server_lot_by_lot(postgres: PostgresServer, tmp_path: Path) -> None:
    source, target = postgres.database(), Folder(tmp_path / "to")
    with ArchiveWriter(source, IDENTITY) as writer:
        for number in (1, 2, 3):
            writer.put(entry(story(number, f"{LONG} {number}")))
    with closing(Archive(source)) as archive:
        archive.add_feedback(
            answer_id="a", question="q", answer="a", confidence=1, helpful=True, reason=""
        )
    stopped(source, target, "bands")
    counts = {each.table: each for each in move(source, target)}
    assert counts["bands"].here == counts["bands"].there == 3 * 16
    assert counts["feedback"].here == 1
    query = select(bands).order_by(*bands.primary_key)
    found = []
    for place in (source, target):
        engine = database.open_reader(place)
        with database.reading(engine) as connection:
            found.append([tuple(row) for row in connection.execute(query)])
        engine.dispose()
    assert found[0] == found[1]
    assert_moved(target, [1, 2, 3])


# -- the target ------------------------------------------------------------------------


def test_what_was_to_be_searched_of_an_earlier_state_is_not_searched_for_any_more(
    postgres: PostgresServer, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: MilvusDerived) -> None:
        raise SearchUnavailable("it is away")

    rebuilt: list[MilvusDerived] = []
    target = Remote(postgres.database().database, "http://127.0.0.1:1")
    monkeypatch.setattr(Server, "version", "v2.5.4")  # it was there at first
    monkeypatch.setattr(MilvusDerived, "catch_up", away)
    with pytest.raises(SearchUnavailable):
        move(folder, target)
    with ArchiveWriter(folder, IDENTITY) as writer:
        writer.remove("story1")
        writer.put(entry(story(4)))
    monkeypatch.setattr(MilvusDerived, "rebuild", lambda self: rebuilt.append(self))
    move(folder, target)
    assert len(rebuilt) == 1  # and not only what is new was pushed
    engine = database.open_reader(target)
    with database.reading(engine) as connection:
        live = connection.scalars(select(articles.c.id).where(articles.c.live == 1)).all()
        assert sorted(live) == ["story2", "story3", "story4"]
        assert connection.execute(select(pending)).all() == []
        assert outbox.search_server(connection) == target.milvus
    engine.dispose()


def test_the_sites_are_there_before_the_archive_is(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Sites.open(folder).add("news", origins=["https://news.example.org"]).key
    command = ("move", folder.path, tmp_path / "to", "--check", "0")

    def fails(*_: object) -> int:
        raise SiteError("they cannot be read")

    with monkeypatch.context() as context:
        context.setattr("ui.sites.moving.copy_sites", fails)
        assert byline(*command).exit_code == 1
    assert byline_json(*command)["sites"] == 1
    assert Sites.open(tmp_path / "to").by_key(key) is not None


def test_an_archive_is_not_moved_onto_itself_by_another_name(
    folder: Folder, tmp_path: Path, postgres: PostgresServer
) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder.path)
    with pytest.raises(ArchiveError, match="another place"):
        move(folder, Folder(link))
    place = postgres.database()
    with pytest.raises(ArchiveError, match="another place"):
        move(place, Remote(f"{place.database}?application_name=other"))


def test_what_cannot_be_moved_to_says_why(folder: Folder, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ArchiveError, match="cannot make the folder"):
        move(folder, Folder(file))
    target = Folder(tmp_path / "to")
    move(folder, target)
    with pytest.raises(ArchiveError, match="nothing is left to be moved"):
        move(folder, target)
    other = make_with(Identity("another", IDENTITY.dimension, "weights"), tmp_path / "other")
    with pytest.raises(ArchiveError, match="an archive already"):
        move(folder, other)


def make_with(identity: Identity, path: Path) -> Folder:
    with ArchiveWriter(path, identity) as writer:
        writer.put(entry(story(9)))
    return Folder(path)
