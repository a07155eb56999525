"""An archive whose search server has nothing yet, lags behind, or has lost what it had."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from index import archive as archive_module
from index import database, outbox, watch
from index.archive import Archive
from index.errors import ArchiveError, SearchMismatch, SearchUnavailable
from index.location import Remote
from index.milvus import engine as milvus_engine
from index.milvus import server as milvus_server
from index.milvus.store import MilvusStore
from index.schema import passages
from index.types import Block, Label
from index.writer import ArchiveWriter
from tests.postgres_server import PostgresServer
from tests.small_archive import EMBEDDER, IDENTITY, assert_holds, entry, make, story


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "_REST", 0.0)
    monkeypatch.setattr(watch, "_HOLDS", 0.0)


@pytest.fixture
def place(postgres: PostgresServer, milvus_lite: str) -> Remote:
    """Without articles, and without anything on the search server."""
    return replace(postgres.database(), milvus=milvus_lite)


@contextmanager
def on_server(place: Remote) -> Iterator[MilvusStore]:
    """What the search server holds of the archive."""
    engine = database.open_reader(place)
    try:
        with database.reading(engine) as connection:
            store = milvus_engine._store(place, connection, IDENTITY.dimension)
        with closing(store):
            yield store
    finally:
        engine.dispose()


def lose(place: Remote) -> None:
    """Its disk is gone."""
    with on_server(place) as store:
        store.drop()


def held(place: Remote) -> int:
    with on_server(place) as store:
        return store.base(0).passages


def kept(place: Remote) -> tuple[int, int]:
    """Passages in the database, and articles that are noted to be pushed."""
    engine = database.open_reader(place)
    try:
        with database.reading(engine) as connection:
            count = connection.scalar(select(func.count()).select_from(passages))
            return int(count or 0), outbox.count(connection)
    finally:
        engine.dispose()


def assert_all_pushed(place: Remote) -> None:
    there, waiting = kept(place)
    assert (held(place), waiting) == (there, 0)


# -- nothing yet -----------------------------------------------------------------------


def test_what_the_first_writer_has_not_pushed_yet_is_found(place: Remote) -> None:
    with ArchiveWriter(place, IDENTITY) as writer:
        teaser = Block("A zeppelin over the beach", Label.TEASER)
        writer.put(replace(entry(story(1)), asides=(teaser,)))
        with closing(Archive(place)) as archive:
            assert_holds(archive, [1], absent=[2])
            assert archive.passages == kept(place)[0]
            assert archive.teased("zeppelin") == [teaser.text]
            assert archive.frequency("word1", "en") == 1
            writer.put(entry(story(2)))
            assert_holds(archive, [1, 2])
            writer._indexes.catch_up()
            assert_holds(archive, [1, 2])
            assert archive.stats().index_kind.startswith("Milvus")
    assert_all_pushed(place)


def test_an_archive_without_articles_is_searched_and_made_anew(place: Remote) -> None:
    with ArchiveWriter(place, IDENTITY) as writer:
        pass
    with closing(Archive(place)) as archive:
        assert archive.search_terms("council", 5) == []
        assert archive.search_vectors(EMBEDDER.embed_query("council"), 5) == []
        assert archive.stats().passages == 0
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.rebuild()
            assert archive.search_terms("council", 5) == []
            writer.put(entry(story(1)))
        assert_holds(archive, [1])


# -- lost ------------------------------------------------------------------------------


def test_a_server_that_lost_all_is_filled_anew_by_whoever_writes_next(
    place: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    make(place, 1, 2)
    assert "filled anew" not in caplog.text
    lose(place)
    with closing(Archive(place)) as archive, pytest.raises(SearchMismatch, match="byline rebuild"):
        archive.search_terms("council", 5)
    make(place, 3)
    assert "filled anew, with 2 articles" in caplog.text
    assert_all_pushed(place)
    with closing(Archive(place)) as archive:
        assert_holds(archive, [1, 2, 3])


def test_whoever_is_stopped_while_filling_it_leaves_the_rest_to_the_next(
    place: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(place, 1, 2)
    lose(place)
    ensure = MilvusStore.ensure

    def stopped(store: MilvusStore) -> None:
        ensure(store)
        raise SearchUnavailable("it went away")

    with monkeypatch.context() as context:
        context.setattr(MilvusStore, "ensure", stopped)
        with pytest.raises(SearchUnavailable):
            make(place, 3)
    assert held(place) == 0
    make(place, 4)
    assert_all_pushed(place)


def test_several_who_find_it_lost_at_once_fill_it_together(place: Remote) -> None:
    make(place, *range(1, 30))
    lose(place)
    failed: list[ArchiveError] = []
    ready = threading.Barrier(3)

    def write(number: int) -> None:
        try:
            with ArchiveWriter(place, IDENTITY) as writer:
                writer.put(entry(story(number)))
                ready.wait(60)
        except ArchiveError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in (31, 32, 33)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert_all_pushed(place)


def test_making_it_anew_finds_all_meanwhile_and_changes_nothing_where_it_cannot(
    place: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(place, 1, 2)
    drop = MilvusStore.drop
    with closing(Archive(place)) as archive, ArchiveWriter(place, IDENTITY) as writer:

        def dropped(store: MilvusStore) -> None:
            drop(store)
            assert_holds(archive, [1, 2])

        monkeypatch.setattr(MilvusStore, "drop", dropped)
        writer.rebuild()
        assert_holds(archive, [1, 2])
    assert_all_pushed(place)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        away = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        monkeypatch.setattr(milvus_server, "TIMEOUT", 0.5)
        elsewhere = ArchiveWriter(replace(place, milvus=away), IDENTITY)
        with elsewhere as writer, pytest.raises(SearchUnavailable):
            writer.rebuild()
    assert_all_pushed(place)


# -- behind ----------------------------------------------------------------------------


def test_passages_are_counted_once_while_the_server_lags_behind(place: Remote) -> None:
    make(place, 1, 2, 3)
    with ArchiveWriter(place, IDENTITY) as writer, closing(Archive(place)) as archive:
        assert archive.passages == kept(place)[0]
        writer.put(entry(story(1, "A walrus came by. It stayed.", version=2)))
        writer.remove("story2")
        assert archive.passages == kept(place)[0]
        writer._indexes.catch_up()
        assert archive.passages == kept(place)[0]
    assert_all_pushed(place)


def test_words_that_are_counted_anew_meanwhile_are_told_all_the_same(place: Remote) -> None:
    class Forgetful(dict[str, int]):
        """As if another thread had emptied it."""

        def __setitem__(self, key: str, value: int) -> None:
            pass

    make(place, 1)
    with on_server(place) as store:
        base = store.base(0)
        base._counts = Forgetful()
        assert base.frequency("word1", "en") == 1
