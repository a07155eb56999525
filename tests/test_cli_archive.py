"""`byline status`, `remove`, `rebuild` and `reembed`: keeping house."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index import embedded
from tests import cli
from tests.cli import FERRY_URL, byline, byline_json

one_model = cli.one_model
newsroom = cli.newsroom
desk = cli.desk


@pytest.fixture
def archive(desk: Path, newsroom: Path) -> Path:
    """An archive of the three stories that a test may change: the default one."""
    shutil.copytree(newsroom, desk / "archive")
    return desk / "archive"


def searched() -> int:
    answer = byline_json("ask", "Which ferry ran aground?")
    return int(answer["searched"])


def test_status_tells_what_the_archive_holds(archive: Path) -> None:
    status = byline_json("status")
    assert (status["articles"], status["copies"], status["versions"]) == (3, 0, 3)
    assert (status["first"], status["last"]) == ("2024-11-05", "2025-08-22")
    assert status["index"] == {"kind": "exact", "recall": 1.0}
    assert (status["model"]["id"], status["model"]["dimension"]) == ("all-MiniLM-L6-v2", 384)
    sizes = status["sizes"]
    assert sizes.pop("vectors") == 0  # so few are in the database alone
    assert all(size > 0 for size in sizes.values())
    assert status["schema_version"] >= 1
    text = byline("status").stdout
    assert "5 November 2024 to 22 August 2025" in text
    assert "exact, measured recall 1.000" in text
    assert "kB" in text


@pytest.mark.parametrize(
    "name",
    [FERRY_URL, f"{FERRY_URL}?utm_source=feed#top"],
    ids=["canonical", "with tracking"],
)
def test_an_article_is_removed_by_its_url(archive: Path, name: str) -> None:
    result = byline("remove", name)
    assert result.exit_code == 0
    assert "Removed: Ferry Aurora runs aground off Skerry Point" in result.stdout
    assert searched() == 2


def test_an_article_is_removed_by_its_id_or_its_file(archive: Path, newsroom: Path) -> None:
    answer = byline_json("ask", "How many passengers were on board the ferry Aurora?")
    by_id = byline_json("remove", answer["citations"][0]["article_id"])
    assert [each["url"] for each in by_id["removed"]] == [FERRY_URL]
    by_file = byline_json("remove", newsroom.parent / "pages" / "bees.html")
    assert [each["title"] for each in by_file["removed"]] == ["A record year for honey"]
    assert searched() == 1


def test_what_was_removed_stays_away_and_removing_it_again_is_no_error(
    archive: Path, newsroom: Path
) -> None:
    byline("remove", FERRY_URL)
    again = byline("remove", FERRY_URL)
    assert again.exit_code == 0
    assert "Removed earlier: Ferry Aurora" in again.stdout
    byline("index", newsroom.parent / "pages")
    assert searched() == 2


def test_an_unknown_name_is_an_error_and_the_known_are_removed(archive: Path) -> None:
    result = byline("remove", "https://herald.example/nothing", FERRY_URL, "--json")
    assert result.exit_code == 1
    assert "no article in archive has the address or id https://herald.example/nothing" in (
        result.stderr
    )
    told = json.loads(result.stdout)
    assert len(told["removed"]) == 1
    assert told["unknown"] == ["https://herald.example/nothing"]


@pytest.mark.parametrize("command", [["remove", "x"], ["rebuild"], ["reembed"], ["status"]])
def test_a_missing_archive_is_an_error_and_none_is_made(desk: Path, command: list[str]) -> None:
    result = byline(*command)
    assert result.exit_code == 1
    assert "byline index SOURCE --archive archive" in result.stderr
    assert not (desk / "archive").exists()


def test_rebuild_makes_lost_indexes_anew(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "FOLD", 0)
    shutil.rmtree(archive / "terms")
    assert byline("rebuild").exit_code == 0
    assert (archive / "vectors.faiss").stat().st_size > 0
    assert (archive / "terms" / "meta.json").is_file()
    assert byline_json("ask", "How many passengers were on board the ferry Aurora?")["answered"]


def test_reembed_changes_the_model_and_keeps_the_articles(archive: Path) -> None:
    before = byline_json("status")
    result = byline("reembed", "--passage-prefix", "passage: ", "--query-prefix", "query: ")
    assert result.exit_code == 0
    after = byline_json("status")
    assert (after["model"]["query_prefix"], after["model"]["passage_prefix"]) == (
        "query: ",
        "passage: ",
    )
    assert after["passages"] == before["passages"]
    assert byline_json("ask", "How many passengers were on board the ferry Aurora?")["answered"]
