"""What a search server is still to be told of: nothing that was put beside it is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, select

from index import database, outbox
from index.derived import changed_articles
from index.location import Remote
from index.milvus.engine import MilvusDerived
from index.records import Entry
from index.schema import pending
from index.writer import ArchiveWriter
from tests.postgres_server import PostgresServer
from tests.postgres_waits import until_it_waits
from tests.small_archive import IDENTITY, entry, make, story

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def place(postgres: PostgresServer) -> Remote:
    return postgres.database()


@pytest.fixture
def engine(place: Remote) -> Iterator[Engine]:
    engine = database.reopen_to_write(place)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def _away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search server is out of reach."""
    monkeypatch.setattr(MilvusDerived, "catch_up", lambda self: None)


def begin(engine: Engine, server: str = NOWHERE) -> None:
    with database.writing(engine) as connection:
        outbox.begin(connection, server)


def push(engine: Engine) -> None:
    with database.writing(engine) as connection:
        outbox.done(connection, outbox.take(connection, 99))


def test_an_article_that_others_turn_out_to_copy_is_found_before_it_is_pushed(
    place: Remote, engine: Engine
) -> None:
    begin(engine)
    make(place, 1)
    push(engine)
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(replace(entry(story(2)), claims=("story1",)))
    with database.reading(engine) as connection:
        seen = outbox.searched(connection)
        assert "story2" in changed_articles(connection, seen)  # which readers look up themselves


def test_one_who_is_putting_while_the_search_server_is_named_is_not_forgotten(
    postgres: PostgresServer, place: Remote, engine: Engine
) -> None:
    naming = threading.Thread(target=begin, args=(engine,))

    def meanwhile(_: Connection) -> Entry:
        naming.start()
        until_it_waits(naming, postgres, place)
        return entry(story(1))

    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put_if(meanwhile)
    naming.join(60)
    with database.reading(engine) as connection:
        assert connection.scalars(select(pending.c.article_id)).all() == ["story1"]


def test_a_search_server_whose_address_was_wrong_gives_way_to_another(
    place: Remote, engine: Engine
) -> None:
    make(place, 1)
    for server in ("http://wrong:1", "http://user:secret@right:1", "http://user@right:1"):
        begin(engine, server)
    with database.reading(engine) as connection:
        assert outbox.search_server(connection) == "http://user@right:1"
        assert outbox.count(connection) == 1
    push(engine)
    begin(engine, "http://another:1")  # the same by another name, perhaps
    with database.reading(engine) as connection:
        assert outbox.search_server(connection) == "http://user@right:1"
