"""Pages in: the same ones again, changed ones, copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index import archive as archive_module
from index import ingest
from index.archive import Archive
from index.errors import ArchiveError
from index.sources import open_source
from index.types import NotModified, Page, Skip, SkipReason
from index.writer import ArchiveWriter
from tests.small_archive import EMBEDDER, IDENTITY, by_words, dump, listing
from tests.small_pages import Item, html, page, prose, run


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "_REST", 0.0)


def ids(folder: Path) -> dict[str, str]:
    """Article ids by title."""
    return {headline.title: headline.id for headline in Archive(folder).newest(99)}


# -- the same again -----------------------------------------------------------


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
    assert by_words(archive, "case1", filters=archive_module.Filters(sections=("world",)))


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


# -- one story under several addresses ----------------------------------------


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


# -- syndicated copies --------------------------------------------------------

WIRE = prose(900, 40)


def copy(number: int, day: int | None, text: str) -> Page:
    moment = datetime(2025, 3, day, tzinfo=UTC) if day else None
    return page(number, text, published=moment, source=f"Outlet {number}")


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (2, 1, 3), (3, 1, 2)])
@pytest.mark.parametrize("apart", [False, True])
def test_near_copies_are_linked_to_the_first_published_whatever_comes_first(
    tmp_path: Path, order: tuple[int, ...], apart: bool
) -> None:
    texts = {1: WIRE, 2: WIRE + " Reporting by our wire desk.", 3: "By agencies. " + WIRE}
    pages = [copy(n, n, texts[n]) for n in order]
    if apart:
        for one in pages:
            run(tmp_path, one)
    else:
        summary = run(tmp_path, *pages)
        assert summary.copies >= 2
    [original] = Archive(tmp_path).newest(9)
    assert original.title == "Title of 1"
    copies = Archive(tmp_path).copies([original.id])[original.id]
    assert {one.title for one in copies} == {"Title of 2", "Title of 3"}
    assert Archive(tmp_path).stats().copies == 2


def test_of_copies_without_a_date_the_first_in_the_archive_is_the_original(tmp_path: Path) -> None:
    run(tmp_path, copy(2, None, WIRE), copy(1, None, WIRE + " It rained."))
    assert [one.title for one in Archive(tmp_path).newest(9)] == ["Title of 2"]


def test_a_trimmed_copy_is_a_copy_and_half_a_story_is_not(tmp_path: Path) -> None:
    words = WIRE.split(". ")
    run(
        tmp_path,
        copy(1, 1, WIRE),
        copy(2, 2, ". ".join(words[: len(words) * 3 // 4]) + "."),
        copy(3, 3, ". ".join(words[: len(words) // 4]) + ". " + prose(77, 30)),
    )
    assert {one.title for one in Archive(tmp_path).newest(9)} == {"Title of 1", "Title of 3"}


def test_short_texts_that_are_alike_are_not_copies(tmp_path: Path) -> None:
    weather = "It will be cloudy in the north today with light rain in the afternoon and evening."
    summary = run(tmp_path, page(1, weather), page(2, weather + " Wind: weak."))
    assert (summary.added, summary.copies) == (2, 0)


def test_a_copy_that_becomes_its_own_story_is_linked_no_more(tmp_path: Path) -> None:
    run(tmp_path, copy(1, 1, WIRE), copy(2, 2, WIRE + " It rained."))
    run(tmp_path, copy(2, 2, prose(55, 40)))
    assert len(Archive(tmp_path).newest(9)) == 2
    assert Archive(tmp_path).stats().copies == 0


# -- stopped and failing ------------------------------------------------------


def stopped_after(pages: Iterable[Item], number: int) -> Iterator[Item]:
    for count, one in enumerate(pages):
        if count == number:
            raise KeyboardInterrupt
        yield one


def same_state(one: Path, other: Path) -> bool:
    def state(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
        tables = dump(folder, without=("meta", "sqlite_sequence", "passages"))
        return {
            # all but the moment of writing, and the number of the change
            "articles": [row[:3] + row[4:] for row in tables["articles"]],
            "versions": [row[:6] for row in tables["versions"]],
            **{name: tables[name] for name in ("addresses", "asides", "bands")},
        }

    return state(one) == state(other)


@pytest.mark.parametrize("number", [0, 1, 7, 13, 18])
def test_ctrl_c_leaves_a_good_archive_and_the_next_run_comes_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(ingest, "_BATCH", 4)
    pages: list[Item] = [page(n) for n in range(10)]
    pages += [copy(20, 20, WIRE), copy(21, 1, WIRE + " It rained."), copy(22, 2, WIRE)]
    pages += [page(n, prose(n) + " A correction.") for n in range(4)]
    pages += [html(prose(30), canonical="https://g.example/s", origin=o) for o in ("a", "b")]
    run(tmp_path / "whole", *pages)

    with ArchiveWriter(tmp_path / "cut", IDENTITY) as writer:
        summary = ingest.Ingest(writer, EMBEDDER).run(stopped_after(pages, number))
    assert summary.interrupted
    archive = Archive(tmp_path / "cut")
    assert archive.coverage().articles <= number
    for headline in archive.newest(99):
        assert headline.id in by_words(archive, headline.title)
    with ArchiveWriter(tmp_path / "cut", IDENTITY) as writer:
        again = ingest.Ingest(writer, EMBEDDER).run(pages)
    assert not again.interrupted
    assert same_state(tmp_path / "cut", tmp_path / "whole")


def test_progress_is_reported_after_every_page(tmp_path: Path) -> None:
    seen: list[int] = []
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        taken = ingest.Ingest(writer, EMBEDDER, report=lambda s: seen.append(s.pages))
        taken.run([page(1), Skip("x", SkipReason.HTTP), page(2)])
    assert seen[-1] == 3
    assert seen == sorted(seen)


def test_a_failing_archive_stops_the_run_with_an_archive_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, page(1))

    def full(*_: object) -> None:
        raise ArchiveError("disk is full")

    monkeypatch.setattr(ArchiveWriter, "put_if", full)
    with pytest.raises(ArchiveError, match="full"):
        run(tmp_path, page(2))
    assert by_words(Archive(tmp_path), "case1")
