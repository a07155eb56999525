"""A search server that cannot search an archive is refused before anything is copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import database
from index.errors import NoWordSearch
from index.location import Folder, Remote
from index.milvus.server import Server
from index.move import move
from index.writer import ArchiveWriter
from tests.postgres_server import PostgresServer
from tests.small_archive import IDENTITY, entry, make, story


@pytest.fixture
def _older(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the servers there are without full-text search, the last one."""
    monkeypatch.setattr(Server, "version", "v2.4.23")


@pytest.mark.usefixtures("_older")
def test_nothing_is_moved_to_a_server_without_full_text_search(
    tmp_path: Path, postgres: PostgresServer, milvus_lite: str
) -> None:
    name = f"{postgres.database().database.rpartition('/')[2]}_empty"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    target = Remote(postgres.address(name), milvus_lite)
    with pytest.raises(NoWordSearch, match=r"v2\.4\.23.*Milvus 2\.5 or later"):
        move(Folder(make(tmp_path / "from", 1)), target)
    assert database.identity_at(target) is None


@pytest.mark.usefixtures("_older")
def test_nothing_is_pushed_there_and_the_archive_can_be_given_another(
    postgres: PostgresServer, milvus_lite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = postgres.database()
    with (
        pytest.raises(NoWordSearch),
        ArchiveWriter(Remote(place.database, "http://127.0.0.1:1"), IDENTITY) as writer,
    ):
        writer.put(entry(story(1)))
    monkeypatch.undo()
    with ArchiveWriter(Remote(place.database, milvus_lite), IDENTITY):
        pass
    assert postgres.execute(
        "SELECT count(*) FROM pending", within=place.database.rpartition("/")[2]
    ) == [(0,)]
