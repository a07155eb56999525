"""What sites and programs ask of the assistant beside answers."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from index.archive import Archive
from index.errors import QuestionError
from index.writer import ArchiveWriter
from rag import Answer, Assistant, Filters, Question
from rag.types import Found, Sentence
from tests.fake_embedder import FakeEmbedder
from tests.rag_asked import MEASURED, RAIN, titled
from tests.sample_archive import add, story
from ui.newsdesk import Newsdesk


def test_the_assistant_is_all_that_the_server_asks_for(assistant: Assistant) -> None:
    desk: Newsdesk = assistant  # for mypy, which reads every signature
    assert desk.ask(RAIN).refusal is None


# -- what was found --------------------------------------------------------------------------


@pytest.mark.parametrize("question", [RAIN, "Who won the Harbour Marathon?", "Any news?"])
def test_what_was_found_is_told_once_before_the_first_sentence(
    assistant: Assistant, question: str
) -> None:
    first, found, *sentences, last = assistant.stream(question)
    assert isinstance(first, Question)
    assert isinstance(found, Found)
    assert isinstance(last, Answer)
    assert all(isinstance(each, Sentence) for each in sentences)
    ids = [story.article_id for story in found.stories]
    assert len(ids) == len(set(ids)) > 0
    assert {citation.story.article_id for citation in last.citations} <= set(ids)


def test_the_stories_of_several_questions_are_told_together(assistant: Assistant) -> None:
    asked = "How much rain fell at Hollin, and who became mayor of Port Merrin?"
    _, found, *_ = assistant.stream(asked)
    assert isinstance(found, Found)
    titles = " ".join(story.title for story in found.stories)
    assert "Hollin" in titles
    assert "mayor" in titles


# -- searching -------------------------------------------------------------------------------


def test_a_search_finds_passages_and_says_nothing(assistant: Assistant) -> None:
    hits = assistant.search(RAIN, count=4)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert MEASURED in hits[0].passage.text
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    [topic] = assistant.search("hosepipe ban in the capital", count=1)
    assert "hosepipes" in topic.article.title


def test_a_search_reads_no_date_and_no_outlet_into_its_words(assistant: Assistant) -> None:
    hits = assistant.search("Hollin flood in the Adlerby Courier in 2019", count=50)
    assert len({hit.article.source for hit in hits}) > 1
    assert not any(h.article.published and h.article.published.year == 2019 for h in hits)


@pytest.mark.parametrize(("count", "most"), [(0, 0), (-1, 0), (10_000, 100)])
def test_a_search_never_gives_more_than_is_sensible(
    assistant: Assistant, count: int, most: int
) -> None:
    assert len(assistant.search("Hollin", count=count)) <= most


@pytest.mark.parametrize("text", ["", " \n", "x" * 2_001])
def test_nothing_to_search_for_is_an_error(assistant: Assistant, text: str) -> None:
    with pytest.raises(QuestionError):
        assistant.search(text)


# -- examples and verdicts -------------------------------------------------------------------


def test_examples_are_of_articles_that_the_filters_let_through(assistant: Assistant) -> None:
    courier = Filters(sources=("Adlerby Courier",))
    examples = assistant.examples(3, filters=courier)
    assert examples
    assert set(examples) != set(assistant.examples(3))
    for example in examples:
        answer = assistant.ask(example, filters=courier, infer=False)
        assert answer.refusal is None
        assert {c.story.source for c in answer.citations} == {"Adlerby Courier"}
    assert assistant.examples(3, filters=courier) == examples
    assert assistant.examples(3, filters=Filters(sources=("Nobody",))) == ()


def test_examples_follow_what_is_published(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    text = "The night ferry to Sarne will return in May, the council said."
    add(tmp_path, embedder, story("ferry", text))
    with Assistant(Archive(tmp_path), embedder, threshold=0.0) as assistant:
        assert assistant.examples() == ("When will the night ferry to Sarne return?",)
        with ArchiveWriter(tmp_path, embedder.identity) as writer:
            writer.remove(titled(assistant, "A story").id)
        assert assistant.examples() == ()


def test_a_verdict_on_an_answer_made_elsewhere_is_kept(
    sample_archive: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(sample_archive, folder)
    with Assistant.open(folder, today=date(2025, 7, 1)) as assistant:
        assistant.remember(
            answer_id="a1", question=RAIN, answer="Much.", confidence=0.5, helpful=True, reason="!"
        )
    with closing(sqlite3.connect(folder / "archive.db")) as database:
        kept = database.execute("SELECT answer_id, question, answer, helpful, reason FROM feedback")
        assert kept.fetchall() == [("a1", RAIN, "Much.", 1, "!")]
