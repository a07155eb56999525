"""The vector index against NumPy, on answers that are known."""

from __future__ import annotations

import random
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import vectors
from index.embed import Vectors
from index.vectors import DamagedIndex, Keys, VectorIndex

DIMENSION = 16


def unit(count: int, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    result: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result


def clustered(count: int, seed: int = 0) -> Vectors:
    """Like text: around topics, not evenly everywhere."""
    centres = unit(40, seed)
    noise = unit(count, seed + 1)
    rows = centres[np.arange(count) % len(centres)] + 0.7 * noise
    result: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result


def oracle(query: Vectors, keys: Keys, rows: Vectors, k: int) -> list[int]:
    return [int(key) for key in keys[np.argsort(-(rows @ query), kind="stable")[:k]]]


def found(index: VectorIndex, query: Vectors, k: int, allowed: Keys | None = None) -> list[int]:
    return [hit.key for hit in index.search(query, k, allowed)]


KEYS = np.arange(500, dtype=np.int64) * 7 + 1_000_000_000_000
ROWS = unit(500)


@pytest.fixture
def inverted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_EXACT_LIMIT", 1_000)


def test_a_small_index_finds_exactly_what_numpy_finds() -> None:
    index = VectorIndex.build(KEYS, ROWS, DIMENSION)
    assert index.kind == "exact"
    assert index.recall == 1.0
    for query in unit(20, seed=5):
        assert found(index, query, 10) == oracle(query, KEYS, ROWS, 10)
        scores = [hit.score for hit in index.search(query, 10)]
        assert scores == pytest.approx(sorted(ROWS @ query)[::-1][:10], abs=1e-5)


def test_only_what_is_allowed_is_found_and_all_of_it() -> None:
    index = VectorIndex.build(KEYS, ROWS, DIMENSION)
    allowed = np.ascontiguousarray(KEYS[::9])
    for query in unit(20, seed=5):
        assert found(index, query, 10, allowed) == oracle(query, allowed, ROWS[::9], 10)
        assert len(found(index, query, 500, allowed)) == len(allowed)
    assert found(index, ROWS[0], 10, np.array([1, 2], dtype=np.int64)) == []
    assert found(index, ROWS[0], 10, np.empty(0, dtype=np.int64)) == []


def test_what_is_removed_is_never_found_again() -> None:
    index = VectorIndex.build(KEYS, ROWS, DIMENSION)
    index.remove(KEYS[:100])
    assert len(index) == 400
    for query in ROWS[:5]:
        assert found(index, query, 10) == oracle(query, KEYS[100:], ROWS[100:], 10)


def test_what_is_replaced_is_found_where_it_is_now() -> None:
    index = VectorIndex.build(KEYS, ROWS, DIMENSION)
    index.add(KEYS[:2], -ROWS[:2])
    assert len(index) == 500
    assert found(index, -ROWS[0], 1) == [KEYS[0]]
    assert KEYS[0] not in found(index, ROWS[0], 100)


def test_an_empty_index_finds_nothing_and_takes_what_comes() -> None:
    index = VectorIndex(DIMENSION)
    index.remove(KEYS[:3])
    assert found(index, ROWS[0], 10) == []
    index.add(KEYS[:3], ROWS[:3])
    assert found(index, ROWS[0], 10)[0] == KEYS[0]


@pytest.mark.usefixtures("inverted")
def test_a_large_index_finds_the_share_of_the_nearest_that_it_says() -> None:
    rows, keys = clustered(6_000), np.arange(6_000, dtype=np.int64) + 5
    index = VectorIndex.build(keys, rows, DIMENSION)
    assert index.kind.startswith("inverted")
    assert index.recall is not None
    assert index.recall >= 0.95
    shares = [
        len(set(found(index, query, 10)) & set(oracle(query, keys, rows, 10))) / 10
        for query in rows[7::41]
    ]
    assert float(np.mean(shares)) == pytest.approx(index.recall, abs=0.03)


@pytest.mark.usefixtures("inverted")
def test_a_large_index_finds_the_few_that_a_filter_allows_wherever_they_lie() -> None:
    rows, keys = clustered(6_000), np.arange(6_000, dtype=np.int64) + 5
    index = VectorIndex.build(keys, rows, DIMENSION)
    chosen = np.random.default_rng(1).choice(6_000, 12, replace=False)
    for query in unit(10, seed=3):
        assert set(found(index, query, 12, keys[chosen])) == {int(k) for k in keys[chosen]}


@pytest.mark.usefixtures("inverted")
def test_a_large_index_takes_replacements_and_removals() -> None:
    rows, keys = clustered(3_000), np.arange(3_000, dtype=np.int64)
    index = VectorIndex.build(keys, rows, DIMENSION)
    index.remove(keys[:10])
    index.add(keys[10:12], -rows[10:12])
    index.add(np.array([9_999]), rows[:1])
    assert len(index) == 2_991
    assert found(index, rows[0], 1) == [9_999]
    assert 10 in found(index, -rows[10], 3)
    assert not set(range(10)) & set(found(index, rows[1], 200))


@pytest.mark.usefixtures("inverted")
def test_an_index_that_grew_too_large_says_so() -> None:
    rows, keys = unit(1_001), np.arange(1_001, dtype=np.int64)
    index = VectorIndex.build(keys[:1_000], rows[:1_000], DIMENSION)
    assert not index.outgrown
    index.add(keys[1_000:], rows[1_000:])
    assert index.outgrown
    assert not VectorIndex.build(keys, rows, DIMENSION).outgrown


@pytest.mark.usefixtures("inverted")
@pytest.mark.parametrize("count", [0, 500, 3_000])
def test_a_saved_index_comes_back_as_it_was(tmp_path: Path, count: int) -> None:
    rows, keys = clustered(count or 1)[:count], np.arange(count, dtype=np.int64) * 3
    index = VectorIndex.build(keys, rows, DIMENSION)
    index.seen = 42
    index.save(tmp_path / "vectors.faiss")
    loaded = VectorIndex.load(tmp_path / "vectors.faiss", DIMENSION)
    assert (loaded.seen, loaded.recall, loaded.kind) == (42, index.recall, index.kind)
    for query in unit(5, seed=8):
        assert loaded.search(query, 20) == index.search(query, 20)
    loaded.add(np.array([77]), unit(1, seed=9))
    assert len(loaded) == count + 1
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "vectors.faiss"
    VectorIndex.build(KEYS[:50], ROWS[:50], DIMENSION).save(path)
    return path


def test_a_missing_index_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedIndex):
        VectorIndex.load(tmp_path / "vectors.faiss", DIMENSION)
    with pytest.raises(DamagedIndex):
        VectorIndex.load(tmp_path, DIMENSION)


