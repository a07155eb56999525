"""The command line and its sites take an archive in PostgreSQL as they take a folder."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import pytest

from index.archive import Archive
from index.location import Remote
from tests import postgres_server
from tests.cli import byline
from tests.postgres_server import ESCAPED, PostgresServer
from tests.small_archive import IDENTITY, make
from ui.sites.errors import SiteError
from ui.sites.store import Sites

place = postgres_server.place


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
