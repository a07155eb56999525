"""Whose an archive is, and what it refuses to open, wherever it lies."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from index import database
from index.archive import Archive
from index.errors import ArchiveMissing, ArchiveTooNew, EmbedderMismatch
from index.location import Folder, Location
from index.passages import cut, embedding_text
from index.schema import meta
from index.writer import ArchiveWriter
from tests import places
from tests.fake_embedder import FakeEmbedder
from tests.small_archive import (
    EMBEDDER,
    IDENTITY,
    assert_holds,
    by_vector,
    make,
    story,
)

place = places.place
pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_the_newest_verdict_on_an_answer_is_kept(place: Location) -> None:
    make(place, 1)
    with closing(Archive(place)) as archive:
        change = archive.change
        for helpful, reason in ((True, ""), (False, "nul\0byte, half \ud800 pair")):
            archive.add_feedback(
                answer_id="a1",
                question="Why?",
                answer="So.",
                confidence=0.5,
                helpful=helpful,
                reason=reason,
            )
        engine = database.open_reader(place)
        with database.reading(engine) as connection:
            rows = connection.exec_driver_sql("SELECT answer_id, helpful, reason FROM feedback")
            assert rows.all() == [("a1", 0, "nul\ufffdbyte, half \ufffd pair")]
        engine.dispose()
        assert archive.change == change


def test_another_model_is_told_from_the_archives(place: Location) -> None:
    make(place, 1)
    other = FakeEmbedder("other", weights="1" * 64)
    with pytest.raises(EmbedderMismatch, match="embedded with fake"):
        ArchiveWriter(place, other.identity)
    with (
        closing(Archive(place)) as archive,
        pytest.raises(EmbedderMismatch, match="byline reembed"),
    ):
        archive.require(other.identity)


def test_an_archive_is_embedded_again_while_it_is_read(place: Location) -> None:
    make(place, 1, 2)
    other = FakeEmbedder("other", weights="1" * 64)
    with closing(Archive(place)) as archive:
        before = archive.passage_keys("story1")
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.reembed(
                other.identity,
                lambda article: (
                    cut(article, other),
                    other.embed_passages(
                        [embedding_text(article, run) for run in cut(article, other)]
                    ),
                ),
            )
        assert min(archive.passage_keys("story1")) > max(before)
    with closing(Archive(place)) as archive:
        assert archive.identity == other.identity
        assert_holds(archive, [1, 2])
        assert by_vector(archive, story(2).body)[0] == "story2"


def test_an_archive_of_a_newer_byline_is_not_read(place: Location) -> None:
    make(place, 1)
    engine = database.reopen_to_write(place)
    with database.writing(engine) as connection:
        connection.execute(meta.update().where(meta.c.key == "schema_version").values(value="99"))
    engine.dispose()
    with pytest.raises(ArchiveTooNew, match="format 99"):
        Archive(place)
    with pytest.raises(ArchiveTooNew):
        ArchiveWriter(place, EMBEDDER.identity)


def test_where_there_is_no_archive_the_error_says_how_to_make_one(
    place: Location, request: pytest.FixtureRequest
) -> None:
    if not isinstance(place, Folder):
        empty = request.getfixturevalue("postgres").database(made=False)
        place = replace(place, database=empty.database)
    assert not database.exists(place)
    with pytest.raises(ArchiveMissing, match="byline index SOURCE --archive"):
        Archive(place)
    make(place, 1)
    assert database.identity_at(place) == IDENTITY
