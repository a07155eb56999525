"""Filters let through the same articles wherever an archive is asked for any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from index.archive import Archive
from index.types import Block, Filters, Label
from index.writer import ArchiveWriter
from tests.filtered_stories import STORIES, drawn, passes
from tests.small_archive import EMBEDDER, IDENTITY, entry, live


@pytest.fixture(scope="module", params=["folder", "postgresql"])
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    if request.param == "folder":
        place = tmp_path_factory.mktemp("filters")
    else:
        place = request.getfixturevalue("postgres").database()
    with ArchiveWriter(place, IDENTITY) as writer:
        for each in STORIES:
            teaser = Block(f"Zeppelin of {each.id}", Label.TEASER)
            writer.put(replace(entry(each), asides=(teaser,)))
    archive = Archive(place)
    yield archive
    archive.close()


def by_words(archive: Archive, filters: Filters) -> set[str]:
    return set(live(archive, archive.search_terms("council mayor", 99, filters)))


def by_vector(archive: Archive, filters: Filters) -> set[str]:
    near = archive.search_vectors(EMBEDDER.embed_query("the council met"), 99, filters)
    return set(live(archive, near))


def whole(archive: Archive, filters: Filters) -> set[str]:
    return {each.id for each in STORIES if archive.article(each.id, filters=filters)}


def named(archive: Archive, filters: Filters) -> set[str]:
    return set(archive.headlines([each.id for each in STORIES], filters))


def newest_and_copies(archive: Archive, filters: Filters) -> set[str]:
    copies = archive.copies(["story0"], filters).get("story0", ())
    return {head.id for head in (*archive.newest(99, filters), *copies)}


def teased(archive: Archive, filters: Filters) -> set[str]:
    return {text.split()[-1] for text in archive.teased("zeppelin", 99, filters)}


WAYS = [by_words, by_vector, whole, named, newest_and_copies, teased]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_into_an_archive_lets_the_same_articles_through(
    archive: Archive, way: Callable[[Archive, Filters], set[str]]
) -> None:
    for filters in drawn():
        assert way(archive, filters) == {s.id for s in STORIES if passes(s, filters)}, filters


def test_what_is_counted_is_what_is_let_through(archive: Archive) -> None:
    for filters in drawn():
        through = [each for each in STORIES if passes(each, filters)]
        days = [each.published.date() for each in through if each.published]
        seen = archive.coverage(filters)
        assert (seen.articles, seen.first, seen.last) == (
            len(through),
            min(days, default=None),
            max(days, default=None),
        )
        facets = archive.facets(filters)
        for counts, values in (
            (facets.sources, [each.source for each in through]),
            (facets.sections, [each.section for each in through]),
        ):
            assert dict(counts) == {value: values.count(value) for value in values if value}
        assert (facets.first, facets.last) == (seen.first, seen.last)


@pytest.mark.parametrize("count", [300, 40_000])
def test_tens_of_thousands_of_articles_may_be_named(archive: Archive, count: int) -> None:
    others = tuple(f"another{n}" for n in range(count))
    filters = Filters(articles=(*others, "story4", "story9"))
    for way in WAYS:
        assert way(archive, filters) == {"story4", "story9"}
    assert archive.coverage(filters).articles == 2


def test_an_id_that_looks_like_a_query_names_nothing(archive: Archive) -> None:
    for odd in ('story1" OR "', "story1') OR 1=1 --", "story*", "~seen 3", "\x00", "[]", ""):
        filters = Filters(articles=(odd,))
        assert bool(filters)
        for way in WAYS:
            assert way(archive, filters) == set()
