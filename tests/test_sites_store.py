"""sites.db: what is kept, who may read it, and how a running server hears of changes."""

from __future__ import annotations

import logging
import sqlite3
import stat
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
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


def test_a_key_is_long_random_and_safe_in_an_address(sites: Sites) -> None:
    keys = {sites.add(f"n{n}", origins=[NEWS]).key for n in range(5)}
    assert len(keys) == 5
    for key in keys:
        assert key.startswith("byl_")
        assert len(key) == 36
        assert key.replace("-", "").replace("_", "").isalnum()
    secrets = {sites.secret(key) for key in keys}
    assert len(secrets) == 5
    assert all(secret and len(secret) == 43 for secret in secrets)


@pytest.mark.parametrize(
    "key",
    ["", "byl_", "byl_' OR 1=1 --", "byl_" + "a" * 32, "x" * 100_000, "é", "\ud800", "byl_%", "*"],
)
def test_any_other_key_finds_nothing(sites: Sites, key: str) -> None:
    added = sites.add("news", origins=[NEWS])
    for other in (key, added.key.upper(), added.key[:-1], added.key + "a", f" {added.key}"):
        assert sites.by_key(other) is None
        assert sites.secret(other) is None
        assert not sites.was_key(other)


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

    monkeypatch.setattr("ui.sites.store.database.reading", reading)
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


def test_an_old_key_holds_for_as_long_as_was_said(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = sites.add("news", origins=[NEWS])
    new = sites.rotate("news", keep_old=timedelta(hours=2))
    assert new == replace(old, key=new.key)
    assert sites.by_key(old.key) == old  # the same site under the key that was given
    assert sites.secret(old.key) != sites.secret(new.key)
    assert sites.list() == (new,)
    ((listed, ends),) = sites.old_keys("news")
    assert listed == old.key
    assert timedelta(hours=1) < ends - datetime.now(UTC) <= timedelta(hours=2)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(hours=2, seconds=1)

    monkeypatch.setattr("ui.sites.store.datetime", Later)
    assert sites.by_key(old.key) is None
    assert sites.secret(old.key) is None
    assert sites.was_key(old.key)
    assert sites.old_keys("news") == ()
    assert sites.by_key(new.key) == new


def test_old_keys_are_ended_before_their_time_and_the_new_one_stays(sites: Sites) -> None:
    old = sites.add("news", origins=[NEWS])
    other = sites.add("sport", origins=[NEWS])
    sites.rotate("sport", keep_old=timedelta(hours=2))
    new = sites.rotate("news", keep_old=timedelta(hours=2))
    sites.end_old("news")
    assert (sites.by_key(old.key), sites.old_keys("news")) == (None, ())
    assert sites.by_key(new.key) == new
    assert sites.by_key(other.key) is not None


def test_a_name_may_be_taken_again_after_it_was_revoked_and_old_keys_stay_dead(
    sites: Sites,
) -> None:
    old = sites.add("news", origins=[NEWS])
    kept = sites.rotate("news", keep_old=timedelta(days=9))
    sites.revoke("news")
    assert [sites.by_key(each) for each in (old.key, kept.key)] == [None, None]
    assert [name for name, _ in sites.revoked()] == ["news"]
    new = sites.add("news", origins=["https://other.example"])
    assert [sites.by_key(each) for each in (old.key, kept.key)] == [None, None]
    assert sites.list() == (new,)
    assert sites.revoked() == ()
    with pytest.raises(SiteError, match="already"):
        sites.add("news", origins=[NEWS])


@pytest.mark.parametrize(
    "name",
    ["", "News", "a b", "a/b", "../x", "a\nb", "a\r\nX: y", "\x1b[31m", "-a", "a-", "é", "a" * 64,
     "a\u202eb", "a%s", "a{b}", "a\x00"],
)  # fmt: skip
def test_a_name_that_could_forge_a_line_in_a_log_is_refused(sites: Sites, name: str) -> None:
    with pytest.raises(SiteError) as error:
        sites.add(name, origins=[NEWS])
    assert str(error.value).isprintable()
    assert sites.list() == ()


def test_a_title_is_one_line_of_bounded_length(sites: Sites) -> None:
    site = sites.add("news", origins=[NEWS], title=" The\r\nNews \x1b[1m\u202e ")
    assert site.title == "The News [1m"
    with pytest.raises(SiteError, match="200 characters"):
        sites.edit("news", lambda site: replace(site, title="x" * 201))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"filters": Filters(after=date(2024, 2, 1), before=date(2024, 1, 1))}, "no day"),
        ({"filters": Filters(articles=("a1",))}, "single articles"),
        ({"per_minute": 60_001}, "--per-minute"),
        ({"origins": tuple(f"https://n{n}.example" for n in range(51))}, "50 origins"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    sites: Sites, change: dict[str, object], message: str
) -> None:
    sites.add("news", origins=[NEWS])
    with pytest.raises(SiteError, match=message):
        sites.edit("news", lambda site: replace(site, **change))
