"""The vector index against NumPy, on answers that are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import building, embedded, training
from index.building import fold
from index.catalogue import Names, Rows, hashed, passing
from index.types import Filters
from index.vectors import Selection, VectorIndex
from tests.vector_rows import (
    DIMENSION,
    Given,
    built,
    clustered,
    found,
    keys_of,
    oracle,
    recall,
    unit,
)


def test_a_large_index_finds_the_share_of_the_nearest_that_it_says(tmp_path: Path) -> None:
    source = Given(clustered(6_000))
    index = built(tmp_path, source)
    assert index.kind == "inverted lists, 8 bit"
    assert index.recall is not None
    assert index.recall >= 0.95
    assert index.facts.probes < index.trained.nlist / 2
    assert recall(index, source.vectors[7::41], source) == pytest.approx(index.recall, abs=0.03)


def test_vectors_that_it_never_saw_find_their_nearest_too(tmp_path: Path) -> None:
    vectors = clustered(6_200)
    source = Given(vectors[:6_000])
    index = built(tmp_path, source)
    assert recall(index, vectors[6_000:], source) >= 0.95


@pytest.mark.parametrize("count", [1, 2, 9, 300])
def test_an_index_of_few_finds_them_all(tmp_path: Path, count: int) -> None:
    source = Given(unit(count))
    index = built(tmp_path, source)
    query = unit(1, seed=9)[0]
    everything = Selection.of(np.ones(count, dtype=np.bool_))
    probes = index.trained.nlist
    hits = index.search(query, count, everything, probes=probes)
    assert {hit.key for hit in hits} == set(source.keys.tolist())
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    exact = dict(zip(source.keys.tolist(), source.vectors @ query, strict=True))
    for hit in hits:
        assert hit.score == pytest.approx(exact[hit.key], abs=0.05)


def test_the_few_that_may_be_found_are_found_wherever_they_lie(tmp_path: Path) -> None:
    source = Given(clustered(6_000))
    index = built(tmp_path, source)
    chosen = np.random.default_rng(1).choice(6_000, 12, replace=False)
    mask = np.zeros(6_000, dtype=np.bool_)
    mask[chosen] = True
    for query in unit(10, seed=3):
        assert set(found(index, query, 12, Selection.of(mask))) == set(source.keys[chosen].tolist())
    assert found(index, unit(1)[0], 5, Selection.of(np.zeros(6_000, dtype=np.bool_))) == []


FILTERS = [
    Filters(after=date.fromordinal(700_040)),
    Filters(before=date.fromordinal(700_012)),
    Filters(after=date.fromordinal(700_003), before=date.fromordinal(700_004)),
    Filters(sources=("S1", "s3", "unknown")),
    Filters(sections=("t2",)),
    Filters(sources=("s2",), sections=("T0", "t1"), before=date.fromordinal(700_080)),
    Filters(sources=("unknown",)),
    Filters(articles=("article500000000000", "article500000000035", "of another archive")),
    Filters(articles=("article500000000035",), sources=("s0",)),
]


@pytest.mark.parametrize("filters", FILTERS, ids=range(len(FILTERS)))
def test_filters_let_through_what_a_look_at_each_passage_does(
    tmp_path: Path, filters: Filters
) -> None:
    source = Given(clustered(3_000))
    index = built(tmp_path, source)

    def passes(key: int) -> bool:
        day, section = 700_000 + key % 100, f"t{key % 3}" if key % 4 else None
        return (
            (filters.after is None or day >= filters.after.toordinal())
            and (filters.before is None or day <= filters.before.toordinal())
            and (not filters.sources or f"s{key % 5}" in [s.casefold() for s in filters.sources])
            and (not filters.sections or section in [s.casefold() for s in filters.sections])
            and (not filters.articles or f"article{key // 2}" in filters.articles)
        )

    expected = [key for key in source.keys.tolist() if passes(key)]
    for _ in range(2):  # the second time, they are remembered
        selection = index.selection(filters)
        assert selection is not None
        assert selection.count == len(expected)
        hits = index.search(unit(1)[0], 3_000, selection, probes=index.trained.nlist)
        assert sorted(hit.key for hit in hits) == expected


def test_undated_passages_pass_no_date_filter(tmp_path: Path) -> None:
    source = Given(unit(50))
    source.rows.days[:10] = 0
    index = built(tmp_path, source)
    for filters in (Filters(before=date(2999, 1, 1)), Filters(after=date(1, 1, 1))):
        selection = index.selection(filters)
        assert selection is not None
        assert selection.count == 40


def test_what_was_replaced_is_never_found_again_however_much_of_it(tmp_path: Path) -> None:
    source = Given(clustered(3_000))
    index = built(tmp_path, source)
    for dead in (10, 1_500, 2_999):
        mask = np.arange(3_000) >= dead
        for k in (1, 50, 3_000):
            keys = found(index, source.vectors[0], k, Selection.of(mask))
            assert not set(keys) & set(source.keys[:dead].tolist())
            assert len(keys) == len(set(keys))
        assert len(found(index, source.vectors[0], 1, Selection.of(mask))) == 1


def test_a_fold_finds_what_was_kept_and_what_came_and_nothing_else(tmp_path: Path) -> None:
    source = Given(clustered(3_000))
    index = built(tmp_path, source)
    dead = np.arange(3_000) < 1_000
    names = Names(index.names.all)
    fresh = Given(clustered(700, seed=5), keys_of(4_000)[3_300:], names)
    fold(tmp_path / "vectors.faiss", index, dead, fresh, seen=7)
    folded = VectorIndex.load(tmp_path / "vectors.faiss", DIMENSION)
    folded.check()
    assert (len(folded), folded.seen, folded.recall) == (2_700, 7, index.recall)
    both = Given(
        np.concatenate([source.vectors[1_000:], fresh.vectors]),
        np.concatenate([source.keys[1_000:], fresh.keys]),
    )
    assert recall(folded, both.vectors[::31], both) >= 0.9
    hits = folded.search(unit(1)[0], 4_000, probes=folded.trained.nlist)
    assert sorted(hit.key for hit in hits) == sorted(both.keys.tolist())
    selection = folded.selection(Filters(sources=("s1",)))
    assert selection is not None
    assert selection.count == sum(key % 5 == 1 for key in both.keys.tolist())
    one = folded.rows_of(hashed([f"article{int(fresh.keys[3]) // 2}"]))
    assert fresh.keys[3] in folded.rows.keys[one]
    # who still searches the old file finds what was in it
    assert found(index, source.vectors[5], 1) == [int(source.keys[5])]


def test_building_holds_a_sample_and_a_block_and_never_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "_MOST_SAMPLE", 500)
    monkeypatch.setattr(building, "_RUN", 450)
    source = Given(clustered(6_000))
    index = built(tmp_path, source)
    assert source.handed_out <= 500
    assert len(index) == 6_000
    assert recall(index, source.vectors[::61], source) >= 0.9


def test_a_list_that_lost_all_its_vectors_goes_on_like_any_other(tmp_path: Path) -> None:
    source = Given(clustered(2_000))
    index = built(tmp_path, source)
    fullest = max(range(index.trained.nlist), key=lambda number: len(index.listed(number)[1]))
    dead = np.zeros(2_000, dtype=np.bool_)
    dead[index.listed(fullest)[1]] = True
    left = 2_000 - int(dead.sum())
    fresh = Given(clustered(300, seed=5), keys_of(2_300)[2_000:], Names(index.names.all))
    fold(tmp_path / "vectors.faiss", index, dead, Given(unit(1)[:0]), seen=2)
    emptied = VectorIndex.load(tmp_path / "vectors.faiss", DIMENSION)
    assert len(emptied.listed(fullest)[1]) == 0
    fold(tmp_path / "vectors.faiss", emptied, np.zeros(left, dtype=np.bool_), fresh, seen=3)
    folded = VectorIndex.load(tmp_path / "vectors.faiss", DIMENSION)
    assert len(folded) == left + 300
    assert found(folded, fresh.vectors[7], 1) == [int(fresh.keys[7])]


def test_no_aim_is_worth_comparing_more_than_a_question_can_wait_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_CANDIDATES", 10)
    source = Given(unit(6_000))  # evenly everywhere: what is near may lie in any list
    dear = built(tmp_path, source).facts
    monkeypatch.setattr(building, "_MOST_COMPARED", 600)
    cheap = built(tmp_path, source).facts
    lists = training.lists_for(6_000)
    assert cheap.probes <= lists / 10 < dear.probes
    assert cheap.recall is not None
    assert dear.recall is not None
    assert cheap.recall < dear.recall


def test_many_lists_are_reached_through_a_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "_GRAPH", 32)
    monkeypatch.setattr(training, "_ONE_LEVEL", 64)
    source = Given(clustered(6_000))
    index = built(tmp_path, source)
    assert isinstance(faiss.downcast_index(index.trained.quantizer), faiss.IndexHNSWFlat)
    assert recall(index, source.vectors[::61], source) >= 0.95
    mask = np.zeros(6_000, dtype=np.bool_)
    mask[[17, 4_000]] = True
    assert len(found(index, unit(1)[0], 5, Selection.of(mask))) == 2


def test_lists_and_samples_grow_with_the_archive_and_the_sample_is_bounded() -> None:
    counts = [1, 10, 1_000, 100_000, 1_000_000, 10_000_000, 1_000_000_000]
    lists = [training.lists_for(count) for count in counts]
    assert lists == sorted(lists)
    assert lists[0] == 1
    assert lists[4] == 4096
    for count, number in zip(counts, lists, strict=True):
        assert number <= training.sample_for(count) <= min(count, 400_000)


def test_a_large_archive_may_be_further_ahead_of_its_file() -> None:
    assert embedded.fold_limit(0) == 20_000
    assert embedded.fold_limit(1_000_000) == 20_000
    assert embedded.fold_limit(10_000_000) == 50_000


def test_numbers_of_names_stay_and_unknown_names_have_none() -> None:
    names = Names(["a", "b"])
    assert [names.number("b"), names.number("c"), names.number(None)] == [2, 3, 0]
    assert names.known(["C", "nothing", "A"]) == [3, 1]
    assert names.all == ("a", "b", "c")
    assert len(Rows.joined([])) == 0
    assert oracle(unit(1)[0], keys_of(1), unit(1), 1) == [1_000_000_000_000]


def test_a_name_that_comes_in_while_filters_are_looked_at_is_looked_for_in_vain() -> None:
    class Growing(Names):
        """Into which another thread brings a name just then."""

        def known(self, names: Iterable[str]) -> list[int]:
            self.number("just in")
            return super().known(names)

    source = Given(unit(5))
    names = Growing(source.names.all)
    assert not passing(source.rows, names, Filters(sources=("just in",))).any()
    assert passing(source.rows, names, Filters(sources=("just in", "s1"))).sum() == 1
