"""The file of the vectors: whole, or found out before anything wrong is searched."""

from __future__ import annotations

import random
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import vector_file
from index.building import build, fold
from index.vector_file import Codes, DamagedIndex, RowNumbers
from index.vectors import VectorIndex
from tests.vector_rows import DIMENSION, Given, built, clustered, keys_of, unit


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    built(tmp_path, Given(clustered(120)), seen=42)
    return tmp_path / "vectors.faiss"


def test_a_saved_index_comes_back_as_it_was(saved: Path) -> None:
    index, again = VectorIndex.load(saved, DIMENSION), VectorIndex.load(saved, DIMENSION)
    again.check()
    assert (again.seen, len(again)) == (42, 120)
    for query in unit(5, seed=8):
        assert again.search(query, 20) == index.search(query, 20)
    assert [path.name for path in saved.parent.iterdir()] == ["vectors.faiss"]


def test_a_missing_index_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedIndex):
        VectorIndex.load(tmp_path / "vectors.faiss", DIMENSION)
    with pytest.raises(DamagedIndex):
        VectorIndex.load(tmp_path, DIMENSION)


def test_an_index_cut_short_anywhere_is_damaged(saved: Path) -> None:
    whole = saved.read_bytes()
    ends = {0, 1, 19, 20, 21, *range(0, len(whole), 97), *range(len(whole) - 90, len(whole))}
    for length in ends:
        saved.write_bytes(whole[:length])
        with pytest.raises(DamagedIndex):
            VectorIndex.load(saved, DIMENSION)
    saved.write_bytes(whole + b"\0")
    with pytest.raises(DamagedIndex):
        VectorIndex.load(saved, DIMENSION)


def test_a_single_wrong_bit_anywhere_is_found_before_it_is_searched(saved: Path) -> None:
    whole = saved.read_bytes()
    query = unit(1, seed=3)[0]
    index = VectorIndex.load(saved, DIMENSION)
    lists, expected = index.trained.nlist, index.search(query, 10)
    generator = random.Random(0)
    places = [*range(len(whole) - 90, len(whole)), *range(60)]
    at_opening = at_searching = 0
    for place in [*places, *(generator.randrange(len(whole)) for _ in range(200))]:
        broken = bytearray(whole)
        broken[place] ^= 1 << generator.randrange(8)
        saved.write_bytes(broken)
        try:
            index = VectorIndex.load(saved, DIMENSION)
        except DamagedIndex:
            at_opening += 1
            continue
        with pytest.raises(DamagedIndex):
            index.check()
        with pytest.raises(DamagedIndex):
            index.search(query, 10, probes=lists)
        try:  # a list that is not looked into does no harm
            assert index.search(query, 10) == expected
        except DamagedIndex:
            at_searching += 1
    assert at_opening
    assert at_searching


def test_a_file_of_another_program_is_damaged(saved: Path) -> None:
    faiss.write_index(faiss.IndexFlatIP(DIMENSION), str(saved))
    with pytest.raises(DamagedIndex):
        VectorIndex.load(saved, DIMENSION)
    saved.write_text("hello, I am no index\n" * 50)
    with pytest.raises(DamagedIndex):
        VectorIndex.load(saved, DIMENSION)


def test_an_index_of_another_model_is_damaged(saved: Path) -> None:
    with pytest.raises(DamagedIndex, match="16 dimensions, not 384"):
        VectorIndex.load(saved, 384)


def test_an_index_of_another_format_is_damaged(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_file, "_FORMAT", 3)
    with pytest.raises(DamagedIndex, match="format 2, not 3"):
        VectorIndex.load(saved, DIMENSION)


def test_writing_replaces_the_old_file_only_when_the_new_one_is_whole(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(vector_file, "replace_durably", fails)
    with pytest.raises(OSError, match="No space"):
        build(saved, Given(unit(50)), DIMENSION, 43)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["vectors.faiss"]


@pytest.mark.parametrize(
    "stopped_by", [OSError(28, "No space left on device"), KeyboardInterrupt()]
)
def test_what_is_stopped_half_way_leaves_nothing_on_a_disk_that_may_be_full(
    saved: Path, monkeypatch: pytest.MonkeyPatch, stopped_by: BaseException
) -> None:
    before, index = saved.read_bytes(), VectorIndex.load(saved, DIMENSION)
    listed = VectorIndex.listed

    def stopped(self: VectorIndex, number: int) -> tuple[Codes, RowNumbers]:
        if number:
            raise stopped_by
        return listed(self, number)

    monkeypatch.setattr(VectorIndex, "listed", stopped)
    fresh = Given(unit(10), keys_of(130)[120:], index.names)
    with pytest.raises(type(stopped_by)):
        fold(saved, index, np.zeros(len(index), dtype=np.bool_), fresh, 43)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["vectors.faiss"]


def test_an_open_index_is_searched_on_though_its_file_is_replaced(saved: Path) -> None:
    index = VectorIndex.load(saved, DIMENSION)
    query = unit(1)[0]
    built(saved.parent, Given(unit(30, seed=4)), seen=43)
    expected = built(saved.parent, Given(clustered(120)), seen=42).search(query, 120)
    saved.unlink()
    assert index.search(query, 120) == expected
