"""Archives made for measuring, and the exact search that indexes are measured against."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from eval.bench import filling, synthetic
from eval.bench.exact import nearest, share
from eval.bench.synthetic import MadeVectors, Material, mixed
from index import database
from index.archive import Archive
from index.errors import ArchiveError
from index.location import Folder
from index.schema import articles, passages
from tests.small_archive import IDENTITY


@pytest.fixture
def of() -> Material:
    generator = np.random.default_rng(3)
    vectors = generator.standard_normal((20, IDENTITY.dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    order = np.argsort(-(vectors @ vectors.T), axis=1)
    sentences = tuple((f"One of {n} came.", f"Two of {n} went.") for n in range(20))
    titles = tuple(f"Title {n}" for n in range(20))
    return Material(sentences, titles, vectors, order[:, 1:9], IDENTITY)


@pytest.fixture
def tens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of ten passages, which are two articles."""
    monkeypatch.setattr(synthetic, "BLOCK", 10)
    monkeypatch.setattr(filling, "BLOCK", 10)


def test_made_vectors_are_the_same_each_time_and_of_unit_length(of: Material) -> None:
    found = mixed(of, 50, seed=7)
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(found.vectors, mixed(of, 50, seed=7).vectors)
    assert not np.array_equal(found.vectors, mixed(of, 50, seed=8).vectors)
    # nearer to what they were mixed from than to the others
    products = found.vectors @ of.vectors.T
    assert products[np.arange(50), found.first].mean() > products.mean() + 0.3


@pytest.mark.usefixtures("tens")
def test_a_sample_is_of_the_vectors_that_the_blocks_hold(of: Material) -> None:
    source = MadeVectors(of, 40)
    whole = np.concatenate([block.vectors for block in source.blocks()])
    assert len(whole) == 40
    keys, vectors = source.sample(12, seed=1)
    assert len(set(keys.tolist())) == 12
    assert np.array_equal(vectors, whole[keys])
    assert len(source.sample(100, seed=1)[0]) == 40


@pytest.mark.usefixtures("tens")
@pytest.mark.parametrize("k", [1, 7, 60])
def test_exact_search_is_that_over_all_blocks_together(of: Material, k: int) -> None:
    source = MadeVectors(of, 45)
    whole = np.concatenate([block.vectors for block in source.blocks()])
    queries = mixed(of, 6, seed=99).vectors
    best = np.argsort(-(queries @ whole.T), axis=1)[:, :k]
    assert nearest(source.blocks(), queries, k) == [set(row) for row in best.tolist()]


def test_a_share_is_of_what_was_to_be_found() -> None:
    assert share([1, 2, 9], {1, 2, 3, 4}) == 0.5
    assert share([1], set()) == 0


def test_a_made_archive_holds_passages_that_are_found(tmp_path: Path, of: Material) -> None:
    said: list[tuple[str, int, int]] = []
    filling.grow(tmp_path, of, 23, lambda *step: said.append(step))
    archive = Archive(tmp_path)
    assert archive.passages == 23
    made = next(synthetic.blocks(of, 23))
    for number in (0, 11, 22):
        hit = archive.search_vectors(made.vectors[number], 1)[0]
        stored = archive.read([hit.key])[hit.key]
        assert hit.score == pytest.approx(1, abs=1e-2)
        assert stored.passage.ordinal == number % 5
        article = archive.article(stored.article.id)
        assert article is not None
        assert article.body[stored.passage.start : stored.passage.end] == stored.passage.text
        assert stored.passage.text == filling._text(
            of, int(made.first[number]), int(made.second[number])
        )
    assert ("passages", 23, 23) in said
    archive.close()


@pytest.mark.usefixtures("tens")
def test_a_made_archive_is_gone_on_with_where_it_was_left_off(tmp_path: Path, of: Material) -> None:
    filling.fill(tmp_path / "once", of, 40)
    filling.fill(tmp_path / "twice", of, 20)
    filling.fill(tmp_path / "twice", of, 40)
    filling.fill(tmp_path / "twice", of, 30)
    assert held(tmp_path / "twice") == held(tmp_path / "once")
    assert len(held(tmp_path / "once")) == 40


@pytest.mark.usefixtures("tens")
def test_one_that_ends_within_a_block_is_whole_but_takes_no_more(
    tmp_path: Path, of: Material
) -> None:
    filling.fill(tmp_path, of, 23)
    filling.fill(tmp_path, of, 23)
    assert len(held(tmp_path)) == 23
    with pytest.raises(ArchiveError, match="holds 5 articles; expected an archive made by this"):
        filling.fill(tmp_path, of, 40)


def held(folder: Path) -> list[tuple[object, ...]]:
    """The passages of an archive, with the days of their articles."""
    query = select(passages.c.id, passages.c.vector, passages.c.start, articles.c.published)
    query = query.join(articles, articles.c.id == passages.c.article_id).order_by(passages.c.key)
    engine = database.open_reader(Folder(folder))
    try:
        with database.reading(engine) as connection:
            return [tuple(row) for row in connection.execute(query)]
    finally:
        engine.dispose()
