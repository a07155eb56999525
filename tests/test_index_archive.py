"""An archive as its readers and its writer find it, whole, or not to be opened."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index import embedded
from index.archive import Archive
from index.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveMissing,
    ArchiveTooNew,
    EmbedderMismatch,
)
from index.types import Filters, Stored
from index.writer import ArchiveWriter
from tests.fake_embedder import FakeEmbedder
from tests.small_archive import (
    EMBEDDER,
    IDENTITY,
    assert_holds,
    by_vector,
    by_words,
    drop_terms,
    dump,
    entry,
    make,
    story,
)

pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_what_is_added_is_found_by_its_words_and_by_its_meaning(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path / "a", 1, 2, 3))
    assert_holds(archive, [1, 2, 3])
    [hit, *_] = archive.search_terms("word2", 5)
    stored = archive.read([hit.key])[hit.key]
    article = archive.article("story2")
    assert article == story(2)
    assert article.body[stored.passage.start : stored.passage.end] == stored.passage.text
    assert stored.article.title == "Title of 2"
    assert archive.passage_at("story2", 5) == stored.passage.id
    assert archive.passage_at("story2", 99_999) is None


def test_offsets_count_letters_whatever_the_alphabet(tmp_path: Path) -> None:
    body = "Şehir 🙂 büyük. Ünlü “söz” dedi. " * 40 + "Москва 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 молчит."
    article = replace(story(1), body=body.strip(), language="tr")
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(article))
    archive = Archive(tmp_path)
    hits = archive.search_vectors(EMBEDDER.embed_query("Şehir"), 20)
    assert len(hits) > 1
    for stored in archive.read([hit.key for hit in hits]).values():
        assert article.body[stored.passage.start : stored.passage.end] == stored.passage.text


def test_a_new_version_replaces_the_old_one_which_stays_readable(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    new = story(1, "A zeppelin landed.", version=2)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(replace(new, body=new.body.replace("word1", "corrected"))))
    archive = Archive(tmp_path)
    assert by_words(archive, "zeppelin corrected") == ["story1"]
    assert by_words(archive, "word1") == []
    first, second = archive.article("story1", 1), archive.article("story1")
    assert first is not None
    assert second is not None
    assert "word1" in first.body
    assert "zeppelin" in second.body
    assert second.version == 2
    assert archive.article("story1", 3) is None
    assert (archive.stats().articles, archive.stats().versions) == (2, 3)
    assert all(s.passage.version == 2 for s in _stored(archive) if s.article.id == "story1")


def _stored(archive: Archive) -> list[Stored]:
    hits = archive.search_vectors(EMBEDDER.embed_query("council"), 100)
    return list(archive.read([hit.key for hit in hits]).values())


def test_what_is_removed_is_gone_at_once_for_a_reader_already_open(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, 1, 2, 3))
    assert_holds(archive, [1, 2, 3])
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story2")
        assert_holds(archive, [1, 3], absent=[2])
        assert archive.article("story2") is None
        assert archive.headlines(["story2"]) == {}
    for reader in (archive, Archive(tmp_path)):
        assert_holds(reader, [1, 3], absent=[2])
        assert reader.article("story2", 1) is None
        assert reader.passage_at("story2", 5) is None


def test_a_long_story_just_removed_does_not_stand_before_what_is_left(tmp_path: Path) -> None:
    make(tmp_path, 1)
    long = replace(story(2), body="\n\n".join([story(1).body] * 400))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(long))
        assert len(entry(long).passages) > 50
    archive = Archive(tmp_path)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story2")
        assert by_vector(archive, story(1).body) == ["story1"]
        assert by_words(archive, "word1") == ["story1"]


def test_an_open_reader_finds_a_new_article_before_the_indexes_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "FOLD", 0)
    archive = Archive(make(tmp_path, 1))
    assert_holds(archive, [1], absent=[2])
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        before = (tmp_path / "vectors.faiss").read_bytes()
        writer.put(entry(story(2)))
        assert_holds(archive, [1, 2])
        writer.put(entry(story(1, "A zeppelin landed.", version=2)))
        assert by_words(archive, "zeppelin") == ["story1"]
        assert (tmp_path / "vectors.faiss").read_bytes() == before
    assert (tmp_path / "vectors.faiss").read_bytes() != before
    assert_holds(archive, [1, 2])


def test_filters_by_date_source_and_section(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(1)))
        writer.put(entry(story(2, source="Şehir Postası", section="World")))
        writer.put(entry(story(3, published=None)))
    archive = Archive(tmp_path)
    for filters, expected in (
        (Filters(after=date(2025, 1, 3)), {"story2"}),
        (Filters(before=date(2025, 1, 2)), {"story1"}),
        (Filters(sources=("şehir POSTAsı", "unheard of")), {"story2"}),
        (Filters(sections=("CITY",)), {"story1", "story3"}),
        (Filters(sections=("nowhere",)), set()),
    ):
        assert set(by_words(archive, "council", filters=filters)) == expected
        assert set(by_vector(archive, "council", filters=filters)) == expected
        assert archive.coverage(filters).articles == len(expected)
    assert archive.facets().sources == (("The Sample Gazette", 2), ("Şehir Postası", 1))
    assert archive.facets().first == date(2025, 1, 2)


def test_one_source_written_two_ways_is_one_choice_of_the_filter(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(1, source="Österreich")))
        writer.put(entry(story(2, source="ÖSTERREICH")))
    [(_, count)] = Archive(tmp_path).facets().sources
    assert count == 2


# -- what cannot be opened ----------------------------------------------------


def test_another_model_is_refused_with_the_command_that_repairs_it(tmp_path: Path) -> None:
    make(tmp_path, 1)
    for other in (FakeEmbedder("other"), FakeEmbedder(weights="1" * 64)):
        with pytest.raises(EmbedderMismatch) as caught:
            ArchiveWriter(tmp_path, other.identity)
        assert f"byline reembed --archive {tmp_path}" in str(caught.value)
        assert "fake" in str(caught.value)
        with pytest.raises(EmbedderMismatch, match="byline reembed"):
            Archive(tmp_path).require(other.identity)
    Archive(tmp_path).require(IDENTITY)
    assert_holds(Archive(tmp_path), [1])


def test_a_folder_without_an_archive_says_how_to_make_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ArchiveMissing, match=f"byline index SOURCE --archive {folder}"):
            Archive(folder)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_whose_making_was_cut_short_is_missing_and_can_be_finished(
    tmp_path: Path,
) -> None:
    (tmp_path / "archive.db").touch()
    with pytest.raises(ArchiveMissing, match="never finished"):
        Archive(tmp_path)
    make(tmp_path, 1)
    assert_holds(Archive(tmp_path), [1])


def test_an_archive_of_a_newer_version_asks_for_an_upgrade(tmp_path: Path) -> None:
    make(tmp_path, 1)
    connection = sqlite3.connect(tmp_path / "archive.db")
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    connection.commit()
    connection.close()
    before = dump(tmp_path)
    with pytest.raises(ArchiveTooNew, match="format 99"):
        Archive(tmp_path)
    with pytest.raises(ArchiveTooNew, match="Upgrade"):
        ArchiveWriter(tmp_path, IDENTITY)
    assert dump(tmp_path) == before


def test_a_file_that_is_no_database_is_damaged_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"not a database, but long enough to be one " * 200)
    before = (tmp_path / "archive.db").read_bytes()
    with pytest.raises(ArchiveDamaged, match="backup"):
        Archive(tmp_path)
    with pytest.raises(ArchiveDamaged, match="backup"):
        ArchiveWriter(tmp_path, IDENTITY)
    assert (tmp_path / "archive.db").read_bytes() == before


def test_a_database_with_broken_pages_is_damaged_not_a_crash(tmp_path: Path) -> None:
    make(tmp_path, *range(30))
    file = tmp_path / "archive.db"
    content = bytearray(file.read_bytes())
    content[4096:] = bytes(random.Random(0).randbytes(len(content) - 4096))
    file.write_bytes(content)
    drop_terms(tmp_path)
    with pytest.raises(ArchiveError):
        Archive(tmp_path)


def test_a_folder_that_cannot_be_made_is_an_archive_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="cannot make the folder"):
        ArchiveWriter(tmp_path / "file", IDENTITY)


def test_a_folder_with_an_odd_name_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a ? b # c % d é"
    assert_holds(Archive(make(folder, 1)), [1])


# -- copies -------------------------------------------------------------------


def test_when_an_original_is_removed_its_first_copy_takes_its_place(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(1)))
        writer.put(entry(story(9, original="story1")))
        writer.put(entry(story(3, original="story1")))
        writer.remove("story1")
    archive = Archive(tmp_path)
    assert [copy.id for copy in archive.copies(["story3"])["story3"]] == ["story9"]
    assert [headline.id for headline in archive.newest(9)] == ["story3"]
