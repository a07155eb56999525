"""Benchmarks over an archive that is there: retrieval, indexing and memory, on the sample's."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.bench import indexing, memory, retrieval
from eval.bench.archives import Spread, questions
from eval.bench.registry import Given, as_json
from index.archive import Archive
from index.errors import ArchiveError, SourceError
from index.vectors import Scored


def test_a_spread_is_in_milliseconds_and_each_column_of_its_own() -> None:
    times = [(0.001 * n, 0.002 * n) for n in range(1, 102)]
    assert Spread.of(times) == Spread(*(pytest.approx(each) for each in (51.0, 96.0, 102.0)))


def test_questions_are_beginnings_of_what_the_archive_says(sample_archive: Path) -> None:
    archive = Archive(sample_archive)
    asked = questions(archive, sample_archive, 6)
    assert len(asked) == 6
    assert asked == questions(archive, sample_archive, 6)
    assert all(0 < len(text.split()) <= 12 for text in asked)
    for text in asked:
        found = archive.read([hit.key for hit in archive.search_terms(text, 3)])
        words = (" ".join(stored.passage.text.split()) for stored in found.values())
        assert any(text in each for each in words), text
    with pytest.raises(ArchiveError, match=r"holds 6 passages; expected more than 6 to ask about"):
        questions(archive, sample_archive, 6, more_than=6)
    archive.close()


def test_retrieval_finds_all_that_exact_search_does_in_a_small_archive(
    sample_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieval, "QUESTIONS", 5)
    monkeypatch.setattr(retrieval, "_WARM_UP", 2)
    scores = retrieval.run(Given(archive=str(sample_archive)))
    assert (scores.questions, scores.recall, scores.recall_compared) == (5, 1.0, 1.0)
    assert set(scores.stages) == {"embedding", "vectors", "words"}
    assert scores.question.p95 >= scores.question.median > 0
    told = "\n".join(retrieval.lines(scores, None))
    assert f"| question to hits | {scores.question.median:.1f} |" in told
    assert f"{scores.passages:,} passages" in told


def test_new_articles_are_added_to_a_copy_and_all_are_found(
    sample_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "ARTICLES", 3)
    before = passages(sample_archive)
    scores = indexing.run(Given(archive=str(sample_archive)))
    assert (scores.passages, scores.articles) == (before, 3)
    assert scores.total == pytest.approx(scores.opening_to_write + scores.adding + scores.closing)
    assert passages(sample_archive) == before
    assert [each for each in sample_archive.parent.iterdir() if each != sample_archive] == []
    assert f"3 articles added to {before:,} passages" in indexing.lines(scores, None)[0]


def test_articles_that_a_reader_does_not_find_are_an_error(
    sample_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "ARTICLES", 3)
    search = Archive.search_terms

    def first(archive: Archive, text: str, k: int) -> list[Scored]:
        """All passages of one article alone."""
        hits = search(archive, text, k)
        ids = archive.articles_of([hit.key for hit in hits])
        return [hit for hit in hits if ids[hit.key] == ids[hits[0].key]]

    monkeypatch.setattr(Archive, "search_terms", first)
    with pytest.raises(ArchiveError, match="an open reader found 1 of 3 new articles"):
        indexing.run(Given(archive=str(sample_archive)))


def test_memory_is_that_of_a_process_that_begins_with_nothing(
    sample_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_QUESTIONS", 2)
    scores = memory.run(Given(archive=str(sample_archive)))
    names = [step.name for step in scores.steps]
    assert names == [
        *("bare Python", "modules loaded", "encoder loaded", "archive open"),
        *("questions chosen", "questions asked", "answers given"),
    ]
    resident = [step.resident for step in scores.steps]
    assert resident[0] < 30e6 < resident[1] < resident[2]
    assert scores.peak == max(resident)
    assert scores.passages == passages(sample_archive)
    assert set(as_json(scores)) == {"passages", "opening", "peak", "steps"}
    assert f"| bare Python | {resident[0] / 1e6:,.0f} |" in "\n".join(memory.lines(scores, None))


def test_an_archive_on_a_server_is_refused_by_what_measures_folders() -> None:
    for measured in (retrieval, indexing, memory):
        with pytest.raises(SourceError, match="postgresql://db/news is no folder"):
            measured.run(Given(archive="postgresql://db/news"))


def passages(folder: Path) -> int:
    archive = Archive(folder)
    try:
        return archive.passages
    finally:
        archive.close()
