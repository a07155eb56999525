"""What a reader does where the archive's own indexes cannot be used, or are behind, or change."""

from __future__ import annotations

import os
import tempfile
import weakref
from pathlib import Path
from typing import Any

import pytest

from index import archive as archive_module
from index import aside, building, embedded
from index.archive import Archive
from index.errors import ArchiveError
from index.terms import TermIndex
from index.types import Filters
from index.vectors import DamagedIndex, VectorIndex
from index.writer import ArchiveWriter
from tests.small_archive import IDENTITY, assert_holds, drop_terms, drop_vectors, entry, make, story


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers look for news at every search, and few passages are many."""
    monkeypatch.setattr(archive_module, "_REST", 0.0)
    monkeypatch.setattr(embedded, "FOLD", 0)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where readers make their own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def never(*_: object) -> None:
    raise AssertionError("nothing should be made")


def spoil(file: Path, end: int) -> None:
    content = bytearray(file.read_bytes())
    for place in range(0, end, 8):  # in every list
        content[place] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("what", ["vector", "word"])
def test_what_a_reader_makes_of_many_passages_is_neither_in_memory_nor_left_behind(
    tmp_path: Path, temporary: Path, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = make(tmp_path / "archive", *range(5))
    (drop_vectors if what == "vector" else drop_terms)(folder)
    archive = Archive(folder)
    assert f"building the {what} index for this process alone" in caplog.text
    assert list(temporary.iterdir()) == []
    assert_holds(archive, range(5))
    make(folder, 5)
    assert_holds(archive, range(6))


@pytest.mark.parametrize("what", ["vector", "word"])
@pytest.mark.parametrize("kind", [OSError, RuntimeError, ValueError])
def test_a_reader_that_cannot_make_its_own_says_what_to_do(
    tmp_path: Path,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    kind: type[Exception],
) -> None:
    folder = make(tmp_path / "archive", 1)
    (drop_vectors if what == "vector" else drop_terms)(folder)

    def full(*_: object) -> None:
        raise kind("no space left")

    monkeypatch.setattr(building, "build", full)
    monkeypatch.setattr(aside, "update_terms", full)
    with pytest.raises(ArchiveError, match=f"the {what} index of .* no space left.*Free some"):
        Archive(folder)
    assert list(temporary.iterdir()) == []


def test_what_a_large_file_is_behind_by_is_read_and_the_file_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_MOST_AHEAD", 1)
    make(tmp_path, *range(40))
    with monkeypatch.context() as patch:
        patch.setattr(embedded, "FOLD", 20)  # so that the writer does not fold these
        make(tmp_path, *range(40, 44))
        patch.setattr(embedded, "FOLD", 0)
        patch.setattr(building, "build", never)
        assert_holds(Archive(tmp_path), range(44))
        patch.setattr(embedded, "FOLD", 20)
        make(tmp_path, 44)
    made = list[object]()
    build = building.build

    def counted(*arguments: Any) -> None:
        made.append(arguments)
        build(*arguments)

    monkeypatch.setattr(building, "build", counted)
    assert_holds(Archive(tmp_path), range(45))
    assert made, "a tenth of the file is more than it may be behind"


def test_words_that_are_replaced_while_they_are_opened_are_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1, 2)
    open_, tried = TermIndex.open, list[Path]()

    def replaced(path: Path) -> TermIndex:
        tried.append(path)
        if len(tried) == 1:
            os.utime(path / "meta.json", ns=(1, 1))
            raise DamagedIndex("half of it is gone")
        return open_(path)

    monkeypatch.setattr(TermIndex, "open", replaced)
    monkeypatch.setattr(aside, "update_terms", never)
    assert_holds(Archive(tmp_path), [1, 2])
    assert len(tried) == 2


def test_what_was_made_for_a_damaged_file_goes_once_the_archive_has_a_sound_one(
    tmp_path: Path,
) -> None:
    file = make(tmp_path, *range(40)) / "vectors.faiss"
    spoil(file, 40 * 32)
    archive = Archive(tmp_path)
    assert_holds(archive, range(40))
    whole = archive._snapshot.whole
    assert isinstance(whole, embedded.EmbeddedBase)
    assert isinstance(whole.vectors, VectorIndex)
    assert len(whole.vectors) == 40
    made = weakref.ref(whole.vectors)
    del whole
    make(tmp_path, 40)  # whoever writes checks all of it
    assert_holds(archive, range(41))
    assert made() is None


def test_a_search_that_is_under_way_is_given_the_sound_file_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make(tmp_path, *range(40)) / "vectors.faiss"
    spoil(file, 40 * 32)
    archive = Archive(tmp_path)
    before = archive._snapshot
    make(tmp_path)
    assert archive.passages == 40  # which has it look at the new file
    monkeypatch.setattr(building, "build", never)
    hits = before.search_vectors(entry(story(7)).vectors[0], 5, Filters())
    assert archive.read([hits[0].key])[hits[0].key].article.id == "story7"


def test_a_writer_that_cannot_make_indexes_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1)
    spoil(tmp_path / "vectors.faiss", 8)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("index.indexes.build", full)
        with pytest.raises(ArchiveError, match=r"could not be saved.*No space left.*Every article"):
            ArchiveWriter(tmp_path, IDENTITY)
    with ArchiveWriter(tmp_path, IDENTITY) as writer, monkeypatch.context() as patch:
        patch.setattr("index.indexes.build", full)
        with pytest.raises(ArchiveError, match="could not be saved"):
            writer.rebuild()
    make(tmp_path, 2)
    assert_holds(Archive(tmp_path), [1, 2])


def test_what_a_killed_writer_left_beside_the_indexes_goes(tmp_path: Path) -> None:
    make(tmp_path, 1)
    before = {path.name for path in tmp_path.iterdir()}
    for name in ("terms.new", "terms.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.store").write_bytes(b"gigabytes")
    (tmp_path / "vectors.faiss.new.tmp").write_bytes(b"gigabytes")
    make(tmp_path, 2)
    assert {path.name for path in tmp_path.iterdir()} == before
    assert_holds(Archive(tmp_path), [1, 2])
