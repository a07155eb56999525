"""`byline site`: sites, keys, secrets and limits from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import jwt
import pytest

from tests import cli
from tests.cli import byline, byline_json
from ui.sites import tokens
from ui.sites.store import Sites

one_model = cli.one_model
newsroom = cli.newsroom
desk = cli.desk

HERE = "https://news.example.org"


@pytest.fixture
def archive(desk: Path) -> Path:
    """The default archive, as far as sites need one."""
    (desk / "archive").mkdir()
    (desk / "archive" / "archive.db").touch()
    return desk / "archive"


def test_a_site_is_added_with_a_key_for_its_pages(archive: Path) -> None:
    site = byline_json(
        "site", "add", "news", "--origin", f"{HERE}/", "--origin", "https://News.example.org:443",
        "--origin", "http://localhost:8000", "--per-minute", "20", "--per-day", "2000",
        "--visitor-per-minute", "3", "--title", "Ask  the\x1b[31m News", "--full-text",
        "--archive-filter", "after=2020-01-01", "--archive-filter", "before=2024-12-31",
    )  # fmt: skip
    assert site["origins"] == [HERE, "http://localhost:8000"]
    assert site["filters"] == {"after": "2020-01-01", "before": "2024-12-31"}
    assert (site["per_minute"], site["per_day"], site["visitor_per_minute"]) == (20, 2000, 3)
    assert (site["title"], site["full_text"], site["private"]) == ("Ask the[31m News", True, False)
    assert "secret" not in site
    kept = Sites.open(archive).by_key(site["key"])
    assert kept is not None
    assert (kept.name, kept.per_day) == ("news", 2000)
    assert byline_json("site", "show", "news")["key"] == site["key"]


def test_adding_one_says_its_key_and_what_comes_next(archive: Path) -> None:
    said = byline("site", "add", "news", "--origin", HERE).stdout
    assert Sites.open(archive).get("news").key in said
    assert HERE in said
    assert "60 a minute, 5,000 a day, 12 a minute by one visitor" in said
    assert "byline site snippet news" in said
    assert "secret" not in said


def test_sites_are_listed_with_those_that_were_revoked(archive: Path) -> None:
    assert "byline site add NAME --origin URL" in byline("site", "list").stdout
    first = byline_json("site", "add", "news", "--origin", HERE)
    second = byline_json("site", "add", "old", "--origin", "https://old.example.org")
    ended = byline("site", "revoke", "old")
    assert ended.exit_code == 0
    listed = byline_json("site", "list")
    assert [each["name"] for each in listed["sites"]] == ["news"]
    assert [each["name"] for each in listed["revoked"]] == ["old"]
    text = byline("site", "list").stdout
    assert first["key"] in text.replace("\n", "")
    assert second["key"] not in text
    assert "old  revoked on" in text
    assert Sites.open(archive).by_key(second["key"]) is None
    refused = byline("site", "show", "old")
    assert refused.exit_code == 1
    assert "was revoked; the name may be taken again" in refused.stderr


def test_what_is_not_named_stays_when_a_site_is_changed(archive: Path) -> None:
    before = byline_json(
        "site", "add", "news", "--origin", HERE, "--per-day", "9", "--title", "The News",
        "--archive-filter", "after=2020-01-01",
    )  # fmt: skip
    after = byline_json(
        "site", "edit", "news", "--add-origin", "https://m.example.org", "--per-minute", "0"
    )
    changed = {"origins": [HERE, "https://m.example.org"], "per_minute": 0}
    assert after == before | changed
    again = byline_json(
        "site", "edit", "news", "--remove-origin", HERE, "--no-archive-filter", "--title", ""
    )
    assert again == after | {"origins": ["https://m.example.org"], "filters": {}, "title": None}
    assert byline_json("site", "edit", "news", "--private", "--full-text")["private"]
    assert byline_json("site", "edit", "news", "--public", "--excerpts") == again


def test_a_rotated_key_ends_at_once_or_after_the_hours_given(archive: Path) -> None:
    first = byline_json("site", "add", "news", "--origin", HERE)["key"]
    second = byline_json("site", "rotate", "news", "--keep-old", "2")["key"]
    sites = Sites.open(archive)
    assert sites.by_key(first) is not None
    assert sites.by_key(second) is not None
    third = byline_json("site", "rotate", "news")["key"]
    assert byline_json("site", "show", "news")["old_keys"] == []
    sites = Sites.open(archive)
    assert [sites.by_key(key) is not None for key in (first, second, third)] == [False, False, True]


def test_old_keys_that_still_hold_are_listed_and_can_be_ended(archive: Path) -> None:
    old = byline_json("site", "add", "news", "--origin", HERE)["key"]
    new = byline_json("site", "rotate", "news", "--keep-old", "2")
    (kept,) = new["old_keys"]
    assert kept["key"] == old
    (listed,) = byline_json("site", "list")["sites"]
    assert listed["old_keys"] == [kept] == byline_json("site", "show", "news")["old_keys"]
    for command in (["list"], ["show", "news"]):
        shown = byline("site", *command).stdout
        assert old in shown.replace("\n", "")
        assert "UTC" in shown
    ended = byline_json("site", "edit", "news", "--end-old")
    assert (ended["key"], ended["old_keys"]) == (new["key"], [])
    assert Sites.open(archive).by_key(old) is None


def test_a_private_site_has_a_secret_to_sign_tokens_with(archive: Path) -> None:
    added = byline_json("site", "add", "staff", "--private")
    shown = byline("site", "secret", "staff").stdout.strip()
    assert added["secret"] == shown
    token = jwt.encode({"aud": added["key"], "sub": "ada", "exp": 2**40}, shown, "HS256")
    with pytest.raises(tokens.TokenError, match="more than an hour"):
        tokens.subject(token, secret=shown, key=added["key"])
    rotated = byline("site", "rotate", "staff").stdout
    assert shown not in rotated
    assert byline("site", "secret", "staff").stdout.strip() in rotated.replace("\n", "")
    for command in ("list", "show"):
        names = ["staff"] if command == "show" else []
        assert "secret" not in json.dumps(byline_json("site", command, *names))


def test_a_public_site_has_none(archive: Path) -> None:
    byline("site", "add", "news", "--origin", HERE)
    refused = byline("site", "secret", "news")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "byline site edit news --private" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "news"], "name them with --origin"),
        (["add", "News!", "--origin", HERE], "lower-case letters"),
        (["add", "n\nERROR forged", "--origin", HERE], "lower-case letters"),
        (["add", "news", "--origin", "http://news.example.org"], "--allow-http"),
        (["add", "news", "--origin", "https://*.example.org"], "no wildcard"),
        (["add", "news", "--origin", f"{HERE}/path"], "no path"),
        (["add", "taken", "--origin", HERE], "byline site edit taken"),
        (["add", "news", "--origin", HERE, "--archive-filter", "topic=x"], "unknown filter"),
        (["add", "news", "--origin", HERE, "--archive-filter", "section"], "expected NAME=VALUE"),
        (["add", "news", "--origin", HERE, "--archive-filter", "after=May"], "after=2024-12-31"),
        (["add", "news", "--origin", HERE, "--per-day", "99999999999"], "--per-day"),
        (["edit", "taken", "--remove-origin", "https://other.example"], "it has: https://taken"),
        (["edit", "nosuch"], "there are: taken"),
        (["rotate", "nosuch"], "there are: taken"),
        (["revoke", "nosuch"], "there are: taken"),
        (["snippet", "taken"], "--server https://"),
        (["list", "--archive", "nowhere"], "byline index SOURCE --archive nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    archive: Path, arguments: list[str], message: str
) -> None:
    byline("site", "add", "taken", "--origin", "https://taken.example")
    refused = byline("site", *arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert message in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert [site.name for site in Sites.open(archive).list()] == ["taken"]


def test_plain_http_is_taken_from_elsewhere_only_when_asked_for(archive: Path) -> None:
    added = byline_json("site", "add", "hall", "--origin", "http://intranet", "--allow-http")
    assert added["origins"] == ["http://intranet"]
    assert (
        byline_json("site", "edit", "hall", "--remove-origin", "http://intranet")["origins"] == []
    )


def test_a_section_that_no_article_has_is_remarked_on(desk: Path, newsroom: Path) -> None:
    filters = ["--archive-filter", "section=politics", "--archive-filter", "source=Meridain Wire"]
    added = byline("site", "add", "news", "--origin", HERE, *filters, "--archive", newsroom)
    (newsroom / "sites.db").unlink()
    assert added.exit_code == 0
    assert added.stderr.count("note:") == 1
    assert "'Meridain Wire'" in added.stderr
    assert "Meridian Wire" in added.stderr
    assert "section politics, source Meridain Wire" in added.stdout


def test_the_snippet_has_the_key_and_the_server(archive: Path) -> None:
    key = byline_json("site", "add", "news", "--origin", HERE)["key"]
    shown = byline("site", "snippet", "news", "--server", "https://chat.example.org/ask/").stdout
    assert f'<script src="https://chat.example.org/ask/byline.js" data-site="{key}" async>' in shown
    assert "script-src https://chat.example.org" in shown
    wrong = byline("site", "snippet", "news", "--server", "javascript:alert(1)")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
