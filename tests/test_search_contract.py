"""Every engine finds in an archive what the others find: over files, over two servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from index import database
from index.analyze import words
from index.base import Base
from index.derived import PassageVectors, documents_since
from index.embed import Vectors
from index.errors import NoWordSearch
from index.location import Folder
from index.schema import passages
from index.terms import TermIndex
from index.types import Block, Filters, Label
from index.vectors import Keys, Scored
from index.writer import ArchiveWriter
from tests.filtered_stories import STORIES, drawn, passes
from tests.sample_archive import questions
from tests.search_engines import ENGINES, AsRead, has_words, opened
from tests.small_archive import EMBEDDER, IDENTITY, entry

WORDLESS = "full-text search came with Milvus 2.5"
ASKED = [str(question["question"]) for question in questions()]


@pytest.fixture(scope="module", params=ENGINES)
def sample(request: pytest.FixtureRequest, sample_archive: Path) -> Iterator[Base]:
    with opened(request.param, sample_archive, request) as base:
        yield base


@pytest.fixture(scope="module")
def vectors(sample_archive: Path) -> tuple[Keys, Vectors]:
    """All keys and vectors of the sample, as the database holds them."""
    truth = database.open_reader(Folder(sample_archive))
    identity = database.identity_of(truth)
    assert identity is not None
    with database.reading(truth) as connection:
        blocks = list(PassageVectors(connection, identity.dimension).blocks())
    truth.dispose()
    keys = np.concatenate([block.rows.keys for block in blocks])
    return keys, np.concatenate([block.vectors for block in blocks])


@pytest.fixture(scope="module")
def terms(sample_archive: Path) -> TermIndex:
    """The words of the sample's passages, in memory."""
    index = TermIndex()
    truth = database.open_reader(Folder(sample_archive))
    with database.reading(truth) as connection:
        index.update(documents_since(connection), (), (), 1)
    truth.dispose()
    return index


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filters")
    with ArchiveWriter(folder, IDENTITY) as writer:
        for each in STORIES:
            teaser = Block(f"Zeppelin of {each.id}", Label.TEASER)
            writer.put(replace(entry(each), asides=(teaser,)))
    return folder


@pytest.fixture(scope="module", params=ENGINES)
def stories(request: pytest.FixtureRequest, folder: Path) -> Iterator[Base]:
    with opened(request.param, folder, request) as base:
        yield base


def articles(folder: Path, hits: list[Scored]) -> set[str]:
    truth = database.open_reader(Folder(folder))
    with database.reading(truth) as connection:
        query = select(passages.c.article_id).where(passages.c.key.in_([hit.key for hit in hits]))
        found = set(connection.scalars(query))
    truth.dispose()
    return found


# -- what is found, and in which order -----------------------------------------


def test_the_nearest_are_those_of_exact_search_in_its_order(
    sample: Base, vectors: tuple[Keys, Vectors]
) -> None:
    keys, rows = vectors
    assert sample.passages == len(keys)
    kind = "exact" if isinstance(sample, AsRead) else "Milvus, [A-Z_0-9]+"
    assert re.fullmatch(kind, sample.kind)
    for query in rows[:: max(1, len(rows) // 20)]:
        query = query / np.linalg.norm(query)
        hits = sample.search_vectors(query, 10, Filters())
        cosines = rows @ query
        assert [hit.score for hit in hits] == pytest.approx(sorted(cosines)[::-1][:10], abs=1e-4)
        by_key = dict(zip(map(int, keys), cosines, strict=True))
        assert [hit.score for hit in hits] == pytest.approx(
            [by_key[hit.key] for hit in hits], abs=1e-4
        )


def test_words_find_what_tantivy_finds(sample: Base, terms: TermIndex) -> None:
    if not has_words(sample):
        pytest.skip(WORDLESS)
    first, shared = [], []
    for question in ASKED:
        mine = sample.search_terms(question, 10, Filters(), ("en",))
        theirs = terms.search(question, 10)
        assert all(hit.score > 0 for hit in mine)
        assert [hit.score for hit in mine] == sorted([hit.score for hit in mine], reverse=True)
        first.append(mine[0].key == theirs[0].key)
        shared.append(len({h.key for h in mine} & {h.key for h in theirs}) / len(theirs))
    assert np.mean(first) >= 0.95
    assert np.mean(shared) >= 0.95


def test_words_are_counted_as_in_the_embedded_archive(sample: Base, terms: TermIndex) -> None:
    if not has_words(sample):
        pytest.skip(WORDLESS)
    for word in {word for question in ASKED[:12] for word in words(question, "en")} | {"zzz"}:
        assert sample.frequency(word, "en") == terms.frequency(word, "en"), word


def test_an_engine_without_words_says_so(stories: Base) -> None:
    if has_words(stories):
        assert stories.search_terms("mayor", 3, Filters(), ("en",))
        return
    for ask in (
        lambda: stories.search_terms("mayor", 3, Filters(), ("en",)),
        lambda: stories.teased("zeppelin", 3, Filters()),
        lambda: stories.frequency("mayor", "en"),
    ):
        with pytest.raises(NoWordSearch, match=r"2\.5 or later"):
            ask()


@pytest.mark.parametrize("text", ["", "?!", "🙂", "\x00", "\ud83d", "'\") == ("])
def test_a_question_without_words_finds_nothing_by_them(stories: Base, text: str) -> None:
    if not has_words(stories):
        pytest.skip(WORDLESS)
    assert stories.search_terms(text, 5, Filters(), ("en",)) == []
    assert stories.teased(text, 5, Filters()) == []


@pytest.mark.parametrize("k", [1, 7, 100, 20_000])
def test_as_many_are_found_as_are_asked_for_and_there_are(stories: Base, k: int) -> None:
    query = EMBEDDER.embed_query("the council met")
    assert len(stories.search_vectors(query, k, Filters())) == min(k, stories.passages)
    if has_words(stories):
        assert len(stories.search_terms("council", k, Filters(), ("en",))) == min(k, len(STORIES))


# -- filters --------------------------------------------------------------------


def through(base: Base, folder: Path, filters: Filters) -> list[set[str]]:
    """The articles that each way of searching finds."""
    near = base.search_vectors(EMBEDDER.embed_query("the council met"), 99, filters)
    found = [articles(folder, near)]
    if has_words(base):
        found.append(articles(folder, base.search_terms("council mayor", 99, filters, ("en",))))
        found.append({text.split()[-1] for text in base.teased("zeppelin", 99, filters)})
    return found


def test_filters_let_through_what_they_say(stories: Base, folder: Path) -> None:
    for filters in drawn():
        expected = {story.id for story in STORIES if passes(story, filters)}
        for found in through(stories, folder, filters):
            assert found == expected, filters


def test_tens_of_thousands_of_articles_may_be_named(stories: Base, folder: Path) -> None:
    others = tuple(f"another{n}" for n in range(40_000))
    for found in through(stories, folder, Filters(articles=(*others, "story4", "story9"))):
        assert found == {"story4", "story9"}


@pytest.mark.parametrize(
    "odd",
    ['story1" OR "', "story1'] or id > 0 or article in ['", "story*", "\\", "\x00", ""],
)
def test_what_looks_like_a_filter_names_nothing(stories: Base, folder: Path, odd: str) -> None:
    for filters in (Filters(articles=(odd,)), Filters(sources=(odd,)), Filters(sections=(odd,))):
        for found in through(stories, folder, filters):
            assert found == set()
