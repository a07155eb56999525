"""What came since the vectors' file was written: found at once, and as NumPy finds it."""

from __future__ import annotations

from datetime import date

import numpy as np

from index.catalogue import hashed
from index.tail import Tail
from index.types import Filters
from tests.vector_rows import DIMENSION, Given, keys_of, oracle, unit


def keys(tail: Tail, query: np.ndarray, k: int, filters: Filters = Filters()) -> list[int]:
    return [hit.key for hit in tail.search(query, k, filters)]


def test_a_tail_finds_exactly_what_numpy_finds() -> None:
    source = Given(unit(500))
    tail = Tail(DIMENSION, source.names).extended(source.blocks())
    assert len(tail) == 500
    for query in unit(20, seed=5):
        assert keys(tail, query, 10) == oracle(query, source.keys, source.vectors, 10)
        assert len(keys(tail, query, 10_000)) == 500


def test_an_empty_tail_finds_nothing() -> None:
    assert keys(Tail(DIMENSION), unit(1)[0], 10) == []


def test_filters_hold_in_the_tail() -> None:
    source = Given(unit(500))
    tail = Tail(DIMENSION, source.names).extended(source.blocks())
    filters = Filters(sources=("S2",), after=date.fromordinal(700_050))
    expected = [key for key in source.keys.tolist() if key % 5 == 2 and key % 100 >= 50]
    assert sorted(keys(tail, unit(1)[0], 500, filters)) == expected


def test_a_tail_goes_on_without_what_was_replaced_and_the_one_before_stays_as_it_was() -> None:
    source = Given(unit(40))
    before = Tail(DIMENSION, source.names).extended(source.blocks())
    replaced = hashed(f"article{key // 2}" for key in source.keys[:7].tolist())
    fresh = Given(unit(3, seed=9), keys_of(50)[47:], source.names)
    after = before.extended(fresh.blocks(), replaced)
    left = set(source.keys[7:].tolist()) | set(fresh.keys.tolist())
    for query in unit(5, seed=2):
        assert set(keys(before, query, 100)) == set(source.keys.tolist())
        assert set(keys(after, query, 100)) == left
    assert (len(before), len(after)) == (40, 36)


def test_what_was_replaced_again_and_again_takes_no_room_for_long() -> None:
    source = Given(unit(10))
    tail = Tail(DIMENSION, source.names).extended(source.blocks())
    ids = hashed(f"article{key // 2}" for key in source.keys.tolist())
    for _ in range(100):
        tail = tail.extended(source.blocks(), ids)
        assert len(tail) == 10
    assert len(tail._rows) < 50
    assert sorted(keys(tail, unit(1)[0], 100)) == source.keys.tolist()
