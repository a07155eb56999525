"""What a search server is still to be told of stands in PostgreSQL until it knows."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from index import database, outbox
from index.location import Remote
from index.milvus.engine import MilvusDerived
from index.schema import articles, pending
from index.writer import ArchiveWriter
from tests import postgres_server
from tests.small_archive import IDENTITY, entry, make, story

place = postgres_server.place


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
