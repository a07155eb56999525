"""Vector and word indexes that are missing, damaged or ahead: made anew from the database."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import embedded, indexes
from index.archive import Archive
from index.errors import ArchiveError
from index.terms import TermIndex
from index.vectors import VectorIndex
from index.writer import ArchiveWriter
from tests.small_archive import (
    IDENTITY,
    assert_holds,
    by_vector,
    drop_both,
    drop_terms,
    drop_vectors,
    entry,
    listing,
    make,
    story,
)

pytestmark = pytest.mark.usefixtures("seen_at_once")


@pytest.fixture(autouse=True)
def _folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few vectors are enough for a file."""
    monkeypatch.setattr(embedded, "FOLD", 0)


def flip_vectors(folder: Path) -> None:
    file = folder / "vectors.faiss"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)


def cut_vectors(folder: Path) -> None:
    file = folder / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:-7])


def break_terms(folder: Path) -> None:
    (folder / "terms" / "meta.json").write_text("{")


def drop_teasers(folder: Path) -> None:
    shutil.rmtree(folder / "terms" / "teasers")


def empty_segments(folder: Path) -> None:
    for file in (folder / "terms").glob("*.store"):
        file.write_bytes(b"")


DAMAGES = [
    drop_vectors,
    drop_terms,
    drop_both,
    flip_vectors,
    cut_vectors,
    break_terms,
    drop_teasers,
    empty_segments,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_reader_answers_right_without_sound_indexes_and_writes_nothing(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    make(tmp_path, 1, 2, 3)
    damage(tmp_path)
    before = listing(tmp_path)
    archive = Archive(tmp_path)
    assert_holds(archive, [1, 2, 3], absent=[4])
    archive.close()
    assert listing(tmp_path) == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_writer_makes_missing_or_damaged_indexes_anew(
    tmp_path: Path, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1, 2, 3)
    damage(tmp_path)
    steps: list[str] = []
    with ArchiveWriter(tmp_path, IDENTITY, progress=lambda what, *_: steps.append(what)):
        pass
    assert steps, "rebuilding shows its progress"

    def never(*_: object) -> None:
        raise AssertionError("the index on disk should be whole")

    monkeypatch.setattr("index.aside.building.build", never)
    monkeypatch.setattr("index.aside.update_terms", never)
    assert (tmp_path / "vectors.faiss").exists()
    assert_holds(Archive(tmp_path), [1, 2, 3])


def test_reading_an_archive_writes_nothing(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    before = listing(tmp_path)
    archive = Archive(tmp_path)
    assert_holds(archive, [1, 2])
    archive.stats()
    archive.facets()
    archive.close()
    assert listing(tmp_path) == before


def test_indexes_ahead_of_a_restored_database_are_not_believed(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    shutil.copy(tmp_path / "archive.db", tmp_path / "backup.db")
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story2")
        writer.put(entry(story(3)))
    shutil.copy(tmp_path / "backup.db", tmp_path / "archive.db")
    assert_holds(Archive(tmp_path), [1, 2], absent=[3])
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(4)))
        writer.put(entry(story(5)))
    assert_holds(Archive(tmp_path), [1, 2, 4, 5], absent=[3])


def test_rebuild_makes_the_same_indexes_from_the_database_alone(tmp_path: Path) -> None:
    make(tmp_path, *range(6))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story3")
        writer.rebuild()
    assert_holds(Archive(tmp_path), [0, 1, 2, 4, 5], absent=[3])
    assert len(VectorIndex.load(tmp_path / "vectors.faiss", 32)) == 5
    assert not (tmp_path / "terms.new").exists()


def test_an_archive_that_outgrows_exact_search_changes_its_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "FOLD", 250)
    make(tmp_path, *range(240))
    assert Archive(tmp_path).stats().index_kind == "exact"
    assert not (tmp_path / "vectors.faiss").exists()
    make(tmp_path, *range(240, 270))
    archive = Archive(tmp_path)
    stats = archive.stats()
    assert stats.index_kind.startswith("inverted")
    assert stats.index_recall is not None
    assert stats.index_recall > 0.9
    assert by_vector(archive, story(269).body)[0] == "story269"


def test_a_checkpoint_that_fails_is_an_archive_error_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(indexes, "fold", full)
        with (
            pytest.raises(ArchiveError, match="No space left on device"),
            ArchiveWriter(tmp_path, IDENTITY) as writer,
        ):
            writer.put(entry(story(2)))
    assert_holds(Archive(tmp_path), [1, 2])
    make(tmp_path, 3)
    assert_holds(Archive(tmp_path), [1, 2, 3])


def test_a_word_index_that_takes_no_more_changes_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer killed at its work can leave a file of the name that its successor needs."""
    make(tmp_path, 1)
    update, failed = TermIndex.update, []

    def once(self: TermIndex, *rest: Any) -> None:
        if not failed:
            failed.append(self)
            raise ValueError("FileAlreadyExists")
        update(self, *rest)

    monkeypatch.setattr(TermIndex, "update", once)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(2)))
    assert failed
    index = TermIndex.open(tmp_path / "terms")
    assert len(index.search("word1", 5)) == 1
    assert len(index.search("word2", 5)) == 1
