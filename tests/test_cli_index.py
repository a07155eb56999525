"""`byline index`: what it says and counts, and how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from index.embed import SentenceTransformerEmbedder
from index.writer import ArchiveWriter
from tests import cli
from tests.cli import byline, byline_json, ferry, write_pages

one_model = cli.one_model
desk = cli.desk


def test_running_it_again_changes_nothing(desk: Path) -> None:
    pages = write_pages(desk / "pages")
    first = byline_json("index", pages)
    assert first["schema"] == "byline.index/1"
    assert (first["added"], first["updated"], first["unchanged"]) == (3, 0, 0)
    assert first["passages"] >= 3
    again = byline_json("index", pages)
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 3)
    assert byline_json("status")["versions"] == 3


def test_what_is_skipped_is_counted_with_its_reason_and_named(desk: Path) -> None:
    summary = byline_json("index", write_pages(desk / "pages"))
    assert summary["skipped"] == {"empty": 1, "not text": 1}
    named = {(Path(skip["origin"]).name, skip["reason"]) for skip in summary["skips"]}
    assert named == {("nothing.html", "empty"), ("picture.html", "not text")}


def test_the_summary_names_a_few_skipped_pages_and_all_when_asked(desk: Path) -> None:
    pages = write_pages(desk / "pages")
    for number in range(4):
        (pages / f"empty{number}.html").write_bytes(b"")
    result = byline("index", pages)
    assert result.exit_code == 0
    assert "3  added" in result.stdout
    assert "5  skipped: empty" in result.stdout
    assert "and 2 more; --verbose names them" in result.stdout
    everything = byline("index", pages, "--verbose").stdout
    assert everything.count("empty") > result.stdout.count("empty")
    assert "more" not in everything


def test_a_changed_article_is_an_update(desk: Path) -> None:
    pages = write_pages(desk / "pages")
    byline("index", pages)
    changed = cli.FERRY.replace("4.2 million", "5.1 million")
    (pages / "ferry.html").write_text(ferry(changed))
    summary = byline_json("index", pages)
    assert (summary["added"], summary["updated"], summary["unchanged"]) == (0, 1, 2)


def test_one_source_that_cannot_be_read_does_not_stop_the_others(desk: Path) -> None:
    result = byline("index", "nosuch", write_pages(desk / "pages"), "--json")
    assert result.exit_code == 1
    assert "byline: there is no file or folder 'nosuch'" in result.stderr
    summary = json.loads(result.stdout)
    assert summary["added"] == 3
    assert [each["source"] for each in summary["failed"]] == ["nosuch"]


def test_no_archive_is_made_when_no_source_can_be_read(desk: Path) -> None:
    result = byline("index", "nosuch")
    assert result.exit_code == 1
    assert "nothing to index" in result.stderr
    assert not (desk / "archive").exists()


def test_an_archive_is_added_to_with_the_model_it_was_made_with(desk: Path) -> None:
    pages = write_pages(desk / "pages")
    assert byline("index", pages / "bees.html", "--query-prefix", "query: ").exit_code == 0
    assert byline("index", pages / "ferry.html").exit_code == 0
    model = byline_json("status")["model"]
    assert (model["id"], model["query_prefix"]) == ("all-MiniLM-L6-v2", "query: ")
    other = byline("index", pages, "--query-prefix", "question: ")
    assert other.exit_code == 1
    assert "byline reembed --archive archive" in other.stderr


def test_a_model_that_is_not_there_is_an_error_that_names_it(desk: Path) -> None:
    result = byline("index", write_pages(desk / "pages"), "--model", "./no-model")
    assert result.exit_code == 1
    assert "./no-model" in result.stderr
    assert not (desk / "archive").exists()


def test_a_second_writer_is_told_who_holds_the_archive(desk: Path) -> None:
    pages = write_pages(desk / "pages")
    with ArchiveWriter(desk / "archive", SentenceTransformerEmbedder().identity):
        result = byline("index", pages)
    assert result.exit_code == 1
    assert f"process {os.getpid()}" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/story", "http://[::1]:9/story"])
def test_a_private_address_is_a_counted_skip(desk: Path, url: str) -> None:
    assert byline_json("index", url)["skipped"] == {"forbidden address": 1}


def test_an_archive_that_is_a_file_is_an_error_in_one_line(desk: Path) -> None:
    (desk / "archive").write_text("not a folder")
    result = byline("index", write_pages(desk / "pages"))
    assert result.exit_code == 1
    assert result.stderr.startswith("byline: cannot make the folder archive")
