"""A search begun while the question is embedded finds what one begun afterwards does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.archive import Archive
from index.errors import ArchiveError
from index.types import Filters
from index.writer import ArchiveWriter
from rag.halves import query
from rag.retrieve import retrieve
from tests.small_archive import EMBEDDER, IDENTITY, entry, story

ASKED = "What did the council of place4 say, and where did it rain on the mayor of place5?"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("halves")
    with ArchiveWriter(folder, IDENTITY) as writer:
        for number in range(30):
            writer.put(entry(story(number, section="City" if number % 2 else "World")))
    archive = Archive(folder)
    yield archive
    archive.close()


@pytest.mark.parametrize("filters", [Filters(), Filters(sections=("World",))])
@pytest.mark.parametrize("k", [3, 200])
def test_hits_are_the_same(archive: Archive, filters: Filters, k: int) -> None:
    early = retrieve(archive, query(ASKED, EMBEDDER, archive, filters), k, filters)
    assert early
    assert early == retrieve(archive, query(ASKED, EMBEDDER), k, filters)


def test_what_was_begun_for_other_filters_is_not_taken(archive: Archive) -> None:
    world = Filters(sections=("World",))
    hits = retrieve(archive, query(ASKED, EMBEDDER, archive), 20, world)
    assert {hit.article.section for hit in hits} == {"World"}
    assert hits == retrieve(archive, query(ASKED, EMBEDDER), 20, world)


def test_an_error_of_the_search_reaches_whoever_waits_for_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ArchiveError("no words today")

    monkeypatch.setattr(Archive, "search_terms", failing)
    asked = query(ASKED, EMBEDDER, archive)
    with pytest.raises(ArchiveError, match="no words today"):
        retrieve(archive, asked, 3)
