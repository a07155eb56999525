"""Pages in: the same ones again change nothing, changed ones are new versions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index import ingest
from index.archive import Archive
from index.sources import open_source
from index.types import Filters, NotModified, SkipReason
from index.writer import ArchiveWriter
from tests.small_archive import EMBEDDER, IDENTITY, by_words, dump, listing
from tests.small_pages import html, page, prose, run

pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_indexing_again_changes_nothing(tmp_path: Path) -> None:
    pages = [page(n) for n in range(5)]
    first = run(tmp_path, *pages)
    assert (first.added, first.unchanged, first.pages) == (5, 0, 5)
    before, files = dump(tmp_path), listing(tmp_path)
    again = run(tmp_path, *pages)
    assert (again.added, again.updated, again.unchanged, again.passages) == (0, 0, 5, 0)
    assert dump(tmp_path) == before
    derived = {name: value for name, value in files.items() if "lock" not in name}
    assert {name: listing(tmp_path)[name] for name in derived} == derived


def test_indexing_a_folder_of_files_again_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(prose(number))
    run(tmp_path / "a", *open_source(folder).pages())
    before = dump(tmp_path / "a")
    assert run(tmp_path / "a", *open_source(folder).pages()).unchanged == 3
    assert dump(tmp_path / "a") == before


def test_a_changed_story_becomes_a_new_version(tmp_path: Path) -> None:
    run(tmp_path, page(1), page(2))
    summary = run(tmp_path, page(1, prose(1) + " A zeppelin landed."), page(2))
    assert (summary.updated, summary.added, summary.unchanged) == (1, 0, 1)
    archive = Archive(tmp_path)
    [article_id] = by_words(archive, "zeppelin")
    article = archive.article(article_id)
    assert article is not None
    assert (article.version, article.title) == (2, "Title of 1")
    first = archive.article(article_id, 1)
    assert first is not None
    assert "zeppelin" not in first.body
    assert run(tmp_path, page(1), page(2)).updated == 1  # and back: a third version
    assert archive.article(article_id, 3) is not None


def test_a_changed_byline_or_headline_is_a_new_version_too(tmp_path: Path) -> None:
    run(tmp_path, page(1))
    for about in ({"title": "Another title"}, {"author": "Ada Lind"}, {"section": "World"}):
        assert run(tmp_path, page(1, **about)).updated == 1
    archive = Archive(tmp_path)
    assert by_words(archive, "case1", filters=Filters(sections=("world",)))


def test_a_page_that_the_server_says_is_unchanged_counts_as_such(tmp_path: Path) -> None:
    summary = run(tmp_path, NotModified("https://gazette.example/1"))
    assert (summary.unchanged, summary.pages) == (1, 1)


def test_the_validators_of_a_page_are_kept_for_the_next_request(tmp_path: Path) -> None:
    url = "https://gazette.example/1"
    fetched = replace(html(prose(1), canonical=url, url=url), etag='"e1"', last_modified="Monday")
    run(tmp_path, fetched)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        taken = ingest.Ingest(writer, EMBEDDER)
        assert taken.validators(url) == ('"e1"', "Monday")
        assert taken.validators("https://gazette.example/2") == (None, None)


def test_a_removed_story_stays_removed(tmp_path: Path) -> None:
    run(tmp_path, page(1), page(2))
    [removed] = by_words(Archive(tmp_path), "case1")
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove(removed)
    assert run(tmp_path, page(1), page(2)).added == 0
    changed = run(tmp_path, page(1, prose(1) + " It rained."))
    assert changed.skipped == ((SkipReason.UNPUBLISHED, 1),)
    archive = Archive(tmp_path)
    assert by_words(archive, "case1") == []
    assert archive.coverage().articles == 1
