"""Writers on a server: who must be alone is, and what keeps others out is told."""

from __future__ import annotations

import os
import select
import threading
from contextlib import closing
from datetime import datetime, tzinfo
from typing import Any

import pytest

from index import archive as archive_module
from index import postgres as postgresql
from index.advisory import shared_lock
from index.archive import Archive
from index.errors import ArchiveError, ArchiveLocked
from index.location import Remote
from index.writer import ArchiveWriter
from tests.postgres_server import PostgresServer
from tests.postgres_waits import until_it_waits
from tests.small_archive import IDENTITY, entry, make, story

ENDED = """
    SELECT pg_terminate_backend(pid, 60000) FROM (
        SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS holders
"""


@pytest.fixture
def place(postgres: PostgresServer) -> Remote:
    return postgres.database()


def lose_the_lock(writer: ArchiveWriter, postgres: PostgresServer, name: str) -> None:
    """End the connection that holds it, as a server does that is started again."""
    assert writer._shared is not None
    driven: Any = writer._shared._connection.connection.driver_connection
    assert postgres.execute(ENDED, within=name) == [(True,)]
    heard, *_ = select.select([driven.fileno()], [], [], 60)
    assert heard


def test_a_lock_that_went_with_its_connection_is_taken_again(
    postgres: PostgresServer, place: Remote
) -> None:
    name = place.database.rpartition("/")[2]
    with ArchiveWriter(place, IDENTITY) as one:
        lose_the_lock(one, postgres, name)
        one.put(entry(story(1)))
        with ArchiveWriter(place, IDENTITY) as other, pytest.raises(ArchiveLocked, match="byline"):
            other.rebuild()


def test_one_who_lost_being_alone_writes_nothing_more(
    postgres: PostgresServer, place: Remote
) -> None:
    name = place.database.rpartition("/")[2]
    with ArchiveWriter(place, IDENTITY) as one:
        assert one._shared is not None
        with one._shared.alone():
            lose_the_lock(one, postgres, name)
            with pytest.raises(ArchiveError, match="kept others from writing was lost"):
                one.put(entry(story(1)))
        one.put(entry(story(2)))  # beside others again
    with closing(Archive(place)) as archive:
        assert list(archive.headlines(["story1", "story2"])) == ["story2"]


def test_who_writes_is_named_to_another_user_too(postgres: PostgresServer, place: Remote) -> None:
    name = place.database.rpartition("/")[2]
    postgres.execute("DROP ROLE IF EXISTS other; CREATE ROLE other LOGIN PASSWORD 'o'")
    other = Remote(postgres.address(name, "other", "o"))
    engine = postgresql.engine(other, read_only=False)
    try:
        with (
            ArchiveWriter(place, IDENTITY),
            shared_lock(engine, other) as lock,
            pytest.raises(ArchiveLocked, match=f"by byline {os.getpid()} on "),
            lock.alone(),
        ):
            pass
    finally:
        engine.dispose()
        postgres.execute("DROP ROLE other")


def test_two_verdicts_on_one_answer_at_once_leave_one(
    postgres: PostgresServer, place: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(place, 1)

    def judge() -> None:
        archive.add_feedback(
            answer_id="a", question="q", answer="a", confidence=1, helpful=True, reason=""
        )

    beside = threading.Thread(target=judge)

    class Clock:
        """Asked in the midst of the first verdict: the second one is given then."""

        @staticmethod
        def now(zone: tzinfo) -> datetime:
            if beside.ident is None:
                beside.start()
                until_it_waits(beside, postgres, place)
            return datetime.now(zone)

    monkeypatch.setattr(archive_module, "datetime", Clock)
    with closing(Archive(place)) as archive:
        judge()
        beside.join(60)
    kept = postgres.execute(
        "SELECT count(*) FROM feedback", within=place.database.rpartition("/")[2]
    )
    assert kept == [(1,)]
