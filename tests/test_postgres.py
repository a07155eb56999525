"""An archive in PostgreSQL: several who write at once, what fails, and what is told of it."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import select

from index import archive as archive_module
from index import database, outbox, watch
from index.archive import Archive
from index.errors import ArchiveError, ArchiveLocked, ArchiveReadOnly
from index.ingest import Ingest
from index.location import Remote, parse
from index.milvus.engine import MilvusDerived
from index.schema import articles, meta, pending
from index.types import Page
from index.writer import ArchiveWriter
from tests.cli import byline
from tests.kill_indexer import pages as stories
from tests.postgres_server import ESCAPED, PASSWORD, PostgresServer
from tests.small_archive import EMBEDDER, IDENTITY, assert_holds, entry, make, story
from ui.sites.errors import SiteError
from ui.sites.store import Sites


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "_REST", 0.0)
    monkeypatch.setattr(watch, "_HOLDS", 0.0)


@pytest.fixture
def place(postgres: PostgresServer) -> Remote:
    return postgres.database()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


# -- several at once -----------------------------------------------------------------


def contents(place: Remote) -> list[tuple[object, ...]]:
    engine = database.open_reader(place)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT a.id, a.version, a.original, a.live, v.body FROM articles a "
            "JOIN versions v ON v.article_id = a.id ORDER BY a.id, v.version"
        )
        found = cursor.fetchall()
    engine.dispose()
    return found


def test_two_who_are_given_the_same_pages_make_every_article_once(
    postgres: PostgresServer, place: Remote
) -> None:
    given = list(islice(stories(), 45))
    alone = postgres.database()
    with ArchiveWriter(alone, IDENTITY) as writer:
        expected = Ingest(writer, EMBEDDER).run(given)
    barrier = threading.Barrier(2)
    done: list[tuple[int, int, int]] = []

    def ingest(pages: list[Page]) -> None:
        with ArchiveWriter(place, IDENTITY) as writer:
            barrier.wait(30)
            counts = Ingest(writer, EMBEDDER).run(pages)
            done.append((counts.added, counts.updated, counts.pages))

    threads = [threading.Thread(target=ingest, args=(given,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(done) == 2
    assert sum(added for added, _, _ in done) == expected.added
    assert sum(updated for _, updated, _ in done) == expected.updated
    assert all(pages == len(given) for *_, pages in done)
    assert contents(place) == contents(alone)
    with closing(Archive(place)) as archive:
        keys = [key for head in archive.newest(999) for key in archive.passage_keys(head.id)]
        assert len(set(keys)) == len(keys)


def test_what_was_decided_on_and_changed_meanwhile_is_decided_again(place: Remote) -> None:
    with ArchiveWriter(place, IDENTITY) as one, ArchiveWriter(place, IDENTITY) as other:
        with_another = iter(stories())
        page = next(with_another)

        def meanwhile() -> Iterator[Page]:
            yield page
            Ingest(other, EMBEDDER).run([page])  # committed before the first is

        counts = Ingest(one, EMBEDDER).run(meanwhile())
        assert (counts.added, counts.unchanged, counts.pages) == (0, 1, 1)
    assert [(row[1], row[3]) for row in contents(place)] == [(1, 1)]


def test_two_may_begin_one_archive_at_once(postgres: PostgresServer) -> None:
    place = postgres.database(made=False)
    barrier, failed = threading.Barrier(4), []

    def begin() -> None:
        barrier.wait(30)
        try:
            make(place, 1)
        except ArchiveError as error:
            failed.append(error)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # Each puts version 1 without asking: all but one are refused, and the tables are made once.
    assert len(failed) == 3
    with closing(Archive(place)) as archive:
        assert_holds(archive, [1])


def test_who_makes_everything_anew_is_alone(place: Remote) -> None:
    make(place, 1)
    with ArchiveWriter(place, IDENTITY) as one:
        with (
            ArchiveWriter(place, IDENTITY) as other,
            pytest.raises(ArchiveLocked, match=f"byline {os.getpid()} on .* since"),
        ):
            other.rebuild()
        one.rebuild()
        with one._alone(), pytest.raises(ArchiveLocked, match=f"byline {os.getpid()} on "):
            ArchiveWriter(place, IDENTITY)
        make(place, 2)


def test_a_writer_that_a_new_model_has_overtaken_writes_nothing(place: Remote) -> None:
    with ArchiveWriter(place, IDENTITY) as writer:
        engine = database.reopen_to_write(place)
        with database.writing(engine) as connection:
            connection.execute(meta.update().where(meta.c.key == "embedder").values(value="new"))
        engine.dispose()
        with pytest.raises(ArchiveError, match="embedded with new"):
            writer.put(entry(story(1)))
    assert contents(place) == []


PAGES = 35  # the twenty-first a new version of one before it
INDEXER = """
import sys
from index.ingest import Ingest
from index.location import parse
from index.writer import ArchiveWriter
from tests.kill_indexer import pages
from tests.small_archive import EMBEDDER, IDENTITY

