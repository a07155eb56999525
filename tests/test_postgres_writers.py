"""Several who write to an archive in PostgreSQL at once, and one who is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from index import database
from index.archive import Archive
from index.errors import ArchiveError, ArchiveLocked
from index.ingest import Ingest
from index.location import Remote
from index.schema import meta
from index.types import Page
from index.writer import ArchiveWriter
from tests import postgres_server
from tests.kill_indexer import pages as stories
from tests.postgres_server import PostgresServer
from tests.small_archive import EMBEDDER, IDENTITY, assert_holds, contents, entry, make, story

place = postgres_server.place
pytestmark = pytest.mark.usefixtures("seen_at_once")


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
    held = contents(place)
    assert (len(held["articles"]), len(held["versions"])) == (1, 1)


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
    assert not any(contents(place).values())


PAGES = 35  # the twenty-first a new version of one before it
LEFT = 11  # of them, before which the indexer waits: it is killed before it comes to its end
INDEXER = """
import itertools, sys
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
    for page in itertools.islice(pages(), int(sys.argv[2])):
        ingest.run([page])
    sys.stdin.read()
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
    with subprocess.Popen(
        [sys.executable, "-c", INDEXER, place.database, str(PAGES - LEFT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as child:
        try:
            assert child.stdout is not None
            for _ in range(12):
                assert child.stdout.readline() == b"put\n"
        finally:
            child.kill()
    assert child.returncode == -signal.SIGKILL
    assert 12 <= len(contents(place)["versions"]) <= PAGES - LEFT
    with ArchiveWriter(place, IDENTITY) as writer:
        ingest = Ingest(writer, EMBEDDER)
        for page in islice(stories(), PAGES):
            ingest.run([page])
    assert contents(place) == contents(alone)
