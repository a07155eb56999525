"""sites.db: what is kept, who may read it, and how a running server hears of changes."""

from __future__ import annotations

import logging
import sqlite3
import stat
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from index.types import Filters
from ui.sites import database
from ui.sites.errors import SiteError
from ui.sites.store import Sites
from ui.sites.types import Site

NEWS = "https://news.example.org"


@pytest.fixture
def sites(tmp_path: Path) -> Sites:
    return Sites.open(tmp_path)


def test_a_site_is_found_by_its_key_with_all_that_was_said_of_it(
    tmp_path: Path, sites: Sites
) -> None:
    added = sites.add(
        "news",
        origins=[NEWS, f"{NEWS}:443/", "http://localhost:1"],
        title="The “News” <b>",
        filters=Filters(date(2020, 1, 2), date(2021, 3, 4), ("Wire", "Ә"), ("Politics",)),
        per_minute=1,
        per_day=2,
        visitor_per_minute=3,
        private=True,
        full_text=True,
    )
    assert added.origins == (NEWS, "http://localhost:1")
    found = Sites.open(tmp_path).by_key(added.key)
    assert found == added
    assert found is not None
    assert (found.filters.before, found.filters.sources) == (date(2021, 3, 4), ("Wire", "Ә"))
    assert sites.origins() == {NEWS, "http://localhost:1"}


def test_the_file_is_its_owner_s_alone(tmp_path: Path, sites: Sites) -> None:
    sites.add("news", origins=[NEWS])
    file = tmp_path / "sites.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    sites.rotate("news")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_looking_makes_no_file(tmp_path: Path, sites: Sites) -> None:
    assert (sites.list(), sites.origins(), sites.by_key("byl_" + "a" * 32)) == (
        (),
        frozenset(),
        None,
    )
    assert list(tmp_path.iterdir()) == []


def test_a_change_that_comes_to_nothing_leaves_no_damaged_file(tmp_path: Path) -> None:
    running = Sites.open(tmp_path, refresh=0.0)
    with pytest.raises(SiteError, match="there are no sites yet"):
        Sites.open(tmp_path).revoke("news")
    assert Sites.open(tmp_path).list() == running.list() == ()
    key = Sites.open(tmp_path).add("news", origins=[NEWS]).key
    assert running.by_key(key) is not None


def test_a_running_server_sees_what_the_command_line_changes(tmp_path: Path) -> None:
    running, command = Sites.open(tmp_path), Sites.open(tmp_path)
    key = command.add("news", origins=[NEWS]).key
    time.sleep(0.6)  # a little more than it waits before it looks again
    assert running.by_key(key) is not None
    command.edit("news", lambda site: replace(site, origins=()))
    time.sleep(0.6)
    assert running.origins() == frozenset()
    command.revoke("news")
    time.sleep(0.6)
    assert running.by_key(key) is None
    assert running.was_key(key)


def test_it_does_not_read_the_file_for_every_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = Sites.open(tmp_path, refresh=3_600)
    key = sites.add("news", origins=[NEWS]).key
    (tmp_path / "sites.db").unlink()
    assert sites.by_key(key) is not None


def test_every_change_of_every_site_is_seen(tmp_path: Path) -> None:
    running, command = Sites.open(tmp_path, refresh=0.0), Sites.open(tmp_path)
    command.add("news", origins=[NEWS])
    for n in range(30):  # faster than a file's time of change can tell apart
        command.edit("news", lambda site, n=n: replace(site, per_day=n))
        assert running.list()[0].per_day == n


def test_a_file_that_is_gone_leaves_no_site_and_a_restored_one_brings_them_back(
    tmp_path: Path,
) -> None:
    sites = Sites.open(tmp_path, refresh=0.0)
    key = sites.add("news", origins=[NEWS]).key
    kept = (tmp_path / "sites.db").read_bytes()
    (tmp_path / "sites.db").unlink()
    assert sites.by_key(key) is None
    assert sites.origins() == frozenset()
    (tmp_path / "sites.db").write_bytes(kept)
    assert sites.by_key(key) is not None


def test_what_cannot_be_read_just_now_leaves_the_sites_as_they_were(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sites = Sites.open(tmp_path, refresh=0.0)
    key = sites.add("news", origins=[NEWS]).key
    file = tmp_path / "sites.db"
    whole = file.read_bytes()
    file.write_bytes(b"this is no database" * 100)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert sites.by_key(key) is not None
    assert len(caplog.records) == 1
    assert "is damaged" in caplog.text
    with pytest.raises(SiteError, match="Restore it from a backup"):
        Sites.open(tmp_path)
    with pytest.raises(SiteError, match="is damaged"):
        sites.add("sport", origins=[NEWS])
    file.write_bytes(whole)
    sites.revoke("news")
    assert sites.by_key(key) is None


def test_a_file_that_is_locked_is_tried_once_a_pause_and_not_at_every_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

    clock, tried = Clock(), list[float]()
    monkeypatch.setattr("ui.sites.store.time", clock)
    sites = Sites.open(tmp_path, refresh=0.5)
    key = sites.add("news", origins=[NEWS]).key
    read = database.reading

    def reading(folder: Path) -> Any:
        tried.append(clock.now)
        return read(folder)

    monkeypatch.setattr("ui.sites.places.database.reading", reading)
    writer = sqlite3.connect(tmp_path / "sites.db", isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    for clock.now in (1.0, 1.1, 1.2, 1.4, 1.6, 1.7):
        assert sites.by_key(key) is not None
        assert sites.origins() == {NEWS}
    assert tried == [1.0, 1.6]
    writer.close()


def test_a_file_of_a_newer_byline_is_not_touched(tmp_path: Path, sites: Sites) -> None:
    sites.add("news", origins=[NEWS])
    with sqlite3.connect(tmp_path / "sites.db") as connection:
        connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema_version'")
    connection.close()
    with pytest.raises(SiteError, match="Upgrade Byline"):
        Sites.open(tmp_path)
    with pytest.raises(SiteError, match="Upgrade Byline"):
        sites.revoke("news")


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="cannot be written to"):
        Sites.open(tmp_path / "nowhere").add("news", origins=[NEWS])


def test_a_change_that_fails_changes_nothing(tmp_path: Path, sites: Sites) -> None:
    before = sites.add("news", origins=[NEWS])

    def fails(site: Site) -> Site:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        sites.edit("news", fails)
    with pytest.raises(SiteError, match="expected 0"):
        sites.edit("news", lambda site: replace(site, per_day=-1))
    assert Sites.open(tmp_path).list() == (before,)


def test_two_changes_at_once_are_both_kept(tmp_path: Path) -> None:
    Sites.open(tmp_path).add("news", origins=[NEWS], per_day=0)

    def count_up() -> None:
        mine = Sites.open(tmp_path)
        for _ in range(10):
            mine.edit("news", lambda site: replace(site, per_day=site.per_day + 1))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Sites.open(tmp_path).get("news").per_day == 40


def test_name_key_and_birth_stay_whatever_a_change_says(sites: Sites) -> None:
    before = sites.add("news", origins=[NEWS])
    after = sites.edit(
        "news",
        lambda site: replace(
            site, name="x\ny", key="byl_stolen", created=datetime(1999, 1, 1, tzinfo=UTC)
        ),
    )
    assert (after, sites.list()) == (before, (before,))
