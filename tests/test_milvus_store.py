"""What is written to a Milvus server: there at once, there once, and gone when removed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from index.documents import Teaser, TermDocument
from index.embed import Vectors
from index.errors import ArchiveError, SearchMismatch
from index.milvus.collections import Names, ensure
from index.milvus.search import MilvusBase
from index.milvus.server import Server
from index.milvus.store import MilvusStore
from index.types import Filters
from tests.search_engines import MILVUS, store_at
from tests.terms_index import document

DIMENSION = 16
HOSTILE = (
    "it's",
    'say "no"',
    "back\\slash\\",
    "'] or id > 0 or article in ['",
    '" or 1 == 1 //',
    "{a} %s $1",
    "null\x00byte",
    "line\nbreak",
    "İstanbul Şehir",
    "\ud83d",
    "🙂" * 300,
    "x" * 70_000,
)


def unit(count: int, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    result: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result


ROWS = unit(40)


@pytest.fixture(scope="module", params=MILVUS)
def uri(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture(scope="module")
def kept(uri: str) -> Iterator[MilvusStore]:
    with store_at(uri, DIMENSION) as store:
        yield store


@pytest.fixture
def store(kept: MilvusStore) -> Iterator[MilvusStore]:
    """Empty before and after."""
    yield kept
    kept.remove([hit.key for hit in kept.base(0).search_vectors(ROWS[0], 1_000)])
    kept.remove_articles(["a", "b", "c", *HOSTILE])
    assert kept.base(0).passages == 0


def of(article: str, *keys: int, text: str = "The bridge opened") -> list[TermDocument]:
    return [document(key, f"{text} {key}", article=article) for key in keys]


def rows(*keys: int) -> Vectors:
    return ROWS[list(keys)]


def near(base: MilvusBase, key: int, filters: Filters = Filters(), k: int = 1_000) -> list[int]:
    return [hit.key for hit in base.search_vectors(ROWS[key], k, filters)]


def by_words(base: MilvusBase, text: str, filters: Filters = Filters()) -> list[int]:
    """What is found; where the server has no words, what would have been."""
    return [hit.key for hit in base.search_terms(text, 1_000, filters)]


# -- there at once, there once ---------------------------------------------------


def test_what_was_written_is_found_by_the_next_search(store: MilvusStore) -> None:
    for key in range(1, 11):
        store.put(of("a", key), rows(key))
        base = store.base(key)
        assert near(base, key)[0] == key
        assert base.passages == key
        assert base.vectors_seen == base.terms_seen == key
        if base.has_words:
            assert set(by_words(base, "bridge")) == set(range(1, key + 1))
            assert by_words(base, str(key)) == [key]
            assert base.frequency("bridg", "en") == key


def test_writing_again_changes_nothing(store: MilvusStore) -> None:
    teasers = [Teaser("a", "Shooting at the beach"), Teaser("a", "Rain on Monday")]
    for _ in range(3):
        store.replace(["a"], of("a", 1, 2), rows(1, 2), teasers * 2)
    base = store.base(1)
    assert base.passages == 2
    assert sorted(near(base, 1)) == [1, 2]
    if base.has_words:
        assert sorted(by_words(base, "bridge")) == [1, 2]
        assert base.frequency("bridg", "en") == 2
        assert base.teased("beach rain", 9) in (
            ["Shooting at the beach", "Rain on Monday"],
            ["Rain on Monday", "Shooting at the beach"],
        )


def test_a_passage_that_is_put_again_is_found_where_it_is_now(store: MilvusStore) -> None:
    store.put(of("a", 1), rows(1))
    store.put([replace(of("b", 1)[0], text="A zeppelin landed")], rows(5))
    base = store.base(2)
    assert base.passages == 1
    assert base.search_vectors(ROWS[5], 1)[0].score == pytest.approx(1.0, abs=1e-4)
    assert near(base, 1, Filters(articles=("a",))) == []
    if base.has_words:
        assert by_words(base, "bridge") == []
        assert by_words(base, "zeppelin") == [1]
        assert base.frequency("bridg", "en") == 0


def test_a_new_version_takes_the_place_of_the_old_one_and_of_nothing_else(
    store: MilvusStore,
) -> None:
    store.put(of("a", 1, 2) + of("b", 3), rows(1, 2, 3), [Teaser("a", "Beach"), Teaser("b", "Sun")])
    newer = of("a", 4, text="The zeppelin landed")
    store.replace(["a"], newer, rows(4), [Teaser("a", "Moon")])
    base = store.base(2)
    assert sorted(near(base, 1)) == [3, 4]
    if base.has_words:
        assert by_words(base, "bridge") == [3]
        assert by_words(base, "zeppelin") == [4]
        assert sorted(base.teased("beach sun moon", 9)) == ["Moon", "Sun"]


def test_what_is_removed_is_gone_and_may_be_removed_again(store: MilvusStore) -> None:
    store.put(of("a", 1, 2) + of("b", 3), rows(1, 2, 3), [Teaser("a", "Beach")])
    for _ in range(2):
        store.remove([1, 999])
        assert sorted(near(store.base(1), 1)) == [2, 3]
    for _ in range(2):
        store.remove_articles(["a", "no such"])
        base = store.base(2)
        assert near(base, 1) == [3]
        if base.has_words:
            assert base.teased("beach", 9) == []
    store.put(of("a", 1), rows(1))
    assert sorted(near(store.base(3), 1)) == [1, 3]


def test_flushing_changes_nothing_that_is_found(store: MilvusStore) -> None:
    store.put(of("a", *range(1, 31)), rows(*range(1, 31)))
    before = store.base(1)
    expected = near(before, 7)
    store.flush()
    store.remove([7])
    assert near(store.base(2), 7) == [key for key in expected if key != 7]


def test_of_many_all_are_found_and_of_the_few_let_through_none_is_missed(
    store: MilvusStore,
) -> None:
    keys = range(1, 2_502)
    few = {key for key in keys if key % 100 == 7}
    passages = [document(key, "bridge", article="b" if key in few else "a") for key in keys]
    store.put(passages, unit(len(keys), seed=3))
    store.flush()
    base = store.base(1)
    assert base.passages == len(keys)
    for k in (len(few), 1_000, 9_999):
        assert set(near(base, 5, Filters(articles=("b",)), k)) == few
    assert set(near(base, 5, k=9_999)) == set(keys)
    store.remove(keys)


# -- strangers' texts ------------------------------------------------------------


def test_ids_and_names_of_any_kind_are_filtered_by_as_they_are(store: MilvusStore) -> None:
    passages = [
        document(key, "bridge", article=text, source=text, section=text)
        for key, text in enumerate(HOSTILE, start=1)
    ]
    store.put(passages, ROWS[: len(HOSTILE)])
    base = store.base(1)
    assert base.passages == len(HOSTILE)
    for key, text in enumerate(HOSTILE, start=1):
        for filters in (
            Filters(articles=(text,)),
            Filters(sources=(text.upper(),)),
            Filters(sections=(text,)),
        ):
            assert near(base, 1, filters) == [key]
    store.remove_articles(HOSTILE[3:5])
    assert sorted(near(store.base(2), 1)) == [1, 2, 3, *range(6, len(HOSTILE) + 1)]


def test_texts_of_any_kind_and_length_are_kept(store: MilvusStore) -> None:
    long = " ".join(f"word{n}" for n in range(20_000))
    teasers = [Teaser("a", f"beach {text}") for text in HOSTILE]
    texts = (*HOSTILE, long)
    passages = [document(n, f"bridge {text}", article="a") for n, text in enumerate(texts, 1)]
    store.put(passages, ROWS[: len(texts)], teasers)
    base = store.base(1)
    assert base.passages == len(texts)
    if base.has_words:
        assert len(by_words(base, "bridge")) == len(texts)
        assert by_words(base, "word77") == [len(texts)]
        found = base.teased("beach", 99)
        assert len(found) == len(HOSTILE)
        assert {"beach it's", 'beach say "no"', "beach line\nbreak"} <= set(found)


# -- collections -----------------------------------------------------------------


def test_collections_made_for_another_model_are_not_written_to(uri: str) -> None:
    server = Server(uri)
    with store_at(uri, DIMENSION) as store:
        names = store.names
        store.ensure()
        with pytest.raises(
            SearchMismatch, match=rf"dense \({DIMENSION + 1}\).*dense \({DIMENSION}\)"
        ):
            MilvusStore(server, names, DIMENSION + 1).ensure()
        store.drop()
        store.drop()
        with pytest.raises(SearchMismatch, match="byline rebuild"):
            store.put(of("a", 1), rows(1))
        store.ensure()
        assert store.base(0).passages == 0
    server.close()


def test_two_who_make_the_same_collections_at_once_both_have_them(uri: str) -> None:
    failed: list[Exception] = []

    def make() -> None:
        server = Server(uri)
        try:
            ensure(server, names, DIMENSION)
        except ArchiveError as error:
            failed.append(error)
        server.close()

    names = Names.of("made by two")
    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server = Server(uri)
    store = MilvusStore(server, names, DIMENSION)
    try:
        assert failed == []
        store.put(of("a", 1), rows(1))
        assert near(store.base(1), 1) == [1]
    finally:
        store.drop()
        server.close()


def test_archives_on_one_server_do_not_see_each_other(store: MilvusStore, uri: str) -> None:
    store.put(of("a", 1), rows(1))
    with store_at(uri, DIMENSION) as other:
        other.put(of("a", 2), rows(1))
        other.remove([1])
        assert near(other.base(1), 1) == [2]
    assert near(store.base(1), 1) == [1]