class Told(ArchiveWriter):
    def put_if(self, make):
        done = super().put_if(make)
        print("put", flush=True)
        return done

with Told(parse(sys.argv[1]), IDENTITY) as writer:
    ingest = Ingest(writer, EMBEDDER)
    for page in pages():
        ingest.run([page])
"""


def test_a_killed_indexer_loses_nothing_and_another_goes_on(
    postgres: PostgresServer, place: Remote
) -> None:
    alone = postgres.database()
    with ArchiveWriter(alone, IDENTITY) as writer:
        ingest = Ingest(writer, EMBEDDER)
        for page in islice(stories(), PAGES):
            ingest.run([page])
    root = Path(__file__).parent.parent
    child = subprocess.Popen(
        [sys.executable, "-c", INDEXER, place.database],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None
    for _ in range(12):
        assert child.stdout.readline() == b"put\n"
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    child.stdout.close()
    assert 12 <= len(contents(place)) < PAGES
    with ArchiveWriter(place, IDENTITY) as writer:
        ingest = Ingest(writer, EMBEDDER)
        for page in islice(stories(), PAGES):
            ingest.run([page])
    assert contents(place) == contents(alone)


# -- the outbox -----------------------------------------------------------------------


def test_what_a_search_server_does_not_know_is_kept_until_it_does(
    place: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MilvusDerived, "catch_up", lambda self: None)  # it is out of reach
    make(place, 1, 2)
    engine = database.reopen_to_write(place)
    with database.writing(engine) as connection:
        assert outbox.searched(connection) == database.last_change(connection)
        outbox.begin(connection, "http://127.0.0.1:19530")
    with database.reading(engine) as connection:
        assert outbox.search_server(connection) == "http://127.0.0.1:19530"
        assert outbox.searched(connection) < database.last_change(connection)
    make(place, 3)
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.remove("story1")
    with database.writing(engine) as connection, database.writing(engine) as beside:
        some = outbox.take(connection, 2)
        assert [each.article_id for each in some] == ["story2", "story3"]
        others = outbox.take(beside, 2)
        assert [each.article_id for each in others] == ["story1"]
        with ArchiveWriter(place, IDENTITY) as writer:  # nobody waits for who pushes
            writer.put(entry(story(2, "More.", version=2)))
        outbox.done(connection, some)
        outbox.done(beside, others)
    with database.reading(engine) as connection:
        left = connection.execute(select(pending.c.article_id, pending.c.change)).all()
        changed = connection.scalar(select(articles.c.changed).where(articles.c.id == "story2"))
        assert [tuple(row) for row in left] == [("story2", changed)]
        assert outbox.searched(connection) == changed - 1
    engine.dispose()


def test_nothing_is_noted_where_there_is_no_search_server(place: Remote) -> None:
    make(place, 1)
    engine = database.open_reader(place)
    with database.reading(engine) as connection:
        assert connection.execute(select(pending)).all() == []
        assert outbox.searched(connection) == database.last_change(connection)
    engine.dispose()


# -- what fails -----------------------------------------------------------------------


def test_a_server_that_was_started_again_is_read_from_and_written_to(
    postgres: PostgresServer, place: Remote
) -> None:
    make(place, 1)
    with closing(Archive(place)) as archive, ArchiveWriter(place, IDENTITY) as writer:
        assert_holds(archive, [1])
        postgres.stop()
        with pytest.raises(ArchiveError, match=f"127.0.0.1:{postgres.port}/") as gone:
            archive.facets()
        with pytest.raises(ArchiveError, match="run the same command again"):
            writer.put(entry(story(2)))
        with pytest.raises(ArchiveError):
            archive.search_terms("council", 5)
        postgres.start()
        wait_until(lambda: _answers(archive))
        assert_holds(archive, [1])
        writer.put(entry(story(2)))
        assert_holds(archive, [1, 2])
    assert PASSWORD not in str(gone.value)


def _answers(archive: Archive) -> bool:
    try:
        return bool(archive.newest(1))
    except ArchiveError:
        return False


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"password": "wrong"}, "Check the password"),
        ({"user": "nobody", "password": "none"}, "Check the"),
        ({"database": "none"}, "createdb"),
        ({"password": "%zz"}, "written %40"),
    ],
)
def test_what_is_wrong_with_an_address_is_told_without_its_password(
    postgres: PostgresServer,
    change: dict[str, str],
    says: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    address = postgres.address(**{"database": "postgres", **change})
    place = parse(address)
    for open_it in (lambda: Archive(place), lambda: ArchiveWriter(place, IDENTITY)):
        with pytest.raises(ArchiveError, match=says) as failed:
            open_it()
        secret = change.get("password", ESCAPED)
        told = [str(failed.value), repr(failed.value), str(place), repr(place), caplog.text]
        assert all(secret not in each and PASSWORD not in each for each in told)


def test_nobody_listening_is_told(postgres: PostgresServer) -> None:
    with pytest.raises(ArchiveError, match="Check that the server runs"):
        Archive(parse("postgresql://byline@127.0.0.1:1/none"))


def test_who_may_only_read_reads_and_gives_no_feedback(
    postgres: PostgresServer, place: Remote
) -> None:
    make(place, 1)
    name = place.database.rpartition("/")[2]
    postgres.execute(
        "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'r'", within=name
    )
    postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", within=name)
    reader = Remote(postgres.address(name, "reader", "r"))
    with closing(Archive(reader)) as archive:
        assert_holds(archive, [1])
        assert archive.stats().articles == 1
        with pytest.raises(ArchiveReadOnly, match="GRANT"):
            archive.add_feedback(
                answer_id="a", question="", answer="", confidence=0, helpful=True, reason=""
            )
    with pytest.raises(ArchiveReadOnly), ArchiveWriter(reader, IDENTITY) as writer:
        writer.put(entry(story(2)))
    postgres.execute("DROP OWNED BY reader; DROP ROLE reader", within=name)


def test_a_database_that_cannot_hold_all_text_is_refused(postgres: PostgresServer) -> None:
    postgres.execute(
        "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    )
    with pytest.raises(ArchiveError, match="expected UTF8"):
        ArchiveWriter(Remote(postgres.address("latin")), IDENTITY)


# -- beside the archive ---------------------------------------------------------------


def test_servers_share_the_sites_of_an_archive(place: Remote) -> None:
    make(place, 1)
    running, command = Sites.open(place, refresh=0.0), Sites.open(place)
    assert running.list() == ()
    site = command.add("news", origins=["https://news.example.org"])
    assert running.by_key(site.key) == site
    command.edit("news", lambda old: replace(old, per_day=7))
    assert running.get("news").per_day == 7
    command.revoke("news")
    assert running.by_key(site.key) is None
    assert running.was_key(site.key)
    with pytest.raises(SiteError, match="revoked"):
        command.get("news")
    with closing(Archive(place)) as archive:
        assert archive.identity == IDENTITY  # their tables are not the archive's


def test_sites_that_cannot_be_reached_are_told_of(postgres: PostgresServer) -> None:
    with pytest.raises(SiteError, match="createdb") as failed:
        Sites.open(Remote(postgres.address("none")))
    assert ESCAPED not in str(failed.value)


def test_an_address_is_taken_wherever_a_folder_is(
    postgres: PostgresServer, place: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(place, 1, 2)
    monkeypatch.setenv("BYLINE_ARCHIVE", place.database)
    done = byline("status", "--json")
    assert json.loads(done.stdout)["articles"] == 2
    assert json.loads(done.stdout)["archive"] == str(place)
    assert byline("remove", "story1").exit_code == 0
    assert byline("site", "add", "news", "--origin", "https://news.example.org").exit_code == 0
    assert "news" in byline("site", "list").stdout
    monkeypatch.delenv("BYLINE_ARCHIVE")
    done = byline("status", "--archive", postgres.address("none"))
    assert done.exit_code == 1
    assert "createdb" in done.stderr
    assert ESCAPED not in done.output
