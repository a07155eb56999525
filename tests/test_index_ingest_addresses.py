"""One story under several addresses is one article."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from tests.small_archive import by_words, dump
from tests.small_pages import html, page, prose, run

pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_a_page_seen_under_two_urls_is_one_article(tmp_path: Path) -> None:
    canonical = "https://gazette.example/story"
    summary = run(
        tmp_path,
        html(prose(1), canonical=canonical, url=canonical),
        html(prose(1), canonical=canonical, url=canonical + "?utm_source=x"),
        html(prose(1), canonical=canonical, url="https://m.gazette.example/story"),
    )
    assert (summary.added, summary.same) == (1, 2)
    assert Archive(tmp_path).coverage().articles == 1


def test_an_amp_page_with_other_words_is_no_new_version(tmp_path: Path) -> None:
    canonical = "https://gazette.example/story"
    normal = html(prose(1), canonical=canonical, url=canonical)
    amp = html(prose(1) + " Share this.", canonical=canonical, url=canonical + "/amp")
    for order in ((normal, amp), (amp, normal)):
        folder = tmp_path / order[0].origin[-3:]
        run(folder, *order)
        run(folder, *order)
        archive = Archive(folder)
        assert archive.coverage().articles == 1
        [found] = by_words(archive, "case1")
        article = archive.article(found)
        assert article is not None
        assert article.url == canonical
        assert "Share this" not in article.body


def test_an_amp_page_that_is_newer_is_the_next_version(tmp_path: Path) -> None:
    canonical = "https://gazette.example/story"
    run(
        tmp_path,
        html(prose(1), canonical=canonical, url=canonical, modified="2025-05-02T10:00:00Z"),
        html(
            prose(1) + " A zeppelin landed.",
            canonical=canonical,
            url=canonical + "/amp",
            modified="2025-05-02T12:00:00Z",
        ),
    )
    assert by_words(Archive(tmp_path), "zeppelin")


def test_saved_files_of_one_page_are_one_article_even_when_a_run_is_cut_in_between(
    tmp_path: Path,
) -> None:
    canonical = "https://gazette.example/story"
    first = html(prose(1), canonical=canonical, origin="a.html")
    second = html(prose(1) + " Share this.", canonical=canonical, origin="b.html")
    run(tmp_path / "whole", first, second)
    run(tmp_path / "cut", first)
    run(tmp_path / "cut", first, second)
    for folder in (tmp_path / "whole", tmp_path / "cut"):
        assert len(dump(folder)["versions"]) == 1
        assert len(dump(folder)["addresses"]) == 2


def test_two_saved_files_with_the_same_story_and_no_url_are_one_article(tmp_path: Path) -> None:
    one, two = html(prose(1), origin="a.html"), html(prose(1), origin="copy/a.html")
    summary = run(tmp_path, one, two)
    assert (summary.added, summary.same) == (1, 1)


def test_two_records_with_the_same_text_are_two_articles(tmp_path: Path) -> None:
    one = page(1, "Nothing was decided on Monday. The council will meet again in a week.")
    two = replace(one, origin="export.jsonl#2", known=replace(one.known, url=None))
    assert run(tmp_path, replace(one, known=two.known), two).added == 2
