"""Pages become articles in the same way wherever an archive lies."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from index.archive import Archive
from index.location import Location
from index.types import SkipReason
from index.writer import ArchiveWriter
from tests import places
from tests.small_archive import IDENTITY, by_words
from tests.small_pages import html, page, prose, run

place = places.place
pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_indexing_again_changes_nothing(place: Location) -> None:
    pages = [page(n) for n in range(4)]
    assert run(place, *pages).added == 4
    again = run(place, *pages)
    assert (again.added, again.updated, again.unchanged, again.passages) == (0, 0, 4, 0)
    assert run(place, page(1, prose(1) + " An owl was seen.")).updated == 1
    with closing(Archive(place)) as archive:
        assert by_words(archive, "owl")
        assert archive.coverage().articles == 4


def test_one_story_at_two_addresses_is_one_article(place: Location) -> None:
    canonical = "https://gazette.example/story"
    first = html(prose(1), canonical=canonical, url=canonical)
    second = html(prose(1), canonical=canonical, url=canonical + "?amp=1")
    done = run(place, first, second)
    assert (done.added, done.same) == (1, 1)
    with closing(Archive(place)) as archive:
        [head] = archive.newest(9)
        assert archive.article_at(canonical) == archive.article_at(canonical + "?amp=1") == head.id


def test_copies_are_linked_to_the_one_published_first(place: Location) -> None:
    text = prose(7, 30)
    day = datetime(2025, 5, 2, tzinfo=UTC)
    run(place, page(1, text + " It rained.", published=day, source="B"))
    run(place, page(2, text + " It snowed.", published=day + timedelta(days=1), source="C"))
    done = run(place, page(3, text, published=day - timedelta(days=1), source="A"))
    assert (done.added, done.copies) == (1, 2)
    with closing(Archive(place)) as archive:
        [original] = archive.newest(9)
        assert original.source == "A"
        assert [c.source for c in archive.copies([original.id])[original.id]] == ["C", "B"]
        assert archive.stats().copies == 2
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.remove(original.id)
        [heir] = archive.newest(9)
        assert heir.source == "B"
        assert [c.source for c in archive.copies([heir.id])[heir.id]] == ["C"]


def test_an_unpublished_article_does_not_come_back(place: Location) -> None:
    run(place, page(1), page(2))
    with closing(Archive(place)) as archive:
        [gone] = by_words(archive, "case1")
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.remove(gone)
        again = run(place, page(1, prose(1) + " More."))
        assert again.skipped == ((SkipReason.UNPUBLISHED, 1),)
        assert archive.coverage().articles == 1
