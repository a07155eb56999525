"""The best hits read: in which order they come, and what is never read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from index.types import Article, Headline, Passage
from rag.reader import Extract, Reading
from rag.rerank import rerank
from rag.types import Hit


class ByWord:
    """A reader that knows an answer by one word."""

    id = "by word"

    def __init__(self, word: str) -> None:
        self.word = word
        self.read_of: list[Extract] = []

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        self.read_of += extracts
        found = []
        for extract in extracts:
            odds = tuple(6.0 if self.word in text else -6.0 for text in extract.sentences)
            found.append(Reading(odds, max(odds)))
        return found


def article(number: int, body: str, version: int = 1) -> Article:
    return Article(f"a{number}", None, f"Title {number}", body, version=version)


def hit(of: Article, score: float, rank: int, start: int = 0, end: int | None = None) -> Hit:
    end = len(of.body) if end is None else end
    passage = Passage(f"{of.id}.v1.0", of.id, 1, 0, start, end, of.body[start:end])
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    headline = Headline(of.id, None, of.title, None, None, None, "en", moment, None, 1)
    return Hit(passage, headline, score, rank)


STORIES = [
    article(1, "The mayor spoke. It rained."),
    article(2, "The dam broke at night. Nine people died in it."),
    article(3, "A market opened. Apples were sold."),
    article(4, "Nine boats sailed. Nobody died of it."),
]
HITS = [hit(story, 0.8 - 0.1 * n, n + 1) for n, story in enumerate(STORIES)]
BY_ID: Mapping[str, Article] = {story.id: story for story in STORIES}


def test_the_hit_that_answers_comes_first_with_its_reading_and_the_sentences_read() -> None:
    reader = ByWord("Nine people")
    found = rerank(reader, "How many people died?", HITS, BY_ID)
    assert [each.hit.article.id for each in found] == ["a2", "a1", "a3", "a4"]
    first = found[0]
    assert first.reading == Reading((-6.0, 6.0), 6.0)
    body = STORIES[1].body
    assert [body[s.start : s.end] for s in first.spans] == [
        "The dam broke at night.",
        "Nine people died in it.",
    ]
    assert reader.read_of[1] == Extract(
        "Title 2", tuple(body[s.start : s.end] for s in first.spans)
    )


def test_ranks_count_from_one_and_scores_fall_between_one_and_nought() -> None:
    found = rerank(ByWord("Nine"), "How many?", HITS, BY_ID, most=2)
    scores = [each.hit.score for each in found]
    assert [each.hit.rank for each in found] == [1, 2, 3, 4]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_what_is_beyond_the_most_is_not_read_and_stays_behind_in_its_order() -> None:
    reader = ByWord("Nine boats")
    found = rerank(reader, "How many boats?", HITS, BY_ID, most=2)
    assert [each.hit.article.id for each in found] == ["a1", "a2", "a3", "a4"]
    assert [each.reading is None for each in found] == [False, False, True, True]
    assert len(reader.read_of) == 2


def test_a_reader_without_an_opinion_leaves_the_order_as_it_was() -> None:
    found = rerank(ByWord("nowhere to be found"), "How many?", HITS, BY_ID)
    assert [each.hit.article.id for each in found] == ["a1", "a2", "a3", "a4"]


def test_only_the_passage_is_read_and_not_the_article_around_it() -> None:
    story = STORIES[1]
    reader = ByWord("Nine")
    (found,) = rerank(reader, "How many?", [hit(story, 0.5, 1, 0, 23)], BY_ID)
    assert [extract.sentences for extract in reader.read_of] == [("The dam broke at night.",)]
    assert len(found.spans) == 1


@pytest.mark.parametrize("gone", [{}, {"a1": article(1, "Another text.", version=2)}])
def test_a_hit_whose_article_is_gone_or_changed_is_not_read(gone: dict[str, Article]) -> None:
    reader = ByWord("mayor")
    (found,) = rerank(reader, "Who spoke?", HITS[:1], gone)
    assert found.hit.score == HITS[0].score
    assert (found.spans, found.reading) == ((), None)
    assert reader.read_of == []


@pytest.mark.parametrize("odds", [float("inf"), -float("inf"), 1e9, -1e9])
def test_certainty_without_measure_is_still_a_score(odds: float) -> None:
    class Certain(ByWord):
        def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
            return [Reading((odds,) * len(extract.sentences), odds) for extract in extracts]

    found = rerank(Certain(""), "Who?", HITS, BY_ID)
    assert all(0 <= each.hit.score <= 1 for each in found)


def test_an_english_reader_does_not_read_what_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped one says which pieces it sees; letters alone are no words."""
    from rag.reader import OnnxReader

    called: list[str] = []

    def read(self: OnnxReader, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        called.append(question)
        return [Reading((0.0,) * len(each.sentences), 0.0) for each in extracts]

    monkeypatch.setattr(OnnxReader, "read", read)
    russian = article(5, "Плотина прорвалась ночью. Погибли девять человек.")
    articles = {**BY_ID, "a5": russian}
    reader = OnnxReader()
    assert rerank(reader, "Сколько человек погибло ночью?", HITS, articles)[0].reading is None
    assert called == []
    found = rerank(reader, "How many people died?", [hit(russian, 0.9, 1), *HITS], articles)
    unread = {each.hit.article.id for each in found if each.reading is None}
    assert unread == {"a5"}
    assert called == ["How many people died?"]


def test_nothing_found_is_nothing_read() -> None:
    assert rerank(ByWord(""), "Who?", [], {}) == []
