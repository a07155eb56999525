"""Articles go in, come out, change and go, wherever an archive lies."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest

from index.archive import Archive
from index.location import Location
from index.writer import ArchiveWriter
from tests import places
from tests.small_archive import (
    IDENTITY,
    assert_holds,
    by_words,
    entry,
    make,
    passages_of,
    story,
)

place = places.place
pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_what_is_written_is_found_and_read(place: Location) -> None:
    make(place, 1, 2, 3)
    with closing(Archive(place)) as archive:
        assert_holds(archive, [1, 2, 3], absent=[4])
        article = archive.article("story2")
        assert article is not None
        assert (article.title, article.source, article.version) == (
            "Title of 2",
            "The Sample Gazette",
            1,
        )
        assert article.published == datetime(2025, 1, 3, 12, tzinfo=UTC)
        keys = archive.passage_keys("story2")
        stored = archive.read([*keys, 999_999])
        assert stored.keys() == set(keys)
        assert [stored[key].passage for key in keys] == list(passages_of(archive, "story2"))
        assert archive.articles_of(keys) == dict.fromkeys(keys, "story2")
        assert all(
            article.body[s.passage.start : s.passage.end] == s.passage.text for s in stored.values()
        )
        assert archive.read([]) == archive.vectors([]) == {}


def test_vectors_come_back_as_they_were_embedded(place: Location) -> None:
    made = entry(story(1))
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(made)
    with closing(Archive(place)) as archive:
        keys = archive.passage_keys("story1")
        found = archive.vectors(keys)
        matrix = np.stack([found[key] for key in keys])
        assert np.array_equal(matrix, made.vectors.astype(np.float16).astype(np.float32))


def test_a_new_version_takes_the_place_of_the_one_before(place: Location) -> None:
    make(place, 1)
    with closing(Archive(place)) as archive:
        before = archive.passage_keys("story1")
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.put(entry(story(1, "It was a walrus.", version=2)))
        assert by_words(archive, "walrus") == ["story1"]
        after = archive.passage_keys("story1")
        assert min(after) > max(before)  # a key is never used twice
        assert archive.read(before) == {}
        old = archive.article("story1", version=1)
        now = archive.article("story1")
        assert old is not None
        assert now is not None
        assert "walrus" not in old.body
        assert (old.version, now.version) == (1, 2)
        assert archive.article("story1", version=3) is None


def test_a_removed_article_leaves_everything_at_once(place: Location) -> None:
    make(place, 1, 2)
    with closing(Archive(place)) as archive:
        keys = archive.passage_keys("story1")
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.remove("story1")
        assert_holds(archive, [2], absent=[1])
        assert archive.read(keys) == {}
        assert archive.article("story1") is None
        assert archive.article("story1", version=1) is None
        assert list(archive.headlines(["story1", "story2"])) == ["story2"]


def test_an_open_reader_finds_what_is_written_after_it(place: Location) -> None:
    make(place, 1)
    with closing(Archive(place)) as archive:
        assert_holds(archive, [1], absent=[2])
        change = archive.change
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.put(entry(story(2)))
            assert_holds(archive, [1, 2])
        assert archive.change > change
        assert archive.passages == sum(len(passages_of(archive, f"story{n}")) for n in (1, 2))


def test_nothing_is_counted_as_a_change_where_nothing_was_put(place: Location) -> None:
    make(place, 1)
    with closing(Archive(place)) as archive:
        change = archive.change
        with ArchiveWriter(place, IDENTITY) as writer:
            assert not writer.put_if(lambda connection: None)
        assert archive.change == change


def test_a_passage_is_found_by_where_it_stands(place: Location) -> None:
    long = story(1, "The mayor of another place had said so before. " * 60)
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(entry(long))
    with closing(Archive(place)) as archive:
        passages = passages_of(archive, "story1")
        assert len(passages) > 1
        for passage in passages:
            assert archive.passage_at("story1", passage.start) == passage.id
            assert archive.passage_at("story1", passage.end - 1) == passage.id
        assert archive.passage_at("story1", len(long.body) + 10_000) is None
        assert archive.passage_at("story2", 0) is None


def test_text_that_no_database_takes_is_kept_with_a_mark_in_its_place(place: Location) -> None:
    odd = story(1, "A nul\0byte and half a \ud83d pair stood here, then a zebra.", author="A\0B")
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(entry(odd))
    with closing(Archive(place)) as archive:
        article = archive.article("story1")
        assert article is not None
        assert article.body == odd.body.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
        assert article.author == "A\ufffdB"
        stored = archive.read(archive.passage_keys("story1")).values()
        assert all(article.body[s.passage.start : s.passage.end] == s.passage.text for s in stored)
        assert by_words(archive, "zebra") == ["story1"]