def test_an_index_cut_short_anywhere_is_damaged(saved: Path) -> None:
    whole = saved.read_bytes()
    for length in {
        0,
        1,
        19,
        20,
        21,
        *range(0, len(whole), 97),
        *range(len(whole) - 90, len(whole)),
    }:
        saved.write_bytes(whole[:length])
        with pytest.raises(DamagedIndex):
            VectorIndex.load(saved, DIMENSION)
    saved.write_bytes(whole + b"\0")
    with pytest.raises(DamagedIndex):
        VectorIndex.load(saved, DIMENSION)


def test_a_single_wrong_bit_anywhere_is_damage(saved: Path) -> None:
    whole = saved.read_bytes()
    generator = random.Random(0)
    places = [*range(len(whole) - 90, len(whole)), *range(60)]
    for place in [*places, *(generator.randrange(len(whole)) for _ in range(200))]:
        broken = bytearray(whole)
        broken[place] ^= 1 << generator.randrange(8)
        saved.write_bytes(broken)
        with pytest.raises(DamagedIndex):
            VectorIndex.load(saved, DIMENSION)


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


def test_saving_replaces_the_old_index_only_when_the_new_one_is_whole(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(vectors, "replace_durably", fails)
    with pytest.raises(OSError, match="No space"):
        VectorIndex.build(KEYS, ROWS, DIMENSION).save(saved)
    assert saved.read_bytes() == before
