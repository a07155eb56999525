"""Which passages are found, and in what order."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.archive import Archive
from index.embed import SentenceTransformerEmbedder
from index.types import Filters
from rag import Assistant
from rag.retrieve import Query, Step, retrieve
from tests.fake_embedder import FakeEmbedder
from tests.sample_archive import add, questions, story

QUESTIONS = [row["question"] for row in questions()][::12]


EMBEDDER = SentenceTransformerEmbedder()


def ask(
    assistant: Assistant,
    text: str,
    k: int = 10,
    filters: Filters = Filters(),
    step: Step = Step.FUSED,
) -> list[tuple[str, int]]:
    hits = retrieve(assistant.archive, query(assistant, text), k, filters, step)
    return [(hit.article.title, hit.passage.ordinal) for hit in hits]


def query(assistant: Assistant, text: str) -> Query:
    return Query(text, EMBEDDER.embed_query(text))


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("text", QUESTIONS)
def test_hits_come_best_first_with_ranks_from_one_and_never_more_than_asked(
    assistant: Assistant, text: str, step: Step
) -> None:
    hits = retrieve(assistant.archive, query(assistant, text), 7, step=step)
    assert 0 < len(hits) <= 7
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits)
    again = retrieve(assistant.archive, query(assistant, text), 7, step=step)
    assert [hit.passage.id for hit in hits] == [hit.passage.id for hit in again]


def test_every_fused_hit_has_its_exact_cosine(assistant: Assistant) -> None:
    for text in QUESTIONS:
        asked = query(assistant, text)
        for hit in retrieve(assistant.archive, asked, 20):
            stored = assistant.archive.search_vectors(asked.vector, 500)
            by_key = {scored.key: scored.score for scored in stored}
            keys = {s.passage.id: key for key, s in assistant.archive.read(list(by_key)).items()}
            assert hit.dense == pytest.approx(by_key[keys[hit.passage.id]], abs=2e-3)


def test_fewer_hits_are_the_beginning_of_more(assistant: Assistant) -> None:
    for text in QUESTIONS:
        assert ask(assistant, text, 3) == ask(assistant, text, 15)[:3]


def test_both_halves_together_find_what_each_alone_ranks_lower(assistant: Assistant) -> None:
    """Over the sample, fusing is better than words alone and than meaning alone."""
    found = dict.fromkeys(Step, 0.0)
    rows = [row for row in questions() if row["answerable"]]
    for row in rows:
        urls = {gold["url"] for gold in row["gold"]}
        asked = query(assistant, row["question"])
        for step in Step:
            hits = retrieve(assistant.archive, asked, 10, step=step)
            ranks = (hit.rank for hit in hits if hit.article.url in urls)
            found[step] += 1 / next(ranks, 1_000)
    assert found[Step.FUSED] > found[Step.LEXICAL]
    assert found[Step.FUSED] > found[Step.DENSE]
    assert found[Step.FUSED] / len(rows) > 0.85


def test_only_what_the_filters_let_through_is_found(assistant: Assistant) -> None:
    text = "How many people died in the Hollin flood?"
    for filters in (
        Filters(after=date(2025, 1, 1)),
        Filters(before=date(2024, 10, 31)),
        Filters(sources=("meridian wire",)),
        Filters(sections=("Sport",)),
        Filters(after=date(2024, 10, 12), before=date(2024, 10, 12), sources=("Adlerby Courier",)),
    ):
        for step in Step:
            for hit in retrieve(assistant.archive, query(assistant, text), 10, filters, step):
                assert hit.article.published is not None
                day = hit.article.published.date()
                assert filters.after is None or day >= filters.after
                assert filters.before is None or day <= filters.before
                if filters.sources:
                    assert (hit.article.source or "").casefold() in {
                        source.casefold() for source in filters.sources
                    }
                if filters.sections:
                    assert hit.article.section in filters.sections
    assert ask(assistant, text, filters=Filters(sources=("Nobody",))) == []


def test_a_syndicated_story_counts_once_and_the_original_stands_for_it(
    assistant: Assistant,
) -> None:
    text = "How many are dead and missing after the Hollin Dam flood on Saturday?"
    hits = retrieve(assistant.archive, query(assistant, text), 20)
    toll = [h for h in hits if h.article.published and h.article.published.day == 12]
    sources = {hit.article.source for hit in toll if "nine" in hit.article.title}
    assert sources == {"Meridian Wire"}


def test_a_copy_is_found_where_the_filters_leave_the_original_out(assistant: Assistant) -> None:
    text = "How many are dead and missing after the Hollin Dam flood on Saturday?"
    hits = retrieve(
        assistant.archive, query(assistant, text), 5, Filters(sources=("Adlerby Courier",))
    )
    assert (
        hits[0].article.title == "Hollin Dam flood: death toll reaches nine with 17 still missing"
    )
    assert hits[0].article.original is not None


def test_a_word_that_no_vector_knows_is_found_by_the_words(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    texts = ["Rain is expected in the north today, and wind."] * 30
    pages = [story(f"rain{n}", f"{text} Report number {n * 7919}.") for n, text in enumerate(texts)]
    add(tmp_path, embedder, *pages, story("code", "The part is called QX-7731 by its makers."))
    archive = Archive(tmp_path)
    asked = Query("What is QX-7731?", embedder.embed_query("rain in the north"))
    fused = retrieve(archive, asked, 5)
    assert fused[0].article.url == "https://gazette.example/code"
    assert fused[0].lexical is not None
    assert fused[0].dense is not None
    archive.close()
