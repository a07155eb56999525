"""What PostgreSQL says reaches a reader as an error that says what to do."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import TimeoutError as NoneFree

from index import database
from index import postgres as postgresql
from index.errors import ArchiveDamaged, ArchiveError
from index.location import Remote
from tests.postgres_server import PostgresServer
from ui.sites.errors import SiteError
from ui.sites.store import Sites

PLACE = Remote("postgresql://byline:secret@db.example.org/news")


class Said(Exception):
    """As psycopg has it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("so it is")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "advice", "damaged"),
    [
        ("57014", "raise statement_timeout", False),
        ("40P01", "run the same command again", False),
        ("25P03", "run the same command again", False),
        ("42P01", "a database of its own", False),
        ("42703", "a database of its own", False),
        ("42501", "GRANT", False),
        ("XX000", "so it is", False),  # a pooler's word for much, and seldom for damage
        ("XX001", "from a backup", True),
        ("XX002", "REINDEX", True),
    ],
)
def test_what_a_server_refuses_for_comes_with_what_to_do(
    state: str, advice: str, damaged: bool
) -> None:
    engine = postgresql.engine(PLACE, read_only=True)
    told = database.explained(Said(state), engine)
    assert advice in str(told)
    assert "byline@db.example.org/news" in str(told)
    assert "secret" not in str(told)
    assert isinstance(told, ArchiveDamaged) == damaged


def test_more_who_ask_than_there_are_connections_are_told_so() -> None:
    engine = postgresql.engine(PLACE, read_only=True)
    with pytest.raises(ArchiveError, match="in use"), database.explaining(engine):
        raise NoneFree


def test_another_program_s_tables_are_not_taken_for_an_archive(
    postgres: PostgresServer,
) -> None:
    place = postgres.database(made=False)
    name = place.database.rpartition("/")[2]
    postgres.execute("CREATE TABLE meta (id integer)", within=name)
    with pytest.raises(ArchiveError, match="a database of its own"):
        database.open_reader(place)


def test_sites_whose_format_is_not_told_are_damaged(postgres: PostgresServer) -> None:
    place = postgres.database()
    sites = Sites.open(place)
    sites.add("news", origins=["https://news.example.org"])
    name = place.database.rpartition("/")[2]
    postgres.execute("DELETE FROM sites_meta WHERE key = 'schema_version'", within=name)
    with pytest.raises(SiteError, match="damaged"):
        Sites.open(place)
    with pytest.raises(SiteError, match="damaged"):
        sites.revoke("news")
