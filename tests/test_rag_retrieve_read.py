"""How little of what is found is read, and that no hit is lost by it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.archive import Archive
from index.types import Stored
from rag import overlap, retrieve
from rag.overlap import Text
from rag.retrieve import Query, Step
from tests.small_archive import EMBEDDER
from tests.small_pages import WIRE, copy, page, run

pytestmark = pytest.mark.usefixtures("seen_at_once")


def near(archive: Archive, text: str) -> Query:
    """A query whose vector is that of the passage in which the text stands."""
    [hit] = archive.search_terms(text, 1)
    return Query(text, EMBEDDER.embed_query(archive.read([hit.key])[hit.key].passage.text))


@pytest.fixture
def one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieve, "_READ_AGAIN", 1)


@pytest.mark.usefixtures("one_read")
def test_an_original_stands_for_its_copy_also_where_it_is_not_among_the_best(
    tmp_path: Path,
) -> None:
    run(tmp_path, copy(1, 1, WIRE), copy(2, 2, WIRE + " Zeppelin."))
    archive = Archive(tmp_path)
    [hit] = retrieve.retrieve(archive, near(archive, "zeppelin"), 1, step=Step.DENSE)
    assert hit.article.source == "Outlet 1"
    assert hit.dense is not None
    assert hit.dense < 1 - 1e-3, "the copy was to be nearest"
    archive.close()


@pytest.mark.usefixtures("one_read")
def test_a_passage_that_is_gone_makes_room_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, *(page(n) for n in range(4)))
    archive = Archive(tmp_path)
    asked = near(archive, "case2")
    [best] = retrieve.retrieve(archive, asked, 1, step=Step.DENSE)
    [gone] = archive.passage_keys(best.article.id)
    read = archive.read

    def without(keys: Sequence[int]) -> dict[int, Stored]:
        return {key: stored for key, stored in read(keys).items() if key != gone}

    monkeypatch.setattr(archive, "read", without)
    [next_best] = retrieve.retrieve(archive, asked, 1, step=Step.DENSE)
    assert next_best.article.id != best.article.id
    archive.close()


def test_words_in_one_sentence_count_more_than_the_same_words_in_two(tmp_path: Path) -> None:
    run(tmp_path, page(1, "Hollin saw rain which fell. " + WIRE))
    archive = Archive(tmp_path)
    passages = "Hollin saw rain which fell.", "Hollin saw. Rain which fell.", "Hollin saw."
    texts = [Text(passage, passage, "en") for passage in passages]
    one, two, part = overlap.rescore(archive, "Where has rain fell, Hollin?", [0.5] * 3, texts)
    assert one > two >= part
    assert two > 0.5 / (1 + overlap._STEMMED_WEIGHT), "some of the words are there"
    archive.close()


def test_passages_of_an_outlet_that_the_question_names_are_raised(tmp_path: Path) -> None:
    run(tmp_path, page(1), page(2, source="Adlerby Courier"))
    archive = Archive(tmp_path)
    named = {each.source: each.id for each in archive.newest(9)}
    keys = {source: archive.passage_keys(id)[0] for source, id in named.items()}
    articles = {keys[source]: id for source, id in named.items()}
    question = "What did the Adlerby Courier report?"
    raised = retrieve._prefer_named(archive, question, articles, dict.fromkeys(articles, 0.5))
    assert raised[keys["The Sample Gazette"]] == 0.5
    assert raised[keys["Adlerby Courier"]] == pytest.approx(0.5 + retrieve._NAMED / 2)
    archive.close()
