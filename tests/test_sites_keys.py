"""The keys of sites: what they look like, how long they hold and when they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ui.sites.errors import SiteError
from ui.sites.store import Sites

NEWS = "https://news.example.org"


@pytest.fixture
def sites(tmp_path: Path) -> Sites:
    return Sites.open(tmp_path)


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
