"""What an archive does wherever it lies: in a folder, in PostgreSQL, and there with Milvus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from index import archive as archive_module
from index import database, records, watch
from index.archive import Archive
from index.errors import ArchiveMissing, ArchiveTooNew, EmbedderMismatch
from index.location import Folder, Location, Remote
from index.schema import meta
from index.types import Filters, SkipReason
from index.writer import ArchiveWriter
from tests.fake_embedder import FakeEmbedder
from tests.small_archive import (
    EMBEDDER,
    IDENTITY,
    assert_holds,
    by_vector,
    by_words,
    entry,
    make,
    passages_of,
    story,
)
from tests.small_pages import html, page, prose, run


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "_REST", 0.0)
    monkeypatch.setattr(watch, "_HOLDS", 0.0)


@pytest.fixture(params=["folder", "postgresql", "servers"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """Where there is an archive without articles, or one is made by whoever writes."""
    if request.param == "folder":
        return Folder(tmp_path / "archive")
    made: Remote = request.getfixturevalue("postgres").database()
    if request.param == "servers":
        return replace(made, milvus=request.getfixturevalue("milvus_lite"))
    return made


@contextmanager
def opened(place: Location) -> Iterator[Archive]:
    with closing(Archive(place)) as archive:
        yield archive


# -- articles --------------------------------------------------------------------


def test_what_is_written_is_found_and_read(place: Location) -> None:
    make(place, 1, 2, 3)
    with opened(place) as archive:
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
        assert [stored[key].passage for key in keys] == list(passages_of(archive, "story2"))
        assert set(archive.articles_of(keys).values()) == {"story2"}
        texts = [stored[key].passage.text for key in keys]
        assert all(article.body[p.passage.start : p.passage.end] in texts for p in stored.values())
        assert archive.read([]) == archive.vectors([]) == {}


def test_vectors_come_back_as_they_were_embedded(place: Location) -> None:
    made = entry(story(1))
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(made)
    with opened(place) as archive:
        keys = archive.passage_keys("story1")
        found = archive.vectors(keys)
        matrix = np.stack([found[key] for key in keys])
        assert np.array_equal(matrix, made.vectors.astype(np.float16).astype(np.float32))


def test_a_new_version_takes_the_place_of_the_one_before(place: Location) -> None:
    make(place, 1)
    with opened(place) as archive:
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
    with opened(place) as archive:
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
    with opened(place) as archive:
        assert_holds(archive, [1], absent=[2])
        change = archive.change
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.put(entry(story(2)))
            assert_holds(archive, [1, 2])
        assert archive.change > change
        assert archive.passages == sum(len(passages_of(archive, f"story{n}")) for n in (1, 2))


def test_nothing_is_counted_as_a_change_where_nothing_was_put(place: Location) -> None:
    make(place, 1)
    with opened(place) as archive:
        change = archive.change
        with ArchiveWriter(place, IDENTITY) as writer:
            assert not writer.put_if(lambda connection: None)
        assert archive.change == change


def test_a_passage_is_found_by_where_it_stands(place: Location) -> None:
    make(place, 1)
    with opened(place) as archive:
        first, *_, last = (None, *passages_of(archive, "story1"))
        assert first is None
        assert archive.passage_at("story1", last.start) == last.id
        assert archive.passage_at("story1", last.end + 10_000) is None


# -- lists and counts --------------------------------------------------------------


def test_the_newest_come_first_and_the_undated_last(place: Location) -> None:
    day = datetime(2025, 3, 1, tzinfo=UTC)
    dates = {"a": day, "B": day, "é": day, "z": day + timedelta(days=1), "none": None, "More": None}
    with ArchiveWriter(place, IDENTITY) as writer:
        for number, (name, published) in enumerate(dates.items()):
            made = story(number, published=published)
            writer.put(entry(type(made)(name, f"https://x.example/{number}", made.title, made.body,
                                        source="S", published=published)))  # fmt: skip
    with opened(place) as archive:
        # Of one day, by code point: the same on either engine, whatever its language.
        assert [head.id for head in archive.newest(9)] == ["z", "B", "a", "é", "More", "none"]
        assert [head.id for head in archive.newest(2)] == ["z", "B"]
        coverage = archive.coverage()
        assert (coverage.first, coverage.last) == (date(2025, 3, 1), date(2025, 3, 2))


def test_sources_that_differ_in_case_alone_are_counted_as_one(place: Location) -> None:
    with ArchiveWriter(place, IDENTITY) as writer:
        for number, source in enumerate(["Straße", "STRASSE", "Other", None, "straße"]):
            writer.put(entry(story(number, source=source)))
    with opened(place) as archive:
        assert archive.facets().sources == (("STRASSE", 3), ("Other", 1))
        assert archive.facets().sections == (("City", 5),)
        assert archive.coverage(Filters(sources=("strasse",))).articles == 3
        assert set(by_words(archive, "council", filters=Filters(sources=("OTHER",)))) == {"story2"}


def test_figures_say_what_is_there(place: Location) -> None:
    make(place, 1, 2)
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(entry(story(1, "More.", version=2)))
        writer.remove("story2")
    with opened(place) as archive:
        stats = archive.stats()
        assert (stats.articles, stats.versions, stats.copies) == (1, 3, 0)
        assert stats.embedder == "fake"
        assert stats.database_size > 10_000
        assert stats.updated is not None
        assert stats.passages == len(passages_of(archive, "story1"))


def test_thousands_of_articles_may_be_named(place: Location) -> None:
    make(place, 1, 2, 3)
    with opened(place) as archive:
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
    with opened(place) as archive:
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


def test_text_that_no_database_takes_is_kept_with_a_mark_in_its_place(place: Location) -> None:
    odd = story(1, "A nul\0byte and half a \ud83d pair stood here, then a zebra.", author="A\0B")
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(entry(odd))
    with opened(place) as archive:
        article = archive.article("story1")
        assert article is not None
        assert article.body == odd.body.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
        assert article.author == "A\ufffdB"
        stored = archive.read(archive.passage_keys("story1")).values()
        assert all(article.body[s.passage.start : s.passage.end] == s.passage.text for s in stored)
        assert by_words(archive, "zebra") == ["story1"]


def test_names_of_any_length_are_looked_up_by(place: Location) -> None:
    long = "https://gazette.example/" + "".join(chr(0x4E00 + n) for n in range(1_500))
    with ArchiveWriter(place, IDENTITY) as writer:
        writer.put(entry(story(1, source="S" * 9_000, section="É" * 5_000)))
        writer.put(entry(story(2)))
        writer.remember("story2", records.Address(long, "seen"))
    with opened(place) as archive:
        assert archive.article_at(long) == "story2"
        assert archive.article_at(long + "1") is None
        assert archive.coverage(Filters(sources=("s" * 9_000,))).articles == 1
        assert archive.coverage(Filters(sources=("s" * 8_999,))).articles == 0
        assert archive.coverage(Filters(sections=("é" * 5_000,))).articles == 1


# -- pages in ----------------------------------------------------------------------


def test_indexing_again_changes_nothing(place: Location) -> None:
    pages = [page(n) for n in range(4)]
    assert run(place, *pages).added == 4
    again = run(place, *pages)
    assert (again.added, again.updated, again.unchanged, again.passages) == (0, 0, 4, 0)
    assert run(place, page(1, prose(1) + " An owl was seen.")).updated == 1
    with opened(place) as archive:
        assert by_words(archive, "owl")
        assert archive.coverage().articles == 4


def test_one_story_at_two_addresses_is_one_article(place: Location) -> None:
    canonical = "https://gazette.example/story"
    first = html(prose(1), canonical=canonical, url=canonical)
    second = html(prose(1), canonical=canonical, url=canonical + "?amp=1")
    done = run(place, first, second)
    assert (done.added, done.same) == (1, 1)
    with opened(place) as archive:
        [head] = archive.newest(9)
        assert archive.article_at(canonical) == archive.article_at(canonical + "?amp=1") == head.id


def test_copies_are_linked_to_the_one_published_first(place: Location) -> None:
    text = prose(7, 30)
    day = datetime(2025, 5, 2, tzinfo=UTC)
    run(place, page(1, text + " It rained.", published=day, source="B"))
    run(place, page(2, text + " It snowed.", published=day + timedelta(days=1), source="C"))
    done = run(place, page(3, text, published=day - timedelta(days=1), source="A"))
    assert (done.added, done.copies) == (1, 2)
    with opened(place) as archive:
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
    with opened(place) as archive:
        [gone] = by_words(archive, "case1")
        with ArchiveWriter(place, IDENTITY) as writer:
            writer.remove(gone)
        again = run(place, page(1, prose(1) + " More."))
        assert again.skipped == ((SkipReason.UNPUBLISHED, 1),)
        assert archive.coverage().articles == 1


# -- the archive itself ------------------------------------------------------------


def test_the_newest_verdict_on_an_answer_is_kept(place: Location) -> None:
    make(place, 1)
    with opened(place) as archive:
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
    with opened(place) as archive, pytest.raises(EmbedderMismatch, match="byline reembed"):
        archive.require(other.identity)


def test_an_archive_is_embedded_again_while_it_is_read(place: Location) -> None:
    from index.passages import cut, embedding_text

    make(place, 1, 2)
    other = FakeEmbedder("other", weights="1" * 64)
    with opened(place) as archive:
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
    with opened(place) as archive:
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
        place = request.getfixturevalue("postgres").database(made=False)
    assert not database.exists(place)
    with pytest.raises(ArchiveMissing, match="byline index SOURCE --archive"):
        Archive(place)
    make(place, 1)
    assert database.identity_at(place) == IDENTITY
