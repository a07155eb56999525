"""An archive whose vectors outgrow their file, under a reader that stays open."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from index import embedded, indexes
from index.archive import Archive
from index.errors import ArchiveError
from index.vectors import VectorIndex
from index.writer import ArchiveWriter
from tests.small_archive import IDENTITY, assert_holds, by_vector, entry, make, story

pytestmark = pytest.mark.usefixtures("seen_at_once")


@pytest.fixture(autouse=True)
def _folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few vectors are enough for a file."""
    monkeypatch.setattr(embedded, "FOLD", 10)


def stamp(folder: Path) -> tuple[int, int]:
    status = (folder / "vectors.faiss").stat()
    return status.st_ino, status.st_mtime_ns


def test_an_open_reader_finds_new_articles_without_reading_the_file_again(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, *range(12)))
    before, held = stamp(tmp_path), archive._snapshot.whole
    assert isinstance(held, embedded.EmbeddedBase)
    for number in range(12, 20):
        make(tmp_path, number)
        assert_holds(archive, range(number + 1))
        assert archive.passages == number + 1
        whole = archive._snapshot.whole
        assert isinstance(whole, embedded.EmbeddedBase)
        assert whole.vectors is held.vectors
    assert stamp(tmp_path) == before


def test_a_file_is_written_anew_only_when_enough_has_come_in(tmp_path: Path) -> None:
    make(tmp_path, *range(12))
    before = stamp(tmp_path)
    make(tmp_path, *range(12, 20))
    assert stamp(tmp_path) == before
    make(tmp_path, *range(20, 24))
    assert stamp(tmp_path) != before
    index = VectorIndex.load(tmp_path / "vectors.faiss", 32)
    assert (len(index), index.facts.trained_on) == (24, 12)
    assert_holds(Archive(tmp_path), range(24))


def test_an_index_that_was_trained_on_much_less_is_trained_anew(tmp_path: Path) -> None:
    make(tmp_path, *range(12))
    make(tmp_path, *range(12, 40))
    assert VectorIndex.load(tmp_path / "vectors.faiss", 32).facts.trained_on == 12
    make(tmp_path, *range(40, 60))
    index = VectorIndex.load(tmp_path / "vectors.faiss", 32)
    assert (len(index), index.facts.trained_on) == (60, 60)
    assert_holds(Archive(tmp_path), range(60))


def test_what_is_removed_or_replaced_is_never_found_again_and_is_gone_with_the_next_fold(
    tmp_path: Path,
) -> None:
    archive = Archive(make(tmp_path, *range(30)))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        for number in range(8):
            writer.remove(f"story{number}")
        writer.put(entry(story(20, "A zeppelin landed.", version=2)))
        query = entry(story(3)).vectors[0]
        for k in (1, 5, 1_000):
            hits = archive.search_vectors(query, k)
            assert len(archive.read([hit.key for hit in hits])) == len(hits)
            assert len(hits) >= min(k, 22)
        assert archive.passages == 22
    make(tmp_path, *range(30, 45))
    index = VectorIndex.load(tmp_path / "vectors.faiss", 32)
    assert len(index) == 37
    assert_holds(archive, [*range(8, 45)], absent=range(8))


def test_a_reader_that_meets_damage_finds_what_is_right_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive = Archive(make(tmp_path, *range(40)))
    file = tmp_path / "vectors.faiss"
    content = bytearray(file.read_bytes())
    for place in range(0, 40 * 32, 8):  # in every list
        content[place] ^= 1
    file.write_bytes(content)
    archive.close()
    archive = Archive(tmp_path)
    assert_holds(archive, range(40))
    assert "building the vector index for this process alone" in caplog.text
    make(tmp_path, 40)  # whoever writes checks all of it
    VectorIndex.load(file, 32).check()
    assert_holds(archive, range(41))


def test_a_writer_finds_damage_in_lists_that_nobody_searched(tmp_path: Path) -> None:
    make(tmp_path, *range(40))
    file = tmp_path / "vectors.faiss"
    content = bytearray(file.read_bytes())
    content[5] ^= 1
    file.write_bytes(content)
    make(tmp_path)
    VectorIndex.load(file, 32).check()


def test_after_an_index_that_took_long_the_next_articles_are_not_kept_waiting_as_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, saved = [0.0], list[float]()

    def hours(_: object) -> None:
        saved.append(now[0])
        now[0] += 7_200.0 if len(saved) == 1 else 20.0

    monkeypatch.setattr(indexes.DerivedIndexes, "catch_up", hours)
    monkeypatch.setattr("index.writer.time", SimpleNamespace(monotonic=lambda: now[0]))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        for second in (31.0, 7_700.0, 7_840.0, 7_900.0, 7_961.0):
            now[0] = second
            writer.checkpoint_if_due()
        assert saved == [31.0, 7_840.0, 7_961.0]


def test_a_fold_that_fails_leaves_the_old_file_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, *range(12))
    before = stamp(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(indexes, "fold", full)
        with pytest.raises(ArchiveError, match="No space left"):
            make(tmp_path, *range(12, 30))
    assert stamp(tmp_path) == before
    archive = Archive(tmp_path)
    assert_holds(archive, range(30))
    make(tmp_path, 30)
    assert stamp(tmp_path) != before
    assert "story30" in by_vector(archive, story(30).body)
