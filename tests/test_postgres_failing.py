"""A PostgreSQL server that goes away, lets nobody in, or cannot hold an archive, says so."""

from __future__ import annotations

import logging
from contextlib import closing

import pytest

from index.archive import Archive
from index.errors import ArchiveError, ArchiveReadOnly
from index.location import Remote, parse
from index.writer import ArchiveWriter
from tests import postgres_server
from tests.browsing import until
from tests.postgres_server import ESCAPED, PASSWORD, PostgresServer, name_of
from tests.small_archive import IDENTITY, assert_holds, entry, make, story

place = postgres_server.place
pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_a_server_that_was_started_again_is_read_from_and_written_to(
    postgres: PostgresServer, place: Remote
) -> None:
    make(place, 1)
    with closing(Archive(place)) as archive, ArchiveWriter(place, IDENTITY) as writer:
        assert_holds(archive, [1])
        with postgres.away():
            with pytest.raises(ArchiveError, match=f"127.0.0.1:{postgres.port}/") as gone:
                archive.facets()
            with pytest.raises(ArchiveError, match="run the same command again"):
                writer.put(entry(story(2)))
            with pytest.raises(ArchiveError):
                archive.search_terms("council", 5)
        until(lambda: _answers(archive), 60)
        assert_holds(archive, [1])
        writer.put(entry(story(2)))
        assert_holds(archive, [1, 2])
    assert all(secret not in str(gone.value) for secret in (PASSWORD, ESCAPED))


def _answers(archive: Archive) -> bool:
    try:
        return bool(archive.newest(1))
    except ArchiveError:
        return False


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"password": "wrong"}, "Check the password"),
        ({"user": "nobody", "password": "none"}, "Check the password"),
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


def test_nobody_listening_is_told() -> None:
    with pytest.raises(ArchiveError, match="Check that the server runs"):
        Archive(parse("postgresql://byline@127.0.0.1:1/none"))


def test_who_may_only_read_reads_and_gives_no_feedback(
    postgres: PostgresServer, place: Remote
) -> None:
    make(place, 1)
    name = name_of(place)
    postgres.execute(f"CREATE ROLE reader_of_{name} LOGIN PASSWORD 'r'")
    granted = f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_of_{name}"
    postgres.execute(granted, within=name)
    reader = Remote(postgres.address(name, f"reader_of_{name}", "r"))
    with closing(Archive(reader)) as archive:
        assert_holds(archive, [1])
        assert archive.stats().articles == 1
        with pytest.raises(ArchiveReadOnly, match="GRANT"):
            archive.add_feedback(
                answer_id="a", question="", answer="", confidence=0, helpful=True, reason=""
            )
    with pytest.raises(ArchiveReadOnly), ArchiveWriter(reader, IDENTITY) as writer:
        writer.put(entry(story(2)))


def test_a_database_that_cannot_hold_all_text_is_refused(postgres: PostgresServer) -> None:
    postgres.execute(
        "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    )
    with pytest.raises(ArchiveError, match="expected UTF8"):
        ArchiveWriter(Remote(postgres.address("latin")), IDENTITY)
