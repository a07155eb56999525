"""What is listed, counted and looked up by name is the same wherever an archive lies."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from index import records
from index.archive import Archive
from index.location import Location
from index.types import Filters
from index.writer import ArchiveWriter
from tests import places
from tests.small_archive import IDENTITY, by_words, entry, make, passages_of, story

place = places.place
pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_the_newest_come_first_and_the_undated_last(place: Location) -> None:
    day = datetime(2025, 3, 1, tzinfo=UTC)
    dates = {"a": day, "B": day, "é": day, "z": day + timedelta(days=1), "none": None, "More": None}
    with ArchiveWriter(place, IDENTITY) as writer:
        for number, (name, published) in enumerate(dates.items()):
            writer.put(entry(replace(story(number, published=published), id=name)))
    with closing(Archive(place)) as archive:
        # Of one day, by code point: the same on either engine, whatever its language.
        assert [head.id for head in archive.newest(9)] == ["z", "B", "a", "é", "More", "none"]
        assert [head.id for head in archive.newest(2)] == ["z", "B"]
        coverage = archive.coverage()
        assert (coverage.first, coverage.last) == (date(2025, 3, 1), date(2025, 3, 2))


def test_sources_that_differ_in_case_alone_are_counted_as_one(place: Location) -> None:
    with ArchiveWriter(place, IDENTITY) as writer:
        for number, source in enumerate(["Straße", "STRASSE", "Other", None, "straße"]):
            writer.put(entry(story(number, source=source)))
    with closing(Archive(place)) as archive:
        assert archive.facets().sources == (("STRASSE", 3), ("Other", 1))
        assert archive.facets().sections == (("City", 5),)
        assert archive.coverage(Filters(sources=("strasse",))).articles == 3
        assert set(by_words(archive, "council", filters=Filters(sources=("OTHER",)))) == {"story2"}


def test_figures_say_what_is_there(place: Location) -> None:
    make(place, 1, 2)
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(entry(story(1, "More.", version=2)))
        writer.remove("story2")
    with closing(Archive(place)) as archive:
        stats = archive.stats()
        assert (stats.articles, stats.versions, stats.copies) == (1, 3, 0)
        assert stats.embedder == "fake"
        assert stats.database_size > 10_000
        assert stats.updated is not None
        assert stats.passages == len(passages_of(archive, "story1"))


def test_thousands_of_articles_may_be_named(place: Location) -> None:
    make(place, 1, 2, 3)
    with closing(Archive(place)) as archive:
        names = tuple(f"story{number}" for number in range(2, 40_000))
        assert archive.coverage(Filters(articles=names)).articles == 2
        assert set(archive.articles(names)) == {"story2", "story3"}
        assert archive.articles([]) == {}


@pytest.mark.parametrize(
    "text",
    ["x' OR '1'='1", "nul\0byte", "half \ud800 pair", "100%s %(ids)s :ids", "{1,2}", '"', ""],
)
def test_what_a_reader_sends_is_only_ever_text(place: Location, text: str) -> None:
    make(place, 1)
    with closing(Archive(place)) as archive:
        for filters in (
            Filters(sources=(text,)),
            Filters(sections=(text,)),
            Filters(articles=(text,)),
        ):
            assert archive.coverage(filters).articles == 0
            assert archive.newest(3, filters) == ()
        assert archive.article(text) is None
        assert archive.passage_at(text, 0) is None
        assert archive.headlines([text, "story1"]).keys() == {"story1"}
        assert archive.copies([text]) == {}
        assert archive.article_at(text) is None


def test_names_of_any_length_are_looked_up_by(place: Location) -> None:
    long = "https://gazette.example/" + "".join(chr(0x4E00 + n) for n in range(1_500))
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(entry(story(1, source="S" * 9_000, section="É" * 5_000)))
        writer.put(entry(story(2)))
        writer.remember("story2", records.Address(long, "seen"))
    with closing(Archive(place)) as archive:
        assert archive.article_at(long) == "story2"
        assert archive.article_at(long + "1") is None
        assert archive.coverage(Filters(sources=("s" * 9_000,))).articles == 1
        assert archive.coverage(Filters(sources=("s" * 8_999,))).articles == 0
        assert archive.coverage(Filters(sections=("é" * 5_000,))).articles == 1
